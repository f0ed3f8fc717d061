import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadCertificate, type Certificate } from '../../src/redirect/certificate.ts'
import { secret } from '../../src/secret.ts'
import { loadOrMakeKey } from '../../src/store/key-file.ts'
import type { PostgresAddress } from '../../src/store/postgres-client.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'
import { KeyRing } from '../../src/store/seal.ts'
import type { Store } from '../../src/store/store.ts'
import { makeDatabase, makeUser, startPostgres } from '../harness/postgres.ts'
import { tlsProxy, type Proxy } from '../harness/postgres-proxy.ts'

const server = await startPostgres()
const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => Promise.resolve() }
const log = { debug() {}, info() {}, warn() {}, error() {} }
const ring = new KeyRing([Buffer.alloc(32, 7)])

let database: Awaited<ReturnType<typeof makeDatabase>>
const stores: Store[] = []

beforeEach(async () => {
  database = await makeDatabase(server)
})

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  await database.drop()
})

afterAll(() => server.dispose())

async function open(more: Partial<Parameters<typeof openPostgresStore>[0]> = {}): Promise<Store> {
  const store = await openPostgresStore({ address: database, keys: () => ring, clock, log, holder: 'a/1', ...more })
  stores.push(store)
  return store
}

const refused = (address: Partial<PostgresAddress>) =>
  open({ address: { ...database, ...address } }).then(
    () => 'opened',
    (error: { code: string; message: string; remedy: string }) => error,
  )

const sql = (text: string) => server.query(text, database.database)

describe('a database that cannot be used is named, with what to do:', () => {
  test('nothing listens', async () => {
    expect(await refused({ host: tmpdir(), port: 1 })).toMatchObject({
      code: 'store_unavailable',
      message: expect.stringMatching(/cannot be reached: there is no such socket/),
    })
    expect(await refused({ host: '127.0.0.1', port: 1 })).toMatchObject({
      message: expect.stringMatching(/cannot be reached: nothing listens there/),
      remedy: expect.stringMatching(/EVERGRANT_DATABASE_URL/),
    })
  })

  test('the password is wrong, or there is none', async () => {
    const { user } = await makeUser(server, 'right')
    const wrong = await refused({ user, password: secret('CANARY') })
    expect(wrong).toMatchObject({ code: 'store_unavailable', message: expect.stringMatching(/refuses the password/) })
    expect(JSON.stringify(wrong)).not.toContain('CANARY')
    const { host, port } = database
    const bare = { host, port, user, database: database.database }
    await expect(open({ address: bare })).rejects.toMatchObject({ message: expect.stringMatching(/wants a password/) })
    await sql(`drop role ${user}`)
  })

  test('there is no such database', async () => {
    expect(await refused({ database: 'nowhere' })).toMatchObject({
      message: expect.stringMatching(/there is no database "nowhere"/),
      remedy: expect.stringMatching(/create database "nowhere"/),
    })
  })

  test('the user may make no tables', async () => {
    const user = await makeUser(server, 'right')
    expect(await refused(user)).toMatchObject({
      message: expect.stringMatching(/may not do what the store needs/),
      remedy: expect.stringMatching(/owner to/),
    })
    await sql(`drop role ${user.user}`)
  })

  test('it only takes reads', async () => {
    await sql(`alter database ${database.database} set default_transaction_read_only = on`)
    expect(await refused({})).toMatchObject({ message: expect.stringMatching(/only takes reads/) })
  })

  test('it acknowledges what is not on the disk', async () => {
    await sql(`alter database ${database.database} set synchronous_commit = off`)
    expect(await refused({})).toMatchObject({
      message: expect.stringMatching(/synchronous_commit is off/),
      remedy: expect.stringMatching(/set synchronous_commit = on/),
    })
  })

  test('it is too old', async () => {
    await sql(`create schema older;
      create function older.current_setting(name text) returns text language sql as
        'select case name when ''server_version_num'' then ''130012'' else pg_catalog.current_setting(name) end';
      alter database ${database.database} set search_path = older, pg_catalog`)
    expect(await refused({})).toMatchObject({ message: expect.stringMatching(/version is 13, must be 14 or newer/) })
  })

  test('it cannot hold every letter', async () => {
    const ascii = await makeDatabase(server, `encoding 'SQL_ASCII' template template0 locale 'C'`)
    expect(await refused({ database: ascii.database })).toMatchObject({
      message: expect.stringMatching(/encoding is SQL_ASCII, must be UTF8/),
    })
    await ascii.drop()
  })

  test('a newer version has made its schema', async () => {
    await (await open()).close()
    await sql(`insert into kysely_migration values ('9999_later', 'now')`)
    expect(await refused({})).toMatchObject({ message: expect.stringMatching(/made by another version/) })
  })
})

