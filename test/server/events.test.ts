import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { createJournal } from '../../src/connections/journal.ts'
import { sameOrigin, servedToken, startKit, type Kit } from './kit.ts'

type Told = { id: number; event: string; connection?: string; actor?: string; fields: Record<string, unknown> }

/** One open stream, read as a browser does. */
function listen(headers: Record<string, string>, query = '') {
  const told: Told[] = []
  const marks: string[] = []
  let status = 0
  let ended = false
  let changed = () => {}
  const url = new URL(`/v1/events${query}`, address)
  const sent = request(
    url,
    { headers: { host: '127.0.0.1:7117', accept: 'text/event-stream', ...headers } },
    (answer) => {
      status = answer.statusCode ?? 0
      answer.setEncoding('utf8')
      let text = ''
      answer.on('data', (chunk: string) => {
        text += chunk
        const blocks = text.split('\n\n')
        text = blocks.pop() ?? ''
        for (const block of blocks) {
          const data = /^data: (.*)$/m.exec(block)?.[1]
          if (block.includes('event: gap')) marks.push('gap')
          else if (data !== undefined) told.push(JSON.parse(data) as Told)
          else marks.push(block)
        }
        changed()
      })
      answer.on('close', () => {
        ended = true
        changed()
      })
      answer.on('error', () => {})
    },
  )
  sent.on('error', () => {})
  sent.end()
  const until = async (done: () => boolean) => {
    while (!done()) await new Promise<void>((resolve) => (changed = resolve))
  }
  open.push(() => sent.destroy())
  return {
    told,
    marks,
    status: () => status,
    opened: () => until(() => marks.length > 0 || ended),
    until,
    heard: (count: number) => until(() => told.length >= count),
    ended: () => until(() => ended),
  }
}

let address = ''
const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

async function startListening() {
  const kit = await startKit({ listen: { host: '127.0.0.1', port: 0 } })
  address = (await kit.server.listen()).addresses[0] ?? ''
  return kit
}

const create = (kit: Kit, headers: Record<string, string>, name = 'jobs') =>
  kit.call({
    method: 'POST',
    path: '/v1/keys',
    headers,
    body: { name, verbs: ['token'], connections: ['books'] },
  })

