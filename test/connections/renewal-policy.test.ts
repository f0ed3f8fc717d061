import { describe, expect, it } from 'vitest'
import {
  claimTimes,
  confirms,
  consumes,
  precious,
  retryAt,
  rung,
  strategyOf,
} from '../../src/connections/renewal-policy.ts'
import type { Renewal, Way } from '../../src/provider/provider.ts'
import { secret } from '../../src/secret.ts'

const renewal = (more: Partial<Renewal>): Renewal => ({ see: [], by: 'refresh_token', rotates: 'always', ...more })
const way = (grant: Way['grant'], by: Renewal['by']): Way => ({
  label: '',
  grant,
  renewal: { see: [], by, rotates: 'never' },
})
const set = (refreshToken?: string) => ({
  accessToken: secret('a'),
  tokenType: 'Bearer',
  obtainedAt: 0,
  expiresAt: 'unknown' as const,
  values: {},
  warnings: [],
  ...(refreshToken === undefined ? {} : { refreshToken: secret(refreshToken) }),
})

describe('how a connection renews', () => {
  it('uses the refresh token, and starts over without a person where the grant allows it', () => {
    expect(strategyOf(way('authorization_code', 'refresh_token'), set('r'))).toBe('refresh_token')
    expect(strategyOf(way('authorization_code', 'refresh_token'), set())).toBeUndefined()
    expect(strategyOf(way('password', 'refresh_token'), set())).toBe('issue')
    expect(strategyOf(way('client_credentials', 'reissue'), undefined)).toBe('issue')
    expect(strategyOf(way('authorization_code', 'none'), set('r'))).toBeUndefined()
    expect(strategyOf(way('pasted', 'exchange_access_token'), set())).toBe('exchange_access_token')
  })

  it('plans for the worst where rotation is unknown', () => {
    expect(claimTimes('refresh_token', renewal({ rotates: 'unknown' }))).toEqual({ leaseMs: 60_000, holdMs: 30_000 })
    expect(claimTimes('refresh_token', renewal({ reuse: 'harmless', grace: 86_400 }))).toEqual({
      leaseMs: 25_000,
      holdMs: 0,
    })
    expect(claimTimes('issue', renewal({}))).toEqual({ leaseMs: 25_000, holdMs: 0 })
  })

  it('sends again only what is used up, and asks twice only where that is harmless', () => {
    expect(consumes('refresh_token', renewal({}))).toBe(true)
    expect(consumes('refresh_token', renewal({ rotates: 'never' }))).toBe(false)
    expect(consumes('issue', renewal({}))).toBe(false)
    expect(confirms('refresh_token', renewal({ reuse: 'kills_grant' }))).toBe(false)
    expect(confirms('refresh_token', renewal({ grace: 30 }))).toBe(true)
    expect(confirms('issue', renewal({ rotates: 'never' }))).toBe(false)
  })

  it('calls an answer precious when it brought a refresh token that exists nowhere else', () => {
    expect(precious(set('old'), set('new'), 'refresh_token')).toBe(true)
    expect(precious(set('old'), set('old'), 'refresh_token')).toBe(false)
    expect(precious(set('old'), set(), 'refresh_token')).toBe(false)
    expect(precious(undefined, set(), 'issue')).toBe(false)
  })
})

describe('trying again', () => {
  const failure = { kind: 'transient' as const, code: 'http_503' }

  it('costs at most 12 attempts in half an hour of outage, whatever the dice say', () => {
    for (const dice of [0, 0.5, 0.999]) {
      let now = 0
      let attempts = 0
      while (now < 1_800_000) {
        attempts++
        now = retryAt(failure, attempts, now, dice)
      }
      expect(attempts).toBeLessThanOrEqual(12)
    }
  })

  it('costs no more wherever an answer is lost meanwhile, and asks three times in the first 25 seconds after', () => {
    for (const dice of [0, 0.5, 0.999]) {
      for (let lostAt = 1; lostAt <= 12; lostAt++) {
        const moments: number[] = []
        let now = 0
        while (now < 1_800_000) {
          moments.push(now)
          const failures = moments.length
          now = retryAt(failure, rung(failures, Math.max(0, failures - lostAt + 1)), now, dice)
        }
        expect(moments.length).toBeLessThanOrEqual(12)
        const from = moments[lostAt - 1]
        if (from === undefined || from > 1_700_000) continue
        const after = moments.map((moment) => moment - from).filter((ms) => ms >= 0)
        expect(after[2]).toBeLessThan(25_000)
        if (lostAt === 1) expect(after[3]).toBeLessThan(61_000)
      }
    }
  })

  it('never comes before Retry-After', () => {
    expect(retryAt({ ...failure, retryAfterMs: 600_000 }, 1, 1000, 0)).toBeGreaterThanOrEqual(601_000)
  })

  it('is slow at once where only an admin can mend it', () => {
    expect(retryAt({ kind: 'configuration', code: 'invalid_scope' }, 1, 0, 0)).toBeGreaterThan(240_000)
  })
})
