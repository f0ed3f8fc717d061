/** What people see and press: the start page, consoles, and the commands that are shown there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeWay } from '../../src/provider/describe.ts'
import {
  commandLine,
  connectCommand,
  loadServices,
  startRehearsal,
  type Rehearsal,
  type Watched,
} from '../../src/rehearsal/index.ts'
import { manualClock } from '../connections/harness.ts'

const services = await loadServices()
const seen: Watched[] = []
const clock = manualClock()
let rehearsal: Rehearsal
beforeAll(async () => {
  rehearsal = await startRehearsal({ services, clock, consent: 'page', watch: (one) => void seen.push(one) })
})
afterAll(() => rehearsal.close())

const read = async (path: string) => (await fetch(`${rehearsal.origin}${path}`)).text()
const press = async (service: string, form: Record<string, string>) =>
  (await fetch(`${rehearsal.origin}/${service}/console`, { method: 'POST', body: new URLSearchParams(form) })).text()

async function pressedFrom(headers: Record<string, string>) {
  const { control } = rehearsal.service('quickbooks-online')
  const body = new URLSearchParams({ fault: 'error_500' })
  const { status } = await fetch(`${rehearsal.origin}/quickbooks-online/console`, { method: 'POST', headers, body })
  const waiting = control.waiting()
  control.heal()
  return { status, waiting }
}

const bearer = '/quickbooks-online/oauth.platform.intuit.com/oauth2/v1/tokens/bearer'
const basic = `Basic ${Buffer.from('rehearsal:rehearsal-secret').toString('base64')}`

async function renew(refreshToken: string) {
  const answer = await fetch(`${rehearsal.origin}${bearer}`, {
    method: 'POST',
    headers: { authorization: basic, accept: 'application/json', 'x-include-refresh-token-hard-expires-in': 'true' },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  })
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> }
}

describe('the start page', () => {
  it('leads to the console of every service, and each is complete in itself', async () => {
    const links = [...(await read('/')).matchAll(/href="(\/[^"]+\/console)"/g)].map(([, path]) => path!)
    expect(links).toHaveLength(services.length)
    for (const path of links) {
      const html = await read(path)
      expect(html, path).toContain('<html lang="en">')
      expect(html.match(/(?:src|href)="(?:https?:)?\/\/[^"]*"/g), path).toBeNull()
    }
  })
})

describe('the command that connects a service', () => {
  const ways = services.flatMap(({ provider }) =>
    Object.keys(provider.ways).map((way) => [provider.id, way, provider] as const),
  )
  it.each(ways)('%s %s gives all that is asked for', (_, way, provider) => {
    const { environment, flags } = connectCommand(provider, way)
    const given: Record<string, boolean> = {
      client_id: flags.includes('--client-id'),
      client_secret: 'EVERGRANT_CLIENT_SECRET' in environment,
      key: flags.includes('--generate-key'),
      user_name: flags.includes('--user-name'),
      password: 'EVERGRANT_PASSWORD' in environment,
    }
    const needed = describeWay(provider, way).filter((field) => !field.optional)
    const open = needed.filter(({ name }) => !(given[name] ?? flags.some((flag) => flag.startsWith(`${name}=`))))
    expect(open.map(({ name }) => name)).toEqual([])
  })

  it('leads to the rehearsal where an address is typed', async () => {
    expect(await read('/keycloak/console')).toContain(`=${rehearsal.origin}/keycloak/`)
  })

  it('is typed as it stands', () => {
    const line = commandLine({ environment: { A: 'x y' }, flags: ['--input', "name=it's (1)"], first: [] }, ['one'])
    expect(line).toBe(String.raw`A='x y' evergrant connect one --input 'name=it'\''s (1)'`)
  })
})

describe('the console', () => {
  it('shows what waits and what happened, with the reason and without secrets', async () => {
    const { refreshToken } = rehearsal.service('quickbooks-online').control.token('user')
    expect(await press('quickbooks-online', { fault: 'error_500' })).toContain('Waits: 500.')
    expect((await renew(refreshToken!)).status).toBe(500)
    expect((await renew('no-such-token')).status).toBe(400)
    const html = await read('/quickbooks-online/console')
    expect(html).toContain('No trouble waits')
    expect(html).toContain('trouble: 500')
    expect(html).toContain('400 invalid_grant')
    expect(html).not.toContain('no-such-token')
    expect(seen.slice(-2)).toMatchObject([
      { service: 'quickbooks-online', as: 'renewal (user)', why: 'trouble: 500' },
      { status: 400, why: expect.stringContaining('invalid_grant') },
    ])
    expect(JSON.stringify(seen)).not.toContain(refreshToken)
  })

  it.each([
    ['a page of another site', () => ({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })],
    ['another port of this machine', () => ({ 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' })],
    ['a frame that hides where it is from', () => ({ origin: 'null' })],
    ['a page of another site in an old browser', () => ({ origin: 'https://evil.example' })],
  ])('is not pressed by %s', async (_, headers) => {
    expect(await pressedFrom(headers())).toEqual({ status: 403, waiting: [] })
  })

  it.each([
    ['in a browser', () => ({ 'sec-fetch-site': 'same-origin', origin: rehearsal.origin })],
    ['in an old browser', () => ({ origin: rehearsal.origin })],
    ['on a command line', () => ({})],
  ])('is pressed by people %s', async (_, headers) => {
    expect(await pressedFrom(headers())).toEqual({ status: 200, waiting: ['500'] })
  })

  it('makes lifetimes pass faster from the next token on', async () => {
    const { refreshToken } = rehearsal.service('quickbooks-online').control.token('user')
    expect(await press('quickbooks-online', { speed: '60' })).toContain('60 times faster: so it is')
    const { json } = await renew(refreshToken!)
    expect(json['expires_in']).toBe(60)
    clock.advance(61_000)
    expect(rehearsal.service('quickbooks-online').whose(String(json['access_token']))).toBeUndefined()
    expect(await press('quickbooks-online', { speed: '1' })).toContain('Lifetimes pass as stated')
  })

  it('answers as the service does for a cause', async () => {
    const { refreshToken } = rehearsal.service('quickbooks-online').control.token('user')
    const rules = rehearsal.service('quickbooks-online').provider.errors!
    const index = rules.findIndex(({ means, on }) => means === 'client' && on.includes('renew'))
    await press('quickbooks-online', { refuse: String(index) })
    expect((await renew(refreshToken!)).json).toMatchObject({ error: 'invalid_client' })
    expect(seen.at(-1)?.why).toContain('as asked for: ')
    expect((await renew(refreshToken!)).status).toBe(200)
  })

  it('asks for keys only where the service takes some', async () => {
    expect(await read('/netsuite/console')).toContain('Register a certificate')
    expect(await read('/quickbooks-online/console')).not.toContain('Register a certificate')
    expect(JSON.parse(await read('/google-cloud/key-file.json'))).toMatchObject({
      private_key: expect.stringContaining('BEGIN PRIVATE KEY'),
    })
    expect(await read('/github/console')).toContain('href="/github/private-key.pem"')
    expect(await read('/github/private-key.pem')).toContain('BEGIN PRIVATE KEY')
  })

  it('gives the definition for an Evergrant that does not rehearse', async () => {
    const definition = JSON.parse(await read('/netsuite/definition.json')) as Record<string, unknown>
    expect(definition).toMatchObject({ id: 'rehearsal-netsuite', hosts: { token: [rehearsal.host] } })
  })
})

it('tells why a page for consent was not shown', async () => {
  await read('/quickbooks-online/appcenter.intuit.com/connect/oauth2?client_id=nobody')
  expect(seen.at(-1)).toMatchObject({ as: 'authorize', status: 400, why: 'No client of this id is registered here.' })
})
