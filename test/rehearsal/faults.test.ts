import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  drip,
  faults,
  redirectTo,
  rehearsalClient,
  stall,
  startRehearsal,
  tooMany,
  type Fault,
  type FaultName,
  type Rehearsal,
} from '../../src/rehearsal/index.ts'

let service: Rehearsal

beforeAll(async () => {
  service = await startRehearsal()
})
afterEach(() => service.control.heal())
afterAll(() => service.close())

async function ask(fault: Fault): Promise<{ response: Response; text: string }> {
  service.control.next(fault)
  const response = await fetch(service.url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: rehearsalClient.id,
      client_secret: rehearsalClient.secret,
    }),
  })
  return { response, text: await response.text() }
}

const members = async (name: FaultName): Promise<Record<string, unknown>> => JSON.parse((await ask(faults[name])).text)

describe('an answer in an odd shape', () => {
  it.each([
    ['expires_in_zero', { expires_in: 0 }],
    ['expires_in_negative', { expires_in: -1 }],
    ['expires_in_text', { expires_in: '3599' }],
    ['expires_in_huge', { expires_in: 1e99 }],
    ['expires_in_milliseconds', { expires_in: 3_600_000 }],
    ['expires_in_absent', { expires_in: undefined }],
    ['null_refresh_token', { refresh_token: null }],
    ['token_type_lower', { token_type: 'bearer' }],
    ['token_type_absent', { token_type: undefined }],
    ['access_token_with_line_end', { access_token: 'abc\r\nx-injected: 1' }],
    ['scope_list', { scope: ['read'] }],
  ] as const)('%s', async (name, expected) => {
    const answer = await members(name)
    for (const [member, value] of Object.entries(expected)) expect(answer[member]).toEqual(value)
  })

  it('comes in form encoding', async () => {
    const { response, text } = await ask(faults.form_encoded)
    expect(response.headers.get('content-type')).toContain('x-www-form-urlencoded')
    expect(new URLSearchParams(text).get('access_token')).toMatch(/^at_/)
  })

  it('comes inside other objects', async () => {
    expect(await members('nested')).toMatchObject({ data: { token: { token_type: 'Bearer' } } })
  })

  it('comes with a member twice', async () => {
    expect((await ask(faults.duplicate_members)).text.match(/"access_token"/g)).toHaveLength(2)
  })

  it('comes cut, in valid HTTP', async () => {
    const { response, text } = await ask(faults.truncated_json)
    expect(response.status).toBe(200)
    expect(() => JSON.parse(text)).toThrow()
  })

  it('comes as gzip that is cut, in valid HTTP', async () => {
    const { response, text } = await ask(faults.truncated_gzip)
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(() => JSON.parse(text)).toThrow()
  })

  it('comes with more bytes than were announced', async () => {
    const { text } = await ask(faults.length_too_small)
    expect(() => JSON.parse(text)).toThrow()
  })

  it('comes too deep', async () => {
    expect((await ask(faults.deep_json)).text.length).toBeGreaterThan(200_000)
  })

  it('is no OAuth answer at all', async () => {
    expect((await ask(faults.html_200)).text).toContain('<h1>')
    expect((await ask(faults.empty_400)).response.status).toBe(400)
    expect(await members('error_in_200')).toEqual({ error: 'invalid_grant' })
  })
})

describe('a fault of the network', () => {
  it.each(['reset_before', 'reset_after', 'drop_before', 'drop_after', 'drop_in_body'] as const)('%s', async (name) => {
    const before = service.requests().length
    await expect(ask(faults[name])).rejects.toThrow()
    expect(service.requests()[before]).toMatchObject({ acted: faults[name].acts, fault: faults[name].says })
  })

  it('sends the announced part of the body before it closes', async () => {
    service.control.next(faults.drop_in_body, 1, { endpoint: 'metadata' })
    const received = await new Promise<number>((resolve) => {
      request(`${service.origin}/.well-known/oauth-authorization-server`, (response) => {
        let bytes = 0
        response.on('data', (chunk: Buffer) => (bytes += chunk.length))
        response.on('error', () => resolve(bytes))
      }).end()
    })
    expect(received).toBe(20)
  })

  it('answers late, or byte by byte', async () => {
    const began = performance.now()
    expect((await ask(stall(0.2))).response.status).toBe(200)
    expect((await ask(drip(2000))).response.status).toBe(200)
    expect(performance.now() - began).toBeGreaterThan(250)
  })

  it.each(['no_answer', 'no_answer_having_acted', 'head_one_byte_a_second'] as const)(
    '%s: no head comes, and the connection stays open',
    async (name) => {
      const before = service.requests().length
      service.control.next(faults[name], 1, { endpoint: 'metadata' })
      const metadata = `${service.origin}/.well-known/oauth-authorization-server`
      const ended = await fetch(metadata, { signal: AbortSignal.timeout(300) }).then(
        () => 'answered',
        (error: Error) => error.name,
      )
      expect(ended).toBe('TimeoutError')
      expect(service.requests()[before]).toMatchObject({ acted: faults[name].acts, fault: faults[name].says })
    },
  )

  it('asks for quiet', async () => {
    const { response } = await ask(tooMany('600'))
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '600'])
    expect((await ask(faults.too_many)).response.headers.has('retry-after')).toBe(false)
  })

  it('redirects to another host without acting', async () => {
    const { response } = await ask(redirectTo('http://192.0.2.1/token'))
    expect(response.status).toBe(302)
    expect(service.requests().at(-1)).toMatchObject({ acted: false })
  })

  it.each(['body_of_100_mb', 'gzip_bomb'] as const)(
    '%s is sent as a stream until the client hangs up',
    async (name) => {
      service.control.next(faults[name], 1, { endpoint: 'metadata' })
      const response = await fetch(`${service.origin}/.well-known/oauth-authorization-server`)
      let bytes = 0
      for await (const chunk of response.body!) if ((bytes += chunk.length) > 2_000_000) break
      expect(bytes).toBeGreaterThan(2_000_000)
    },
  )
})

it('every trouble by name stands in the guide', () => {
  const guide = readFileSync('docs/rehearsal.md', 'utf8')
  expect(Object.keys(faults).filter((name) => !guide.includes(`\`${name}\``))).toEqual([])
})

it('meets a fault only as often as said, and only where said', async () => {
  service.control.next(faults.error_500, 2, { grant: 'password' })
  expect((await ask(faults.error_503)).response.status).toBe(503)
  const password = async () =>
    (await fetch(service.url, { method: 'POST', body: new URLSearchParams({ grant_type: 'password' }) })).status
  expect([await password(), await password(), await password()]).toEqual([500, 500, 401])
})
