/** What comes back over the wire: broken, hostile, odd, lost. Real sockets, the real client, the rehearsal as the service. */
import { afterEach, describe, expect, it } from 'vitest'
import { bodyLimit } from '../../src/outbound/body.ts'
import { faults, type Fault, type FaultName } from '../../src/rehearsal/index.ts'
import { minute, overWire, second, type Wired } from './provider-world.ts'

let here: Wired
afterEach(() => here.close())

const local = { kind: 'local' } as const
const refresh = { grant: 'refresh_token' }
const graceful = { rotates: 'always', grace: 60, reuse: 'harmless' } as const
const strict = { rotates: 'always', grace: 0, reuse: 'kills_grant' } as const
const view = (name = 'books') => here.domain.connections.get(name)
const renew = (name = 'books') => here.domain.connections.renew(name, local)
const token = async (name = 'books') => (await here.domain.connections.read(name)).accessToken.open()

describe('an answer that cannot be read, of a service that has acted', () => {
  it.each([
    'truncated_json',
    'truncated_gzip',
    'length_too_small',
    'drop_in_body',
    'duplicate_members',
    'no_access_token',
    'access_token_number',
    'access_token_with_line_end',
    'access_token_of_1_mb',
    'deep_json',
    'body_of_100_mb',
    'gzip_bomb',
  ] as const)('%s: is asked for again at once, and nothing is lost', async (name) => {
    here = await overWire({ refresh: { rotation: 'R2', graceSeconds: 60 } })
    await here.join('books', graceful)
    const before = here.received()
    here.rehearsal.control.next(faults[name], 1, refresh)
    await renew()
    expect(here.renewals()).toBe(2)
    expect(await view()).toMatchObject({ condition: 'ok', generation: 2 })
    expect(await token()).toMatch(/^at_/)
    // Read no further than the limit; what the sockets between hold is on the way already.
    expect(here.received() - before).toBeLessThan(8 * bodyLimit)
  })

  it.each([
    ['access_token_with_line_end', 'unusable_token'],
    ['access_token_number', 'unusable_token'],
    ['access_token_of_1_mb', 'unusable_token'],
    ['no_access_token', 'no_access_token'],
    ['body_of_100_mb', 'too_large'],
    ['gzip_bomb', 'too_large'],
    ['deep_json', 'too_deep'],
    ['html_200', 'html_answer'],
  ] as const)('%s, every time: the token that lives is served, and the next good answer heals', async (name, code) => {
    here = await overWire({ refresh: { rotation: 'R0' } })
    await here.join('books', { rotates: 'never' })
    const first = await token()
    here.rehearsal.control.next(faults[name], 100, refresh)
    await renew()
    expect(await token()).toBe(first)
    const { failure } = await view()
    expect(failure).toMatchObject({ kind: 'unknown_outcome', code })
    expect(JSON.stringify(failure)).not.toContain('<h1>')
    expect(here.renewals()).toBe(1)
    here.rehearsal.control.heal()
    await renew()
    expect(await token()).not.toBe(first)
    expect(await view()).toMatchObject({ condition: 'ok', generation: 2 })
  })
})

describe('every third answer is lost after the service has acted', () => {
  it.each(['R0', 'R1', 'R2'] as const)(
    '%s: thirty renewals, none lost, one more request for each loss',
    async (rotation) => {
      here = await overWire({ refresh: { rotation, graceSeconds: 60 } })
      await here.join('books', graceful)
      for (let n = 1; n <= 30; n += 1) {
        if (n % 3 === 0) here.rehearsal.control.next(faults.drop_after, 1, refresh)
        await renew()
        here.clock.advance(minute)
      }
      expect(await view()).toMatchObject({ condition: 'ok', generation: 31 })
      expect(here.renewals()).toBe(40)
      const { requests } = here.rehearsal
      const repeats = requests(refresh).filter((_, index, all) => all[index - 1]?.fault !== undefined)
      expect(repeats).toHaveLength(10)
      for (const one of repeats) {
        const lost = requests(refresh)[requests(refresh).indexOf(one) - 1]
        expect(one.at - (lost?.at ?? 0)).toBeLessThanOrEqual(second)
      }
    },
  )

  it.each(['R3', 'R4'] as const)('%s: those whose answer was lost need a person, exactly those', async (rotation) => {
    here = await overWire({ refresh: { rotation } })
    const names = Array.from({ length: 9 }, (_, n) => `c${n}`)
    for (const name of names) await here.join(name, strict)
    for (const [n, name] of names.entries()) {
      if (n % 3 === 2) here.rehearsal.control.next(faults.drop_after, 1, refresh)
      await renew(name)
    }
    const views = await Promise.all(names.map(view))
    const lost = views.filter(({ state }) => state === 'needs_authorization')
    expect(lost.map(({ name }) => name)).toEqual(['c2', 'c5', 'c8'])
    for (const { failure } of lost) expect(failure?.code).toBe('rotation_response_lost')
    const told = here.events.filter(({ name }) => name === 'connection.needs_authorization')
    expect(told.map(({ fields }) => fields.connection)).toEqual(['c2', 'c5', 'c8'])
    // One request each, and one more for each loss; then nothing.
    expect(here.renewals()).toBe(12)
    here.domain.refresher.start()
    await here.pass(30 * minute, minute)
    expect(here.renewals()).toBe(12)
  })
})