describe('over the network', () => {
  let directory: string
  let certificate: Certificate
  let proxy: Proxy | undefined

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'evergrant-certificate-'))
    certificate = await loadCertificate(directory, Date.now())
  })
  afterEach(() => proxy?.close())
  afterAll(() => rmSync(directory, { recursive: true }))

  const through = async (host: string, tls: NonNullable<PostgresAddress['tls']>, offered?: Certificate) => {
    proxy = await tlsProxy(database, host, offered)
    return { host, port: proxy.port, tls }
  }

  test('TLS is verified against the authority of the address', async () => {
    const address = await through('127.0.0.1', { ca: certificate.cert, checkName: true }, certificate)
    const store = await open({ address: { ...database, ...address } })
    expect(await store.healthy()).toBe(true)
    await stores.pop()?.close()
  })

  test('an unknown authority is refused', async () => {
    expect(await refused(await through('127.0.0.1', { checkName: true }, certificate))).toMatchObject({
      message: expect.stringMatching(/signed by an authority that is not known here/),
      remedy: expect.stringMatching(/sslrootcert/),
    })
  })

  test('a certificate for another name is refused, unless only the authority counts', async () => {
    const address = await through('127.0.0.2', { ca: certificate.cert, checkName: true }, certificate)
    expect(await refused(address)).toMatchObject({ message: expect.stringMatching(/is for another name/) })
    await open({ address: { ...database, ...address, tls: { ca: certificate.cert, checkName: false } } })
    await stores.pop()?.close()
  })

  test('a server without TLS is refused', async () => {
    expect(await refused(await through('127.0.0.1', { checkName: true }))).toMatchObject({
      message: expect.stringMatching(/offers no TLS/),
      remedy: expect.stringMatching(/sslmode=disable/),
    })
  })
})

describe('an installation', () => {
  test('is made once by nodes that start together', async () => {
    const nodes = await Promise.all(['a', 'b', 'c'].map((node) => open({ holder: `${node}/1` })))
    expect(new Set(nodes.map((store) => store.installation.id)).size).toBe(1)
    expect(await sql('select * from installation')).toHaveLength(1)
  })

  test('is opened with its key alone, and a node without the key makes none', async () => {
    await open()
    const other = new KeyRing([Buffer.alloc(32, 8)])
    await expect(open({ keys: () => other })).rejects.toMatchObject({ code: 'key_wrong' })
    const file = join(tmpdir(), `evergrant-key-${process.pid}`)
    await expect(open({ keys: (found) => loadOrMakeKey(file, found) })).rejects.toMatchObject({ code: 'key_missing' })
    expect(existsSync(file)).toBe(false)
  })

  test('that was copied stays closed until it is adopted', async () => {
    const store = await open()
    await stores.pop()?.close()
    const copy = await makeDatabase(server, `template ${database.database}`)
    await expect(open({ address: copy })).rejects.toMatchObject({ code: 'not_adopted' })
    const adopted = await open({ address: copy, adopt: true })
    expect(adopted.installation).toEqual({ id: store.installation.id, epoch: 2 })
    await stores.pop()?.close()
    await open({ address: copy })
    await stores.pop()?.close()
    await copy.drop()
  })
})

describe('every session', () => {
  test('waits for the disk and ends what takes too long, whatever the user’s settings become', async () => {
    const store = await open()
    await sql(`alter database ${database.database} set synchronous_commit = off`)
    await sql(`create table seen (name text, value text);
      create function note() returns trigger language plpgsql as $$ begin
        insert into seen select name, setting from pg_settings
          where name in ('synchronous_commit', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout');
        return new;
      end $$;
      create trigger note after update on installation for each row execute function note();
      select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`)
    expect(await store.healthy()).toBe(true)
    const seen = await sql('select * from seen order by name')
    expect(seen).toEqual([
      { name: 'idle_in_transaction_session_timeout', value: '15000' },
      { name: 'lock_timeout', value: '5000' },
      { name: 'statement_timeout', value: '10000' },
      { name: 'synchronous_commit', value: 'on' },
    ])
  })
})
