/**
 * Services of one's own with the real program: from a pasted command to a token, and what happens to stored secrets when
 * a definition names another host.
 */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEvergrant, type Evergrant, type Json } from '../harness/evergrant.ts'

type Service = { host: string; asked: string[]; close(): void }

let first: Service
let second: Service
let directory: string
let evergrant: Evergrant

/** Answers every request with a token and remembers all that it was sent. */
async function startService(name: string): Promise<Service> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    void (async () => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      asked.push(`${request.url} ${request.headers.authorization ?? ''} ${body}`)
      const token = { access_token: `${name}-${asked.length}`, token_type: 'Bearer', expires_in: 3600 }
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ ...token, refresh_token: 'r' }))
    })()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { host, asked, close: () => server.close() }
}

beforeAll(async () => {
  first = await startService('first')
  second = await startService('second')
  directory = await mkdtemp(join(tmpdir(), 'evergrant-own-'))
  evergrant = await startEvergrant({ allow: [first.host, second.host], providersDir: directory })
})
afterAll(async () => {
  await evergrant?.close()
  first?.close()
  second?.close()
  await rm(directory, { recursive: true, force: true })
})

function definition(id: string, host: string, way: Json = machine(host)): Json {
  return {
    id,
    name: 'Mine',
    category: 'test',
    checked: '2026-11-22',
    tried: 'never',
    sources: {},
    hosts: { token: [host], api: [host] },
    client: { see: [], auth: ['client_secret_post'] },
    ways: { machine: way },
    api: { see: [], base: `http://${host}`, send: { authorization: 'Bearer {token}' } },
  }
}

function machine(host: string): Json {
  return {
    label: 'machine',
    grant: 'client_credentials',
    token: { see: [], url: `http://${host}/token`, body: { form: { grant_type: 'client_credentials' } } },
    renewal: { see: [], by: 'reissue', rotates: 'never' },
  }
}

/** No secret of the client, and a refresh token that must not travel. */
function pasted(host: string): Json {
  return {
    label: 'pasted',
    grant: 'pasted',
    client: { see: [], auth: ['none'] },
    renewal: {
      see: [],
      by: 'refresh_token',
      rotates: 'always',
      call: {
        see: [],
        url: `http://${host}/token`,
        body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
      },
    },
  }
}

const renew = (name: string) => evergrant.request(`/v1/connections/${name}/renew`, { method: 'POST' })

