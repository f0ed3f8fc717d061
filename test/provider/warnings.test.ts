import { describe, expect, it } from 'vitest'
import type { Choice, Provider, Scopes, Warning } from '../../src/provider/provider.ts'
import { adviceAt, sentence, type Came, type Facts } from '../../src/provider/warnings.ts'
import { secret } from '../../src/secret.ts'
import { sample } from './sample.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const came: Came = { refreshToken: true, endless: false }

function facts(more: Partial<Facts> = {}): Facts {
  return { values: {}, asked: ['read'], now, ...more }
}

function warns(warning: Partial<Warning>): Provider {
  const whole: Warning = { see: ['guide'], at: 'request', when: {}, says: 'Seen.', remedy: 'Do it.', ...warning }
  return { ...sample(), warnings: [whole] }
}

/** Whether the one warning of a definition is told. */
function isTold(warning: Partial<Warning>, more: Partial<Facts> = {}): boolean {
  const found = adviceAt(warning.at ?? 'request', warns(warning), 'user', facts(more))
  return found.some(({ says }) => says === 'Seen.')
}

describe('a warning of a definition', () => {
  it.each<[title: string, when: Warning['when'], more: Partial<Facts>, told: boolean]>([
    ['a scope that is asked for', { hasScopes: ['write', 'read'] }, {}, true],
    ['a scope that is not asked for', { hasScopes: ['write'] }, {}, false],
    ['scopes of which none is asked for', { lacksScopes: ['write', 'all'] }, {}, true],
    ['scopes of which one is asked for', { lacksScopes: ['write', 'read'] }, {}, false],
    ['a value that is chosen', { values: { environment: ['sandbox'] } }, { values: { environment: 'sandbox' } }, true],
    ['a value that is secret', { values: { environment: ['x'] } }, { values: { environment: secret('x') } }, true],
    ['a value that is another', { values: { environment: ['sandbox'] } }, { values: { environment: 'live' } }, false],
    ['a value that is not there', { lacks: ['account'] }, { values: { account: undefined } }, true],
    ['a value that is empty', { lacks: ['account'] }, { values: { account: '' } }, true],
    ['a value that is there', { lacks: ['account'] }, { values: { account: 'a' } }, false],
    ['two things of which one holds', { hasScopes: ['read'], lacks: ['account'] }, { values: { account: 'a' } }, false],
  ])('about %s', (_, when, more, told) => {
    expect(isTold({ when }, more)).toBe(told)
  })

  it.each<[title: string, when: Warning['when'], came: Partial<Came>, told: boolean]>([
    ['no refresh token, none came', { lacks: ['refresh_token'] }, { refreshToken: false }, true],
    ['no refresh token, one came', { lacks: ['refresh_token'] }, {}, false],
    ['a scope that was granted', { hasScopes: ['write'] }, { granted: ['write'] }, true],
    ['a scope that was asked for and not granted', { hasScopes: ['read'] }, { granted: ['write'] }, false],
    ['a scope that was asked for, where nothing is said of grants', { hasScopes: ['read'] }, {}, true],
    ['an end that is near', { endsWithin: 3600 }, { endsIn: 3600 }, true],
    ['an end that is far', { endsWithin: 3600 }, { endsIn: 3601 }, false],
    ['an end where none is known', { endsWithin: 3600 }, {}, false],
  ])('about what came with a token: %s', (_, when, more, told) => {
    expect(isTold({ at: 'token', when }, { came: { ...came, ...more } })).toBe(told)
  })

  it('is told at its moment and for its ways alone, with what to do', () => {
    const when = { hasScopes: ['read'] }
    const told = adviceAt('request', warns({ when, refuses: true }), 'user', facts())
    expect(told).toEqual([{ path: 'scopes', says: 'Seen.', remedy: 'Do it.', refuses: true }])
    expect(sentence(told[0]!)).toBe('Seen. Do it.')
    expect(adviceAt('token', warns({ when }), 'user', facts({ came }))).toEqual([])
    expect(isTold({ when, ways: ['user'] })).toBe(true)
    expect(isTold({ when, ways: ['machine'] })).toBe(false)
  })

  it('names the setting it is about', () => {
    const path = (when: Warning['when']) => adviceAt('request', warns({ when }), 'user', facts({ asked: [] }))[0]?.path
    expect(path({ lacksScopes: ['read'] })).toBe('scopes')
    expect(path({ lacks: ['account'] })).toBe('inputs.account')
  })
})

