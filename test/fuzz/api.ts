/** The HTTP interface before the real domain and store: whatever is sent, the answer is one of the contract. */
import fc from 'fast-check'
import { contract, type Route } from '../../src/api/contract.ts'
import { problem } from '../../src/api/problem.ts'
import { createCatalogue } from '../../src/provider/load.ts'
import { connected, service, tokens, world } from '../connections/harness.ts'
import { publicUrl, startKit } from '../server/kit.ts'
import { damaged, wild, wildPart } from './damaged.ts'
import type { Subject } from './subject.ts'

const scalar = fc.oneof(
  fc.constantFrom('books', 'custom', 'person', 'machine', 'github', '', 'a'),
  wild,
  fc.integer(),
  fc.boolean(),
)
const words =
  'name provider definition grant client id secret inputs scopes tokens state overrides verbs connections token url text min_valid generation ways hosts __proto__'
const names = fc.constantFrom(...words.split(' '))
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(names, fc.string({ maxLength: 6 })), tie('tree'), { maxKeys: 5 }),
  ),
}))
/** What these routes take, with one or two members of something else. */
const right = fc
  .tuple(
    fc.constantFrom<object>(
      { name: 'papers', provider: 'custom', definition: service(), grant: 'machine', client: { id: 'i', secret: 's' } },
      { name: 'papers', provider: 'github', client: { id: 'i', secret: 's' }, scopes: ['repo'] },
      { name: 'key', verbs: ['token'], connections: ['books'] },
      { definition: service() },
      { overrides: { hosts: { api: ['api.example.com'] } } },
      { generation: 1 },
      { state: 'active' },
      { text: 'code=a&state=b' },
    ),
    fc.dictionary(names, tree, { maxKeys: 2 }),
  )
  .map(([value, other]) => ({ ...value, ...other }))
const routes: ReadonlyMap<string, Route> = new Map(Object.entries(contract))
const request = fc.record({
  route: fc.constantFrom(...routes.keys()),
  method: fc.option(fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'), {
    nil: undefined,
    freq: 8,
  }),
  params: fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom('books', 'books', 'custom', 'person') }, wild), {
    minLength: 4,
    maxLength: 4,
  }),
  harm: fc.option(damaged(fc.constant('/v1/connections/books')), { nil: undefined, freq: 8 }),
  query: fc.dictionary(fc.oneof(names, fc.constantFrom('limit', 'after', 'revoke', 'format')), wild, { maxKeys: 2 }),
  body: fc.oneof(
    fc.constant('{}'),
    { weight: 3, arbitrary: right.map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: damaged(right.map((value) => JSON.stringify(value))) },
    tree.map((value) => JSON.stringify(value) ?? ''),
    damaged(tree.map((value) => JSON.stringify(value) ?? '')),
    wild,
  ),
  type: fc.oneof({ weight: 12, arbitrary: fc.constant('application/json') }, fc.constantFrom('text/plain', 'x')),
  caller: fc.oneof({ weight: 20, arbitrary: fc.constant('local') }, fc.constantFrom('nobody', 'key', 'key', 'wrong')),
  header: fc.oneof(wildPart, fc.constant('')),
})
type Request = typeof request extends fc.Arbitrary<infer T> ? T : never

/** A service of which tokens and rubbish come, and a server in front of one real connection. */
export async function startApi(): Promise<Subject> {
  const here = await world()
  await connected(here)
  here.answer((_, count) => {
    if (count % 3 === 0) return { status: 400, body: { error: 'invalid_grant' } }
    return count % 3 === 1 ? { body: '<html>' } : tokens(count)
  })
  const { store } = here
  const catalogue = createCatalogue({ stored: store.definitions })
  const kit = await startKit({}, { connections: here.domain.connections, store, catalogue })
  // The sleeps of its clock keep no process alive.
  const alive = setInterval(() => undefined, 60_000)
  const { key } = await kit.key(['token', 'read'], ['books'])
  return {
    name: 'the HTTP interface',
    slice: 250,
    property: fc.asyncProperty(request, async (asked) => {
      // Tokens end, and pauses pass.
      here.clock.advance(10_000)
      await check(kit, key, asked)
      // What would be refused for want of it alone reaches nothing.
      const { schedule } = (await store.connections.byName('books')) ?? {}
      if (schedule?.state === 'needs_authorization')
        await here.domain.connections.remove('books', { revoke: false }, { kind: 'local' })
      if (schedule?.state !== 'active' && schedule?.state !== 'suspended') await connected(here)
    }),
    async close() {
      clearInterval(alive)
      await kit[Symbol.asyncDispose]()
      await here.close()
    },
  }
}

async function check(kit: Awaited<ReturnType<typeof startKit>>, key: string, asked: Request): Promise<void> {
  const { params, caller, harm } = asked
  // One of its keys.
  const route = routes.get(asked.route) as Route
  let place = 0
  const filled = route.path.replaceAll(/\{\w+\}/g, () => encodeURIComponent((params[place++] ?? '').toWellFormed()))
  const query = new URLSearchParams(asked.query).toString()
  const hasBody = (asked.method ?? route.method) !== 'GET' && asked.method !== 'HEAD'
  const secret = caller === 'key' ? key : caller === 'wrong' ? `eg_${asked.header}` : undefined
  const answer = await kit.server.inject({
    method: asked.method ?? route.method,
    path: `${encodeURI((harm ?? filled).toWellFormed())}${query === '' ? '' : `?${query}`}`.replace(/^(?!\/)/, '/'),
    asLocal: caller === 'local',
    headers: {
      host: new URL(publicUrl).host,
      ...(hasBody ? { 'content-type': asked.type } : {}),
      ...(secret === undefined ? {} : { authorization: `Bearer ${secret.replace(/[^\x20-\x7e]/g, '')}` }),
    },
    ...(hasBody ? { body: asked.body } : {}),
  })
  const isProblem = answer.body !== '' && String(answer.headers['content-type']).startsWith('application/problem+json')
  const { code } = isProblem ? problem.parse(JSON.parse(answer.body)) : { code: undefined }
  if (answer.status === 500 || code === 'internal') throw new Error(`${answer.status} ${answer.body}`)
  const isRead = route.needs === 'token' || route.needs === 'fresh'
  if (!isRead && /\b(?:access|refresh)-\d+\b/.test(answer.body)) throw new Error('a token in an answer that tells none')
}
