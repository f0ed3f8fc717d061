/** One row of the database was damaged, or exchanged with another one: it costs its own connection and no other. */
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { service, tokens, type World } from '../connections/harness.ts'
import { startPostgres } from '../harness/postgres.ts'
import { postgresBench, sqliteBench, type Bench } from './stores.ts'

const local = { kind: 'local' } as const
const server = await startPostgres()
afterAll(() => server.dispose())

/** What a column holds: sealed bytes, or text that a program reads. */
const sealed = [
  ['connection', 'data_key'],
  ['connection', 'secrets_sealed'],
  ['token_set', 'root_sealed'],
  ['client', 'data_key'],
  ['client', 'secrets_sealed'],
] as const
const texts = [
  ['connection', 'inputs'],
  ['connection', 'scopes'],
  ['connection', 'definition'],
  ['connection', 'overrides'],
  ['connection', 'failure'],
] as const

describe.each([
  ['SQLite', async () => sqliteBench()],
  ['Postgres', () => postgresBench(server)],
])('%s', (kind, makeBench) => {
  let bench: Bench
  let here: World

  beforeEach(async () => {
    bench = await makeBench()
    here = await bench.node()
    for (const name of ['books', 'papers']) await made(name)
    // Jobs are served from a row of its own, which would hide most of what is damaged here.
    await bench.sql('delete from ready')
    // As another process finds it: nothing is remembered of what was opened before.
    await here.close()
  })
  afterEach(() => bench.dispose())

  /** Each has a client of its own. */
  const made = (name: string) =>
    here.domain.connections.create(
      {
        name,
        provider: 'custom',
        definition: service(),
        grant: 'person',
        client: { id: `client-of-${name}`, secret: 'secret' },
        tokens: { accessToken: 'access-1', refreshToken: 'refresh-1', expiresAt: here.clock.now() + 3_600_000 },
      },
      local,
    )

  const bytes = (text: string) => (kind === 'SQLite' ? `x'${text}'` : `'\\x${text}'::bytea`)
  const rowOf = (table: string, name = 'books') =>
    ({
      connection: `name = '${name}'`,
      token_set: `connection_id = (select id from connection where name = '${name}')`,
      client: `id = (select client_ref from connection where name = '${name}')`,
      schedule: `connection_id = (select id from connection where name = '${name}')`,
    })[table] ?? ''

  /** The one is refused with its reason, everything about the other goes on. */
  async function costsItsOwnAlone(damaged: string, sound: string | undefined) {
    here = await bench.node()
    here.answer(() => tokens(2))
    const faulty = await here.domain.connections.read(damaged).catch((error: unknown) => error)
    expect(faulty).toMatchObject({ code: 'integrity_error', message: expect.stringContaining(`"${damaged}"`) })
    const { connections } = await here.domain.connections.list({})
    expect(connections.map(({ name }) => name)).toEqual(['books', 'papers'])
    const shown = connections.find(({ name }) => name === damaged)
    expect(shown?.failure).toMatchObject({ code: 'integrity_error' })
    if (sound === undefined) return
    expect(await here.domain.connections.read(sound)).toMatchObject({ generation: 1 })
    // Renewal ahead of time meets the damaged one first and goes on to the other.
    await bench.sql(`update schedule set due_at = 1`)
    await bench.sql(`update schedule set due_at = 2 where ${rowOf('schedule', sound)}`)
    here.domain.refresher.start()
    await vi.waitFor(async () => expect(await here.domain.connections.get(sound)).toMatchObject({ generation: 2 }), {
      timeout: 10_000,
    })
    expect(here.requests).toHaveLength(1)
  }

  // The rows are read by the same program on both: one of each kind shows that they get there.
  const some = <Row>(rows: readonly Row[]): Row[] => (kind === 'SQLite' ? [...rows] : rows.slice(0, 1))

  it.each(some(sealed))('%s.%s damaged', async (table, column) => {
    if (column === 'secrets_sealed' && table === 'connection')
      await bench.sql(`update connection set secrets_sealed = data_key where name = 'books'`)
    else await bench.sql(`update ${table} set ${column} = ${bytes('00'.repeat(60))} where ${rowOf(table)}`)
    await costsItsOwnAlone('books', 'papers')
  })

  it.each(some(texts))('%s.%s damaged', async (table, column) => {
    await bench.sql(`update ${table} set ${column} = '{"cut' where ${rowOf(table)}`)
    await costsItsOwnAlone('books', 'papers')
  })

  it.each(some(sealed.filter(([table, column]) => column !== 'secrets_sealed' || table === 'client')))(
    '%s.%s exchanged with another row',
    async (table, column) => {
      await bench.sql(`create table kept as select * from ${table}`)
      const from = (name: string) => `(select ${column} from kept where ${rowOf(table, name)})`
      for (const [to, of] of [
        ['books', 'papers'],
        ['papers', 'books'],
      ] as const)
        await bench.sql(`update ${table} set ${column} = ${from(of)} where ${rowOf(table, to)}`)
      await bench.sql('drop table kept')
      await costsItsOwnAlone('books', undefined)
      expect(await here.domain.connections.read('papers').catch((error: unknown) => error)).toMatchObject({
        code: 'integrity_error',
      })
      expect(here.requests).toEqual([])
    },
  )

  it('a token row from before the last renewal, put back, is not opened', async () => {
    here = await bench.node()
    await bench.sql('create table kept as select * from token_set')
    here.answer(() => tokens(2))
    await here.domain.connections.renew('books', local)
    await here.close()
    await bench.sql(`update token_set set root_sealed =
      (select root_sealed from kept where kept.connection_id = token_set.connection_id)`)
    await bench.sql('delete from ready')
    await bench.sql('drop table kept')
    await costsItsOwnAlone('books', 'papers')
  })

  it('a damaged revocation holds up no other one', async () => {
    here = await bench.node()
    here.answer(() => ({ lost: 'refused' }))
    await here.domain.connections.remove('books', { revoke: true }, local)
    await here.domain.connections.remove('papers', { revoke: true }, local)
    expect(await bench.sql('select id from revocation')).toHaveLength(2)
    await bench.sql(`update revocation set call_sealed = ${bytes('00'.repeat(60))}
      where id = (select min(id) from revocation)`)
    const sent: string[] = []
    here.answer(({ url }) => {
      sent.push(url)
      return { body: {} }
    })
    here.clock.advance(3_600_000)
    here.domain.refresher.start()
    await vi.waitFor(() => expect(sent).toEqual(service().revoke?.map(({ url }) => url)), { timeout: 5_000 })
  })
})
