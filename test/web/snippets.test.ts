/**
 * The snippets as people paste them: run by the shell, Node.js and Python against a real server, and a service that
 * refuses what is not a fresh token. Of what cannot be run here, the parts that make it work are looked for.
 */
import { execFile, spawnSync } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { joined, snippets, type SnippetFacts } from '../../web/src/parts/snippets/index.ts'
import * as quote from '../../web/src/parts/snippets/quote.ts'
import { startEvergrant, type Evergrant } from '../harness/evergrant.ts'

const run = promisify(execFile)
/** Every sign that one of the languages takes as special: definitions may hold any. */
const odd = String.raw`it's "50%" of $HOME $(id) \n #(lf) {x}`

let evergrant: Evergrant
let service: Server
let facts: SnippetFacts
let key: string
/** What the service saw, newest last; and whether it refuses the next request. */
const seen: Record<string, string | string[] | undefined>[] = []
let refusesNext = false

beforeAll(async () => {
  service = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.url === '/token') {
      const token = `token-${seen.length}-${Math.random()}`
      response.end(JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 3600 }))
      return
    }
    seen.push(request.headers)
    response.statusCode = refusesNext || !request.headers.authorization ? 401 : 200
    refusesNext = false
    response.end(JSON.stringify({ rows: [1, 2], at: request.url }))
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(service.address() as AddressInfo).port}`
  evergrant = await startEvergrant({ allow: [host] })
  await evergrant.cli(
    [
      'connect',
      'custom',
      '--as',
      'reports',
      '--token-url',
      `http://${host}/token`,
      '--api-url',
      `http://${host}/api`,
      '--client-id',
      'etl',
    ],
    { env: { EVERGRANT_CLIENT_SECRET: 'secret' } },
  )
  const made = await evergrant.request('/v1/keys', {
    method: 'POST',
    body: { name: 'job', verbs: ['token'], connections: ['reports'] },
  })
  key = made.json.key
  const api = (await evergrant.request('/v1/connections/reports')).json.api
  facts = {
    name: 'reports',
    server: evergrant.url,
    url: joined(api.base, '/rows?of=a&b=it%27s'),
    headers: { ...api.headers, 'x-odd': odd },
  }
})
afterAll(async () => {
  await evergrant.close()
  service.close()
})

const python = process.env['PYTHON'] ?? 'python3'
const starts = (...[command = '', ...words]: string[]) => spawnSync(command, words).status === 0
const has = (module: string) => starts(python, '-c', `import ${module}`)

/** `again`: a 401 is answered with one more request, which a line of shell does not do. */
const programs = [
  { id: 'curl', command: 'sh', flag: ['-c'], needs: 'curl', there: starts('curl', '--version'), again: false },
  { id: 'node', command: process.execPath, flag: ['--input-type=module', '-e'], needs: '', there: true, again: true },
  { id: 'python-requests', command: python, flag: ['-c'], needs: 'requests', there: has('requests'), again: true },
  { id: 'python-httpx', command: python, flag: ['-c'], needs: 'httpx', there: has('httpx'), again: true },
]
const running = programs.filter(({ there }) => there)

function paste({ id, command, flag }: (typeof programs)[number]) {
  const env = { PATH: process.env['PATH'], EVERGRANT_API_KEY: key }
  return run(command, [...flag, snippets[id]!.text(facts)], { env })
}

describe('a snippet', () => {
  it.each(running)('for $id asks the service with a fresh token and every header', async (program) => {
    const { stdout } = await paste(program)
    expect(stdout).toContain('"rows":[1,2]')
    expect(stdout).toContain('/api/rows?of=a&b=it%27s')
    expect(seen.at(-1)).toMatchObject({ authorization: expect.stringMatching(/^Bearer token-/), 'x-odd': odd })
  })

  it.each(running.filter(({ again }) => again))('for $id reports a 401 and asks once more', async (program) => {
    const before = seen.length
    refusesNext = true
    const { stdout } = await paste(program)
    expect(stdout).toContain('"rows":[1,2]')
    expect(seen).toHaveLength(before + 2)
    expect(seen.at(-1)).toMatchObject({ authorization: expect.stringMatching(/^Bearer token-/), 'x-odd': odd })
  })

  const lacking = programs.filter(({ there }) => !there)
  it.for(lacking)('for $id could not be run: there is no $needs here', (_, { skip }) => skip())
})

it('gives the command line what it needs to run from elsewhere', async () => {
  const env = { EVERGRANT_SERVER: evergrant.url, EVERGRANT_API_KEY: key }
  expect(snippets['evergrant']!.text(facts)).toContain(`export EVERGRANT_SERVER='${evergrant.url}'`)
  const header = /^evergrant (header \S+)/m.exec(snippets['evergrant']!.text(facts))![1]!
  const ran = await evergrant.cli(header.split(' '), { env })
  expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Authorization: Bearer token-/) })
})

const noPython = has('ast') ? '' : ' (skipped: there is no Python)'

it.skipIf(noPython !== '')(`hands dlt and Airflow Python that compiles${noPython}`, () => {
  for (const id of ['dlt', 'airflow']) {
    const { stderr } = spawnSync(python, ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], {
      input: snippets[id]!.text(facts),
      encoding: 'utf8',
    })
    expect(stderr, id).toBe('')
  }
})

it('names connection, server, service and headers everywhere, and a key nowhere', () => {
  for (const [id, { text }] of Object.entries(snippets)) {
    const written = text(facts)
    expect(written, id).toContain('reports')
    expect(written, id).toContain(new URL(facts.server).host)
    expect(written, id).toContain(new URL(facts.url).host)
    expect(written, id).not.toContain(key)
  }
})

it('writes text so that each language reads it back', () => {
  expect(quote.shell(`it's`)).toBe(String.raw`'it'\''s'`)
  expect(quote.shellFormat('100% {token}')).toBe(String.raw`'100%% %s\n'`)
  expect(quote.powershell('it’s $x')).toBe(`'it’’s $x'`)
  expect(quote.powerQuery('a "b" #(lf)')).toBe('"a ""b"" #(#)(lf)"')
})

it('joins the address of the API and what is asked there', () => {
  expect(joined('https://api.example/v1/', '/rows')).toBe('https://api.example/v1/rows')
  expect(joined('https://api.example/v1', 'rows')).toBe('https://api.example/v1/rows')
  expect(joined('https://api.example/v1', '')).toBe('https://api.example/v1')
  expect(joined('https://api.example/v1', '?a=1')).toBe('https://api.example/v1?a=1')
})
