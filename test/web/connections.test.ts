import { describe, expect, it } from 'vitest'
import type { ConnectionOnWire } from '../../src/api/connection.ts'
import { changeOf, readJson, storedTexts } from '../../web/src/screens/connection/settings/edits.ts'
import { byUrgency, countGroups, fits } from '../../web/src/screens/connections/urgency.ts'
import { connection as answer } from '../cli/stage.ts'

const now = 1_800_000_000
const day = 86_400

function connection(more: Partial<ConnectionOnWire>): ConnectionOnWire {
  return { ...(answer() as ConnectionOnWire), ...more } // the stage answers in the shape of the contract
}

describe('the list of connections', () => {
  it('begins with what needs somebody, then what ends first', () => {
    const sorted = byUrgency(
      [
        connection({ name: 'works' }),
        connection({ name: 'rests', condition: 'suspended' }),
        connection({ name: 'ends-later', person_by: now + 10 * day }),
        connection({ name: 'ends-first', person_by: now + 3 * day }),
        connection({ name: 'ends-far', person_by: now + 400 * day }),
        connection({ name: 'new', condition: 'pending' }),
        connection({ name: 'fails', condition: 'failing' }),
        connection({ name: 'dead', condition: 'needs_authorization' }),
        connection({ name: 'client', condition: 'needs_configuration' }),
      ],
      now,
    )
    expect(sorted.map(({ connection: { name }, group }) => `${name}: ${group}`)).toEqual([
      'client: person',
      'dead: person',
      'fails: failing',
      'ends-first: soon',
      'ends-later: soon',
      'new: pending',
      'ends-far: ok',
      'works: ok',
      'rests: suspended',
    ])
    expect(countGroups(sorted)).toEqual({ person: 2, failing: 1, soon: 2, pending: 1, ok: 2, suspended: 1 })
  })

  it('finds by all words, wherever each stands', () => {
    const one = connection({ name: 'books', provider_name: 'Ledger Online', who: 'Ada Ltd' })
    expect(fits(one, 'ADA ledger')).toBe(true)
    expect(fits(one, 'ada invoices')).toBe(false)
  })
})

describe('a change of settings', () => {
  it('holds what was typed and nothing else', () => {
    expect(
      changeOf({
        'inputs.tenant': 'b',
        'inputs.old': '',
        scopes: 'read\nwrite',
        'client.secret': 'new',
        overrides: '{ "name": "Mine" }',
      }),
    ).toEqual({
      inputs: { tenant: 'b', old: null },
      scopes: ['read', 'write'],
      client: { secret: 'new' },
      overrides: { name: 'Mine' },
    })
    expect(changeOf({})).toEqual({})
  })

  it('takes overrides away where their text is emptied, and reads nothing that is no JSON', () => {
    expect(changeOf({ overrides: ' ' })).toEqual({ overrides: null })
    expect(readJson('{ nonsense')).toBeUndefined()
  })

  it('shows no secret, and a day that ends where it ended', () => {
    const at = Math.floor(new Date('2027-03-04T23:59:59').getTime() / 1000)
    const client = { id: 'c', method: 'none', has_secret: true, has_key: false, state: 'ok', shared_with: 0 } as const
    const stored = storedTexts(
      connection({
        inputs: { password: '[set]', site: 'eu', user_name: 'ada' },
        client: { ...client, secret_ends_at: at },
      }),
    )
    expect(stored).toMatchObject({ 'inputs.site': 'eu', user_name: 'ada', 'client.secret_ends_at': '2027-03-04' })
    expect(JSON.stringify(stored)).not.toContain('[set]')
    expect(changeOf({ 'client.secret_ends_at': '2027-03-04' })).toEqual({ client: { secret_ends_at: at } })
  })
})
