import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { databaseUrl, shownDatabase } from '../../src/config/database-url.ts'
import { loadOptions } from '../../src/config/options.ts'

const directory = mkdtempSync(join(tmpdir(), 'evergrant-options-'))
const pem = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n'
const ca = join(directory, 'ca.pem')
writeFileSync(ca, pem)
afterAll(() => rmSync(directory, { recursive: true }))

const full = { checkName: true }
const plain = undefined

describe('an address of Postgres', () => {
  test('names all that is needed, decoded; the password is sealed', () => {
    const parsed = databaseUrl('postgresql://us%40er:p%2Fw%25@DB.example.com:6543/my%20db')
    expect(parsed).toMatchObject({ host: 'DB.example.com', port: 6543, user: 'us@er', database: 'my db', tls: full })
    expect(parsed.kind === 'postgres' && parsed.password?.open()).toBe('p/w%')
    expect(JSON.stringify(parsed)).not.toContain('p/w')
    expect(shownDatabase(parsed)).toBe('DB.example.com/my db')
  })

  test.each([
    ['postgres://u@db.example.com/d', full],
    ['postgres://u@10.0.0.7/d', full],
    ['postgres://u@db.example.com/d?sslmode=require', full],
    ['postgres://u@db.example.com/d?sslmode=verify-full&sslrootcert=system', full],
    ['postgres://u@db.example.com/d?sslmode=verify-ca', { checkName: false }],
    [`postgres://u@db.example.com/d?sslrootcert=${ca}`, { checkName: true, ca: pem }],
    [`postgres://u@localhost/d?sslrootcert=${ca}`, { checkName: true, ca: pem }],
    ['postgres://u@localhost/d?sslmode=verify-full', full],
    ['postgres://u@db.example.com/d?sslmode=disable', plain],
    ['postgres://u@localhost/d', plain],
    ['postgres://u@127.0.0.1/d', plain],
    ['postgres://u@[::1]/d', plain],
    ['postgres:///d?host=/run/postgresql&user=u', plain],
    ['postgres://u@%2Frun%2Fpostgresql/d', plain],
  ])('%s decides whether the way is verified', (url, tls) => {
    const parsed = databaseUrl(url)
    expect(parsed.kind === 'postgres' && parsed.tls).toEqual(tls)
    expect(parsed).toMatchObject({ user: 'u', database: 'd', port: 5432 })
  })

  test.each([
    ['postgres://u:CANARY@one:5432,two:5432/d', /not one Postgres address/],
    ['postgres://u:CANARY@host/d?sslmode=prefer', /falls back to a plain connection/],
    ['postgres://u:CANARY@host/d?sslmode=maybe', /sslmode is unknown/],
    ['postgres://u:CANARY@host/d?sslkey=/x&options=y', /unknown parameter sslkey, options/],
    ['postgres://u:CANARY%@host/d', /encodes nothing/],
    ['postgres:///d', /names no host/],
    ['postgres://u:CANARY@host/d?sslrootcert=/nowhere.pem', /cannot be read \(ENOENT\)/],
    ['mysql://u:CANARY@host/d', /neither a sqlite: nor a postgres: address/],
  ])('%s is refused in one sentence without the password', (url, words) => {
    try {
      databaseUrl(url)
      expect.unreachable()
    } catch (error) {
      expect(String(error)).toMatch(words)
      expect(`${String(error)} ${(error as { remedy: string }).remedy}`).not.toContain('CANARY')
    }
  })
})

describe('the option', () => {
  const env = { EVERGRANT_HOME: directory, HOME: directory }
  const url = 'postgres://u:CANARY@localhost/d'

  test('comes from the variable or from a private file', () => {
    const file = join(directory, 'url')
    writeFileSync(file, `${url}\n`, { mode: 0o600 })
    for (const given of [{ EVERGRANT_DATABASE_URL: url }, { EVERGRANT_DATABASE_URL_FILE: file }]) {
      const { database } = loadOptions({ ...env, ...given })
      expect(database.kind === 'postgres' && database.password?.open()).toBe('CANARY')
    }
  })

  test('takes no password from the argument list', () => {
    expect(() => loadOptions(env, { database: url })).toThrow(/argument lists are public/)
    expect(loadOptions(env, { database: 'postgres://u@localhost/d' }).database).toMatchObject({ user: 'u' })
  })

  test('is SQLite in the home where nothing is said', () => {
    expect(loadOptions(env).database).toEqual({ kind: 'sqlite', file: join(directory, 'evergrant.db') })
    expect(databaseUrl('sqlite:/var/lib/x.db')).toEqual({ kind: 'sqlite', file: '/var/lib/x.db' })
  })
})