describe('500 for everybody, behind which one of five was renewed', () => {
  it('costs that one its grant where the service is strict, and the others nothing', async () => {
    here = await overWire({ refresh: { rotation: 'R4' } })
    const names = Array.from({ length: 5 }, (_, n) => `c${n}`)
    for (const name of names) await here.join(name, strict)
    for (const [n, name] of names.entries()) {
      here.rehearsal.control.heal()
      const each: Fault[] =
        n === 2 ? [faults.error_500_having_acted, faults.error_500] : [faults.error_500, faults.error_500]
      for (const fault of each) here.rehearsal.control.next(fault, 1, refresh)
      await renew(name)
    }
    here.rehearsal.control.heal()
    for (const name of names) expect(await token(name)).toMatch(/^at_/)
    for (const name of names) await renew(name)
    const views = await Promise.all(names.map(view))
    expect(views.filter(({ condition }) => condition !== 'ok').map(({ name }) => name)).toEqual(['c2'])
    expect(views[2]).toMatchObject({ state: 'needs_authorization', failure: { code: 'rotation_response_lost' } })
  })
})

describe('a refusal in the words of one service', () => {
  const rule = (means: 'dead', match?: Record<string, string[]>) => [
    {
      see: ['test'],
      on: ['renew' as const],
      status: [400],
      ...(match && { match }),
      means,
      cause: 'It is over.',
      remedy: 'Authorize again.',
    },
  ]
  const cases: [FaultName, ReturnType<typeof rule>][] = [
    ['empty_400', rule('dead')],
    ['request_refused', rule('dead', { error: ['invalid_request'] })],
    ['error_in_200', []],
    ['grant_refused', []],
  ]
  it.each(cases)(
    '%s: is asked about once more where that is harmless, then a person must act',
    async (name, errors) => {
      here = await overWire({}, errors)
      await here.join('books', graceful)
      here.rehearsal.control.next(faults[name], 100, refresh)
      const renewed = renew()
      await here.pass(5 * second, second)
      await renewed
      expect(await view()).toMatchObject({ state: 'needs_authorization' })
      expect(here.renewals()).toBe(2)
    },
  )

  it.each(['empty_400', 'request_refused'] as const)(
    '%s without a rule for it is a matter of configuration',
    async (name) => {
      here = await overWire()
      await here.join('books', graceful)
      const first = await token()
      here.rehearsal.control.next(faults[name], 100, refresh)
      await renew()
      expect(await view()).toMatchObject({ state: 'active', failure: { kind: 'configuration' } })
      expect(await token()).toBe(first)
      expect(here.renewals()).toBe(1)
    },
  )
})

describe('a good answer with less in it', () => {
  it.each([
    ['no_refresh_token', []],
    ['null_refresh_token', []],
    ['scope_narrower', ['scope_narrower']],
  ] as const)('%s: is stored, and what was there is kept', async (name, warnings) => {
    here = await overWire({ refresh: { rotation: 'R0' } })
    await here.join('books', { rotates: 'never' })
    here.rehearsal.control.next(faults[name], 1, refresh)
    await renew()
    expect(await view()).toMatchObject({ condition: 'ok', generation: 2, hasRefreshToken: true })
    expect((await here.domain.connections.read('books')).warnings).toEqual(warnings)
    await renew()
    expect(await view()).toMatchObject({ condition: 'ok', generation: 3 })
  })
})