describe('the list of events', () => {
  it('tells what people did, newest first, by whom, and nothing secret', async () => {
    await using kit = await startKit()
    const cookie = await kit.signIn()
    const made = await create(kit, { cookie, ...sameOrigin })
    const { key } = await kit.key(['admin'], ['*'], { name: 'robot' })
    await create(kit, { authorization: `Bearer ${key}` }, 'by robot')
    await kit.local('DELETE', `/v1/keys/${String(made.json['id'])}`)
    const list = await kit.call({ method: 'GET', path: '/v1/events', headers: { cookie } })
    const events = list.json['events'] as Told[]
    expect(events.map(({ event, actor, fields }) => [event, actor, fields['key']])).toEqual([
      ['key.revoked', 'local', 'jobs'],
      ['key.made', 'key robot', 'by robot'],
      ['key.made', 'local', 'robot'],
      ['key.made', 'session', 'jobs'],
      ['session.started', undefined, undefined],
    ])
    expect(list.body).not.toContain(key)
    expect(list.body).not.toContain(String(made.json['key']))
  })

  it('goes on page by page and can be of one connection', async () => {
    await using kit = await startKit()
    for (let i = 1; i <= 5; i++)
      kit.journal.record('token.renewed', { connection: i % 2 ? 'a' : 'b', generation: i, retryAt: 1_700_000_000_999 })
    const seen: unknown[] = []
    let path = '/v1/events?limit=2'
    for (let next: unknown = 1; next !== undefined;) {
      const page = await kit.local('GET', path)
      seen.push(...(page.json['events'] as Told[]).map(({ fields }) => fields['generation']))
      next = page.json['next']
      path = `/v1/events?limit=2&after=${String(next)}`
    }
    expect(seen).toEqual([5, 4, 3, 2, 1])
    const [newest] = (await kit.local('GET', '/v1/events?connection=b')).json['events'] as Told[]
    expect(newest).toMatchObject({ connection: 'b', fields: { generation: 4, retry_at: 1_700_000_000 } })
    expect((await kit.local('GET', '/v1/events?connection=c')).json['events']).toEqual([])
  })

  it('shows a key only what is of its connections', async () => {
    await using kit = await startKit()
    const { key } = await kit.key(['read'], ['a'])
    kit.journal.record('token.renewed', { connection: 'b', generation: 1 })
    kit.journal.record('token.renewed', { connection: 'a', generation: 2 })
    const list = await kit.call({ method: 'GET', path: '/v1/events', headers: { authorization: `Bearer ${key}` } })
    expect((list.json['events'] as Told[]).map(({ event, connection }) => [event, connection])).toEqual([
      ['token.renewed', 'a'],
    ])
    const token = await kit.key(['token'], ['*'])
    const refused = await kit.call({
      method: 'GET',
      path: '/v1/events',
      headers: { authorization: `Bearer ${token.key}` },
    })
    expect([refused.status, (await kit.call({ method: 'GET', path: '/v1/events' })).status]).toEqual([403, 401])
  })

  it('is still there after a restart, and ids go on growing', async () => {
    await using kit = await startKit()
    kit.journal.record('token.renewed', { connection: 'a', generation: 1 })
    await kit.journal.close()
    const { log, clock, store } = { ...kit, log: { debug() {}, info() {}, warn() {}, error() {} } }
    const again = await createJournal({ store: store.events, clock: { ...clock, now: () => 5 }, log })
    again.record('token.renewed', { connection: 'a', generation: 2 })
    const { entries } = await again.list({ limit: 10 }, () => true)
    expect(entries.map(({ fields }) => fields['generation'])).toEqual([2, 1])
    await again.close()
  })

  it('waits for a store that is away', async () => {
    await using kit = await startKit()
    let away = true
    const store = {
      list: kit.store.events.list,
      append: (events: Parameters<typeof kit.store.events.append>[0]) =>
        away ? Promise.reject(new Error('away')) : kit.store.events.append(events),
    }
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    const journal = await createJournal({ store, clock: kit.clock, log })
    journal.record('token.renewed', { connection: 'a', generation: 1 })
    expect((await journal.list({ limit: 10 }, () => true)).entries).toEqual([])
    away = false
    expect((await journal.list({ limit: 10 }, () => true)).entries).toHaveLength(1)
    await journal.close()
  })
})