describe('a choice', () => {
  const ending = (until: string, chosen = 'production') => {
    const provider = sample()
    provider.values!['environment']!.choices![0]!.until = until
    return adviceAt('request', provider, 'user', facts({ values: { environment: chosen } }))
  }
  it('that ends within sixty days is told, with what to choose instead', () => {
    expect(ending('2027-01-21')).toEqual([
      {
        path: 'inputs.environment',
        says: 'Environment production ends on 2027-01-21.',
        remedy: 'Choose another: sandbox.',
      },
    ])
  })
  it('that has ended is told as such', () => {
    expect(ending('2026-11-01')[0]?.says).toBe('Environment production ended on 2026-11-01.')
  })
  it('is not answered with one that ends soon, and with what may change last or not at all', () => {
    const instead = (...choices: Choice[]) => {
      const provider = sample()
      const ended: Choice = { value: 'v1', label: 'v1', until: '2026-11-01' }
      provider.values!['environment']!.choices = [ended, ...choices]
      return adviceAt('request', provider, 'user', facts({ values: { environment: 'v1' } }))[0]?.remedy
    }
    const soon: Choice = { value: 'soon', label: 'soon', until: '2027-01-01' }
    const year: Choice = { value: 'year', label: 'year', until: '2027-07-01' }
    const longer: Choice = { value: 'longer', label: 'longer', until: '2028-07-01' }
    const open: Choice = { value: 'open', label: 'open' }
    const trial: Choice = { value: 'trial', label: 'trial', unstable: true }
    expect(instead(trial, soon, year, longer, open)).toBe('Choose another: open, longer, year.')
    expect(instead(trial, soon)).toBe(
      'See whether Sample offers another one, and update Evergrant. Left until then, and may change without notice: trial.',
    )
    expect(instead(soon)).toBe('See whether Sample offers another one, and update Evergrant.')
  })
  it('that lives longer, or is not chosen, is not', () => {
    expect(ending('2027-01-23')).toEqual([])
    expect(ending('2026-11-01', 'sandbox')).toEqual([])
  })
})

describe('scopes', () => {
  const offered = (scopes: Partial<Scopes>, more: Partial<Facts>) => {
    const provider = sample()
    provider.scopes = { ...provider.scopes!, ...scopes }
    return adviceAt('request', provider, 'user', facts(more))
  }
  it('that nobody knows are doubted', () => {
    expect(offered({}, { asked: ['read', 'reed'] })).toEqual([
      { path: 'scopes', says: 'The scope reed is not among those known of Sample.', remedy: 'Is read meant?' },
    ])
  })
  it('outside a closed list are refused', () => {
    expect(offered({ closed: true }, { asked: ['administration'] })).toEqual([
      { path: 'scopes', says: 'Sample has no scope administration.', remedy: 'Known are read.', refuses: true },
    ])
    expect(offered({ closed: true, known: {} }, { asked: ['read'] })[0]).toMatchObject({ refuses: true })
  })
  it('of a service whose list is not known are taken as they are', () => {
    expect(offered({ known: {} }, { asked: ['anything'] })).toEqual([])
  })
  it('are the service’s own matter once it has given a token', () => {
    expect(offered({}, { asked: ['reed'], came })).toEqual([])
  })
  it('without the one that brings a refresh token are told', () => {
    expect(offered({ refresh: 'offline' }, {})[0]?.remedy).toBe('Add offline to the scopes.')
    expect(offered({ refresh: 'read' }, {})).toEqual([])
  })
})

describe('an answer', () => {
  const told = (more: Partial<Came>, asked = ['read', 'write'], scopes: Partial<Scopes> = {}) => {
    const provider = sample()
    provider.scopes = { ...provider.scopes!, ...scopes }
    return adviceAt('token', provider, 'user', facts({ asked, came: { ...came, ...more } })).map(sentence)
  }
  it('that grants less than was asked for is told', () => {
    expect(told({ granted: ['read'] })).toEqual([
      'Not granted: write. See whether the client is allowed them at Sample and nobody unticked them, then authorize again.',
    ])
  })
  it('that grants the same by longer names, or says nothing, is not', () => {
    expect(told({ granted: ['https://api.example.com/auth/read', 'https://api.example.com/auth/data.write'] })).toEqual(
      [],
    )
    expect(told({})).toEqual([])
  })
  it('is not asked to repeat the scopes of OpenID Connect, nor the one for a refresh token', () => {
    expect(told({ granted: ['read'] }, ['read', 'openid', 'offline'], { refresh: 'offline' })).toEqual([])
  })
  it('without a refresh token is told, with the scope that is missing', () => {
    expect(told({ refreshToken: false })[0]).toContain('the connection ends with its access token.')
    expect(told({ refreshToken: false }, ['read'], { refresh: 'offline' })[0]).toContain('Add the scope offline')
  })
  it('without one is fine where the token never ends, or nothing renews by it', () => {
    expect(told({ refreshToken: false, endless: true })).toEqual([])
    const provider = sample()
    provider.ways['user']!.renewal = { see: [], by: 'none', rotates: 'never' }
    expect(adviceAt('token', provider, 'user', facts({ came: { ...came, refreshToken: false } }))).toEqual([])
  })
})
