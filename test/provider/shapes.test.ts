import { describe, expect, it } from 'vitest'
import { shapeProblem } from '../../src/provider/shapes.ts'

describe('a host of one’s own network', () => {
  it.each(['server', 'server.example.com', '10.0.0.5'])('may be %s', (text) => {
    expect(shapeProblem('host', text)).toBeUndefined()
  })
  it.each(['https://server', 'server:7048', 'server/BC', 'user@server', 'a..b', ''])('is not "%s"', (text) => {
    expect(shapeProblem('host', text)).toContain('without https:// and port')
  })
})

describe('an identifier of a resource', () => {
  it.each(['api://44444444-cccc-5555-dddd-666666666666', 'https://contoso.onmicrosoft.com/businesscentral'])(
    'may be %s',
    (text) => {
      expect(shapeProblem('uri', text)).toBeUndefined()
    },
  )
  it.each(['44444444-cccc-5555-dddd-666666666666', 'api://one two', 'https://contoso.com/', 'api:', ''])(
    'is not "%s"',
    (text) => {
      expect(shapeProblem('uri', text)).toContain('an identifier such as api://')
    },
  )
})
