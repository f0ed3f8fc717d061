import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { connection, ledger, openStage, problem, type Stage } from './stage.ts'

const curl = `curl https://s.example/token -d grant_type=client_credentials -d scope=api.read \\
  -d client_id=etl -d client_secret=canary-secret -H 'X-Api-Key: canary-key'`

const changes = [
  { path: 'ways.user.token.url', from: 'https://a.example', to: 'https://b.example' },
  { path: 'traps', from: ['one'] },
  { path: 'name', to: 'Mine' },
]
const draft = {
  definition: { id: 'mine', name: 'Mine' },
  values: {},
  secrets: [],
  has_secrets: false,
  faults: [],
  warnings: [],
}

let play: Parameters<typeof openStage>[0] & object
let stage: Stage
beforeEach(async () => {
  play = { 'POST /v1/providers/check': { json: { ok: true, faults: [], id: 'mine', name: 'Mine', ways: [] } } }
  stage = await openStage(play)
  await stage.listen()
})
afterEach(() => stage.close())

describe('service new', () => {
  it('writes what a curl command says as YAML, and never its secrets', async () => {
    const file = await stage.file('request.txt', curl)
    const ran = await stage.run(`service new mine --from-curl ${file}`)
    expect(ran.code).toBe(0)
    expect(parse(ran.stdout)).toMatchObject({
      id: 'mine',
      scopes: { preset: ['api.read'] },
      client: { auth: ['client_secret_post'] },
      values: { x_api_key: { secret: true } },
    })
    expect(ran.stderr).toContain('  client_id: etl\n')
    expect(ran.stderr).toContain('found and not written: client_secret, x_api_key')
    expect(ran.stdout + ran.stderr + JSON.stringify(stage.asked)).not.toContain('canary')
  })

  it('takes the command from standard input too', async () => {
    expect((await stage.run('service new mine --from-curl - --json', { stdin: curl })).code).toBe(0)
  })

  it('writes into the providers directory and overwrites nothing', async () => {
    play['POST /v1/providers/draft'] = { json: { ...draft, difference: { patch: {}, changes } } }
    const env = { EVERGRANT_PROVIDERS_DIR: stage.home }
    const path = join(stage.home, 'mine.yaml')
    const made = await stage.run('service new mine --copy ledger', { env })
    expect(made).toMatchObject({ code: 0, stdout: `wrote ${path}\n` })
    expect(made.stderr).toContain('  ways.user.token.url: "https://a.example" -> "https://b.example"\n- traps: ["one"]')
    expect(made.stderr).toContain('next: evergrant connect mine\n')
    await writeFile(path, 'mine: own\n')
    const again = await stage.run('service new mine --copy ledger', { env })
    expect(again).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--force') })
    expect(await readFile(path, 'utf8')).toBe('mine: own\n')
    expect((await stage.run('service new mine --copy ledger --force', { env })).code).toBe(0)
    expect(parse(await readFile(path, 'utf8'))).toEqual(draft.definition)
  })

  it('asks the server for metadata, and says it by flags what goes along', async () => {
    play['POST /v1/providers/draft'] = { json: draft }
    const out = join(stage.home, 'made.json')
    const { code } = await stage.run(
      `service new mine --from-issuer https://id.example --grant client_credentials --test-url https://api.example/me --out ${out}`,
    )
    expect(code).toBe(0)
    expect(stage.asked.at(-1)?.body).toEqual({
      issuer: 'https://id.example',
      id: 'mine',
      settings: { grant: 'client_credentials', test_url: 'https://api.example/me' },
    })
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual(draft.definition)
  })

  it('stores it in the server with --store', async () => {
    play['POST /v1/providers/draft'] = { json: draft }
    play['POST /v1/providers'] = { status: 201, json: { id: 'mine', name: 'Mine', connections: [], need_secret: [] } }
    const ran = await stage.run('service new mine --token-url https://s.example/token --store')
    expect(ran).toMatchObject({ code: 0, stdout: 'stored mine\n' })
    expect(stage.asked.at(-1)).toMatchObject({ key: 'POST /v1/providers', body: { definition: draft.definition } })
  })

  it('names all faults by the flags that mend them, and writes nothing', async () => {
    const faults = [
      { path: 'authorization_url', problem: 'is missing' },
      { path: 'hosts.token', problem: 'is empty' },
    ]
    play['POST /v1/providers/draft'] = { json: { ...draft, faults } }
    const ran = await stage.run('service new mine --grant authorization_code')
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain('  --authorization-url URL: is missing\n  hosts.token: is empty\n')
  })

  it('asks on a terminal what is known of the service', async () => {
    play['POST /v1/providers/draft'] = { json: draft }
    const ran = await stage.run('service new mine --store', {
      person: async ({ sees, type }) => {
        play['POST /v1/providers'] = {
          status: 201,
          json: { id: 'mine', name: 'Mine', connections: [], need_secret: [] },
        }
        await sees('what do you know of the service?')
        type('\r')
        await sees('https://login.service.example')
        type('https://id.example\r')
      },
    })
    expect(ran).toMatchObject({ code: 0, stdout: 'stored mine\n' })
    expect(stage.asked.find(({ key }) => key === 'POST /v1/providers/draft')?.body).toEqual({
      issuer: 'https://id.example',
      id: 'mine',
    })
  })

  it.each([
    ['service new Mine --copy ledger', 'is no id'],
    ['service new custom --copy ledger', 'custom is taken'],
    ['service new mine --copy ledger --from-issuer https://a.example', 'exclude each other'],
    ['service new mine --copy ledger --store --out x.yaml', 'exclude each other'],
    ['service new mine --overrides x.yaml', 'is for a copy'],
    ['service new mine --from-curl nowhere.txt', 'there is no such file'],
    ['service new mine --from-curl - --token-url https://a.example', 'exclude each other'],
  ])('refuses %s', async (line, why) => {
    expect(await stage.run(line)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(why) })
    expect(stage.asked).toEqual([])
  })
})