describe('a definition that names another host', () => {
  it('never brings the stored secret there: it is asked for again', async () => {
    await evergrant.request('/v1/providers', { body: { definition: definition('stored', first.host) } })
    const client = { id: 'etl', secret: 'canary-secret' }
    const made = await evergrant.request('/v1/connections', { body: { name: 'a', provider: 'stored', client } })
    expect([made.status, (await renew('a')).json.ok]).toEqual([201, true])

    const moved = await evergrant.request('/v1/providers/stored', {
      method: 'PUT',
      body: { definition: definition('stored', second.host) },
    })
    expect(moved.json).toMatchObject({ connections: ['a'], need_secret: ['a'] })
    const refused = await renew('a')
    expect([refused.status, refused.json.code]).toEqual([409, 'secret_required'])
    const shown = await evergrant.request('/v1/connections/a')
    expect(shown.json).toMatchObject({ condition: 'needs_configuration', failure: { code: 'secret_required' } })
    await evergrant.restart()
    expect((await renew('a')).json.code).toBe('secret_required')
    const half = await evergrant.request('/v1/connections/a', { method: 'PATCH', body: { scopes: ['x'] } })
    expect([half.status, half.json.code]).toEqual([409, 'secret_required'])
    expect(second.asked).toEqual([])

    const given = await evergrant.cli(['connect', 'stored', '--as', 'a', '--client-secret-file', '-', '--json'], {
      stdin: 'canary-secret',
    })
    expect(given).toMatchObject({ code: 0 })
    expect(second.asked).toHaveLength(1)
    expect((await renew('a')).json.ok).toBe(true)
  })

  it('is noticed in a file that was edited, and put right again when the file is', async () => {
    const file = join(directory, 'filed.json')
    await writeFile(file, JSON.stringify(definition('filed', first.host, pasted(first.host))))
    const body = { name: 'b', provider: 'filed', client: { id: 'i' }, refresh_token: 'canary-refresh' }
    expect((await evergrant.request('/v1/connections', { body })).status).toBe(201)
    expect((await renew('b')).json.ok).toBe(true)
    const before = second.asked.length
    await writeFile(file, JSON.stringify(definition('filed', second.host, pasted(second.host))))
    expect((await renew('b')).json.code).toBe('needs_authorization')
    expect(second.asked).toHaveLength(before)
    await writeFile(file, JSON.stringify(definition('filed', first.host, pasted(first.host))))
    expect((await renew('b')).json.ok).toBe(true)
  })

  it('is noticed where a choice sets the host', async () => {
    const chosen = (host: string): Json => {
      const one = definition('chosen', host)
      one.values = {
        region: { label: 'Region', choices: [{ value: 'eu', label: 'Europe', sets: { host } }] },
        host: { label: 'Host', from: ['choice.region'] },
      }
      one.ways.machine.token.url = 'http://{host}/token'
      return one
    }
    expect((await evergrant.request('/v1/providers', { body: { definition: chosen(first.host) } })).status).toBe(201)
    const body = { name: 'c', provider: 'chosen', client: { id: 'i', secret: 's' }, inputs: { region: 'eu' } }
    await evergrant.request('/v1/connections', { body })
    expect((await renew('c')).json.ok).toBe(true)
    const before = second.asked.length
    await evergrant.request('/v1/providers/chosen', { method: 'PUT', body: { definition: chosen(second.host) } })
    expect((await renew('c')).json.code).toBe('secret_required')
    expect(second.asked).toHaveLength(before)
  })

  it('leaves alone what does not move: a new name, another field', async () => {
    await evergrant.request('/v1/providers', { body: { definition: definition('same', first.host) } })
    const body = { name: 'd', provider: 'same', client: { id: 'i', secret: 's' } }
    await evergrant.request('/v1/connections', { body })
    expect((await renew('d')).json.ok).toBe(true)
    const patch = { name: 'Renamed', ways: { machine: { token: { body: { form: { audience: 'new' } } } } } }
    await evergrant.request('/v1/providers/same', { method: 'PATCH', body: { patch } })
    expect((await renew('d')).json.ok).toBe(true)
    expect(first.asked.at(-1)).toContain('audience=new')
    const used = await evergrant.request('/v1/providers/same', { method: 'DELETE' })
    expect([used.status, used.json.detail]).toEqual([409, '"same" is used by d'])
  })
})

describe('a service from a curl command', () => {
  it('is connected at once, with the secret that stood in it', async () => {
    const curl = `curl -s http://${first.host}/oauth/token -H 'Content-Type: application/json' \\
      -d '{"grantType":"client_credentials","appId":"etl","appSecret":"canary-curl","audience":"x"}' | jq -r .access_token`
    const ran = await evergrant.cli(['connect', '--as', 'pasted', '--from-curl', '-'], { stdin: curl })
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('authorized pasted') })
    const [sent = ''] = first.asked.filter((one) => one.startsWith('/oauth/token'))
    expect(JSON.parse(sent.slice(sent.indexOf('{')))).toEqual({
      grantType: 'client_credentials',
      appId: 'etl',
      appSecret: 'canary-curl',
      audience: 'x',
    })
    expect(ran.stdout + ran.stderr + evergrant.output.stdout + evergrant.output.stderr).not.toContain('canary')
    const preview = await evergrant.request('/v1/connections/pasted/preview')
    expect(preview.text).not.toContain('canary')
  })

  it('becomes a file in the providers directory, which is read without a restart', async () => {
    const curl = `curl http://${first.host}/t -u etl:canary -d grant_type=client_credentials`
    const made = await evergrant.cli(['service', 'new', 'filed2', '--from-curl', '-'], { stdin: curl })
    expect(made).toMatchObject({ code: 0, stdout: `wrote ${join(directory, 'filed2.yaml')}\n` })
    const args = ['connect', 'filed2', '--as', 'e', '--client-id', 'etl', '--client-secret-file', '-']
    expect(await evergrant.cli(args, { stdin: 'canary' })).toMatchObject({ code: 0 })
    expect(first.asked.at(-1)).toContain(`Basic ${btoa('etl:canary')}`)
  })
})