describe('the stream of events', () => {
  it('tells what happens as it happens, to whoever may see it', async () => {
    await using kit = await startListening()
    const cookie = await kit.signIn()
    const { key } = await kit.key(['read'], ['a'])
    const person = listen({ cookie })
    const job = listen({ authorization: `Bearer ${key}` })
    await Promise.all([person.opened(), job.opened()])
    kit.journal.record('token.renewed', { connection: 'b', generation: 1 })
    kit.journal.record('token.renewed', { connection: 'a', generation: 2 })
    await Promise.all([person.heard(2), job.heard(1)])
    expect(person.told.map(({ connection }) => connection)).toEqual(['b', 'a'])
    expect(job.told.map(({ connection }) => connection)).toEqual(['a'])
  })

  it('goes on behind the last event that was heard, and says where some are missing', async () => {
    await using kit = await startListening()
    const cookie = await kit.signIn()
    const first = listen({ cookie })
    await first.opened()
    kit.journal.record('token.renewed', { connection: 'a', generation: 1 })
    kit.journal.record('token.renewed', { connection: 'a', generation: 2 })
    await first.heard(2)
    const last = String(first.told[0]?.id)
    const again = listen({ cookie, 'last-event-id': last })
    await again.heard(1)
    expect([again.told.map(({ fields }) => fields['generation']), again.marks.includes('gap')]).toEqual([[2], false])
    for (let i = 0; i < 2_100; i++) kit.journal.record('token.renewed', { connection: 'a', generation: 3 + i })
    const late = listen({ cookie, 'last-event-id': last })
    await late.until(() => late.told.at(-1)?.fields['generation'] === 2_102)
    expect(late.marks).toContain('gap')
    expect(late.told.length).toBeGreaterThanOrEqual(1_000)
    expect(late.told.length).toBeLessThan(2_101)
  })

  it('ends when its session is signed out, and when its key is revoked', async () => {
    await using kit = await startListening()
    const cookie = await kit.signIn()
    const { id, key } = await kit.key(['read'], ['*'])
    const person = listen({ cookie })
    const program = listen({ authorization: `Bearer ${key}` })
    await Promise.all([person.opened(), program.opened()])
    await kit.call({ method: 'DELETE', path: '/v1/session', headers: { cookie, ...sameOrigin } })
    await person.ended()
    await kit.local('DELETE', `/v1/keys/${id}`)
    await program.ended()
    const again = listen({ cookie })
    await again.ended()
    expect(again.status()).toBe(401)
  })

  it('is refused where one session has four open, and not to another', async () => {
    await using kit = await startListening()
    const cookie = await kit.signIn()
    const streams = [1, 2, 3, 4].map(() => listen({ cookie }))
    await Promise.all(streams.map((stream) => stream.opened()))
    const fifth = listen({ cookie })
    await fifth.ended()
    const other = listen({ cookie: await kit.signIn() })
    await other.opened()
    expect([fifth.status(), other.status()]).toEqual([429, 200])
  })

  it('ends with the server, which does not wait for it', async () => {
    const kit = await startListening()
    const stream = listen({ cookie: await kit.signIn() })
    await stream.opened()
    await kit[Symbol.asyncDispose]()
    await stream.ended()
    expect(stream.status()).toBe(200)
  })

  it('drops who does not read', async () => {
    await using kit = await startListening()
    const headers = { host: '127.0.0.1:7117', accept: 'text/event-stream', cookie: await kit.signIn() }
    const deaf = await new Promise<import('node:http').IncomingMessage>((resolve) => {
      const sent = request(new URL('/v1/events', address), { headers }, resolve)
      sent.on('error', () => {})
      sent.end()
      open.push(() => sent.destroy())
    })
    deaf.pause()
    const lost = new Promise<void>((resolve) => deaf.once('error', () => resolve()).once('close', () => resolve()))
    const words = 'x'.repeat(10_000)
    for (let i = 0; i < 3_000; i++) {
      kit.journal.record('token.renewal_failed', { connection: 'a', words })
      if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    deaf.resume()
    await lost
    expect(deaf.complete).toBe(false)
  })
})

describe('the session of a stream', () => {
  it('is not kept alive by it', async () => {
    await using kit = await startKit()
    const cookie = await kit.signIn()
    const digest = (await import('../../src/server/keys.ts')).digestOf(cookie.split('=')[1] ?? '')
    const { createSessions } = await import('../../src/server/sessions.ts')
    const sessions = createSessions(
      kit.store.sessions,
      kit.clock,
      (size) => new Uint8Array(size),
      () => {},
    )
    expect(await sessions.lives(digest)).toBe(true)
    kit.clock.forward(11 * 3600_000)
    expect(await sessions.lives(digest)).toBe(true)
    kit.clock.forward(3600_001)
    expect(await sessions.lives(digest)).toBe(false)
  })
})

describe('who reads a connection', () => {
  it('is counted by key, from memory and from the routes, and survives a restart', async () => {
    await using kit = await startListening()
    await kit.store.connections.insert(stored('books'), undefined, undefined)
    kit.connections.stored.set('books', servedToken('books'))
    const { id, key } = await kit.key(['token'], ['books'], { name: 'nightly' })
    for (let i = 0; i < 3; i++)
      await kit.call({
        method: 'GET',
        path: '/v1/connections/books/token',
        headers: { authorization: `Bearer ${key}` },
      })
    const callers = async () =>
      (await kit.local('GET', '/v1/connections/books/callers')).json['callers'] as Record<string, unknown>[]
    expect(await callers()).toMatchObject([{ key_id: id, name: 'nightly', reads: 3, revoked: false }])
    await kit.local('DELETE', `/v1/keys/${id}`)
    expect(await callers()).toMatchObject([{ key_id: id, reads: 3, revoked: true }])
    expect((await kit.store.keyReads.of('books')).map(({ reads }) => reads)).toEqual([3])
  })
})

function stored(name: string) {
  return {
    id: `id-${name}`,
    name,
    provider: 'demo',
    way: 'person',
    values: {},
    secretValues: {},
    scopes: [],
    boundTo: '',
    settingsVersion: 1,
    createdAt: 1,
    removing: false,
  }
}