describe('a definition in the server', () => {
  it('is stored from a file; replacing it says whose secrets do not go along', async () => {
    const file = await stage.file('mine.yaml', 'id: mine\nname: Mine\n')
    play['POST /v1/providers'] = problem('provider_exists')
    const refused = await stage.run(`service store ${file}`)
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--replace') })
    play['PUT /v1/providers/mine'] = {
      json: { id: 'mine', name: 'Mine', connections: ['a', 'b'], need_secret: ['b'] },
    }
    const ran = await stage.run(`service store ${file} --replace`)
    expect(ran).toMatchObject({ code: 0, stdout: 'stored mine\n' })
    expect(ran.stderr).toContain('stored secrets do not go there: b;')
  })

  it('is shown whole, as JSON or YAML', async () => {
    play['GET /v1/providers/mine/definition'] = {
      json: { definition: draft.definition, from: 'store', faults: [{ path: 'ways', problem: 'is missing' }] },
    }
    const json = await stage.run('service show mine --definition')
    expect(JSON.parse(json.stdout)).toEqual(draft.definition)
    expect(json.stderr).toContain('warning: ways: is missing')
    expect((await stage.run('service show mine --yaml')).stdout).toBe('id: mine\nname: Mine\n')
  })

  it('is compared with what it was copied from', async () => {
    play['GET /v1/providers/mine/difference'] = { json: { copy_of: 'ledger', patch: {}, changes } }
    expect((await stage.run('service diff mine')).stdout).toBe(
      '  ways.user.token.url: "https://a.example" -> "https://b.example"\n- traps: ["one"]\n+ name: "Mine"\n',
    )
    expect((await stage.run('service diff other')).code).toBe(2)
  })

  it('is removed when somebody says so, and not while it is used', async () => {
    expect(await stage.run('service remove mine')).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
    expect(stage.asked).toEqual([])
    play['DELETE /v1/providers/mine'] = problem('provider_in_use', { detail: '"mine" is used by books' })
    const used = await stage.run('service remove mine --yes')
    expect(used).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('used by books') })
    play['DELETE /v1/providers/mine'] = { status: 204, json: undefined }
    expect(await stage.run('service remove mine --yes')).toMatchObject({
      code: 0,
      stdout: 'removed the definition mine\n',
    })
  })

  it('names every line of a file that is no YAML', async () => {
    const file = await stage.file('broken.yaml', 'id: [canary\nname: "x\n')
    const ran = await stage.run(`service check ${file}`)
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('neither JSON nor YAML') })
    expect(ran.stderr).not.toContain('canary')
  })
})

