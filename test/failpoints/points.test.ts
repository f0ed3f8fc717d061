import { describe, expect, it } from 'vitest'
import { loadOptions } from '../../src/config/options.ts'
import { EvergrantError } from '../../src/errors.ts'

function refusal(env: Record<string, string>): string {
  try {
    loadOptions({ HOME: '/home/ada', ...env })
  } catch (error) {
    if (error instanceof EvergrantError && error.code === 'invalid_option') return JSON.stringify(error.facts.faults)
    throw error
  }
  return 'taken'
}

describe('a failpoint', () => {
  it('is refused where the program is in use, and the refusal says why', () => {
    for (const env of [{}, { NODE_ENV: 'production' }, { NODE_ENV: '' }])
      expect(refusal({ EVERGRANT_FAILPOINT: 'after_claim:kill', ...env })).toContain('kills the program on purpose')
  })

  it('is taken in a test, at one of the points and once or later', () => {
    const taken = (text: string) => loadOptions({ HOME: '/h', NODE_ENV: 'test', EVERGRANT_FAILPOINT: text }).failpoint
    expect(taken('after_claim:kill')).toEqual({ point: 'after_claim', time: 1 })
    expect(taken('before_request:kill:3')).toEqual({ point: 'before_request', time: 3 })
    expect(taken('')).toBeUndefined()
    for (const wrong of ['after_claim', 'after_claim:stop', 'elsewhere:kill', 'after_claim:kill:0', 'toString:kill'])
      expect(refusal({ NODE_ENV: 'test', EVERGRANT_FAILPOINT: wrong })).toContain('points: before_claim')
  })
})