describe('connect custom', () => {
  const way = {
    ...ledger.ways[1],
    name: 'client_credentials',
    fields: [
      { name: 'client_id', label: 'Client id', place: 'client' },
      { name: 'client_secret', label: 'Client secret', secret: true, place: 'client' },
      { name: 'x_api_key', label: 'x-api-key', secret: true, place: 'input' },
    ],
    client_auth: ['client_secret_post'],
  }
  const checked = { json: { ok: true, faults: [], id: 's-example', name: 'S', ways: [way] } }

  it('gives what a curl command holds to the connection, secrets too', async () => {
    play['POST /v1/providers/check'] = checked
    play['POST /v1/connections'] = { status: 201, json: connection({ name: 'mine', provider: 'custom' }) }
    const ran = await stage.run('connect --as mine --from-curl - --no-authorize', { stdin: curl })
    expect(ran).toMatchObject({ code: 0, stdout: 'stored mine\n' })
    const sent = stage.asked.find(({ key }) => key === 'POST /v1/connections')?.body
    expect(sent).toMatchObject({
      provider: 'custom',
      grant: 'client_credentials',
      client: { id: 'etl', secret: 'canary-secret', method: 'client_secret_post' },
      inputs: { x_api_key: 'canary-key' },
    })
    expect(JSON.stringify([sent.definition, ran])).not.toContain('canary')
  })

  it('takes the rest of an issuer from its metadata, and names what a person has to give', async () => {
    play['POST /v1/providers/check'] = checked
    play['POST /v1/providers/draft'] = { json: draft }
    const ran = await stage.run('connect custom --as mine --issuer https://id.example')
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    for (const flag of ['--client-id ID', '--client-secret-file FILE', '--input-file x_api_key=FILE'])
      expect(ran.stderr).toContain(`  ${flag}: `)
  })

  it('takes addresses for revoking, introspecting and testing', async () => {
    play['POST /v1/connections'] = { status: 201, json: connection({ name: 'mine', provider: 'custom' }) }
    const { code } = await stage.run(
      'connect custom --as mine --token-url https://s.example/t --revocation-url https://s.example/r --introspection-url https://s.example/i --test-url https://s.example/me --client-id i --client-secret-file - --no-authorize',
      { stdin: 's' },
    )
    expect(code).toBe(0)
    expect(stage.asked.at(-1)?.body.definition).toMatchObject({
      revocationUrl: 'https://s.example/r',
      introspectionUrl: 'https://s.example/i',
      testUrl: 'https://s.example/me',
    })
  })

  it.each([
    ['connect ledger --test-url https://a.example', '--test-url describes a custom service'],
    ['connect custom --issuer https://a.example --from-curl x', 'exclude each other'],
    ['connect custom --from-curl - --client-secret-file -', 'standard input can be read by one option only'],
    ['connect custom --grant device_code', '--device-url URL'],
  ])('refuses %s', async (line, why) => {
    play['GET /v1/providers/ledger'] = { json: ledger }
    expect(await stage.run(line)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(why) })
    expect(stage.asked.filter(({ key }) => key === 'POST /v1/connections')).toEqual([])
  })
})
