/**
 * Requirement rows J1 to J4 and H8 where they are about hosts: whatever a person, a callback or an answer puts into a
 * template, no request with a secret in it goes to a host that the service does not list. Hosts are judged here by
 * `URL` and a plain list, not by the program's own patterns.
 */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiOf } from '../../src/connections/api.ts'
import { planOf } from '../../src/connections/plan.ts'
import { EvergrantError } from '../../src/errors.ts'
import { toWire } from '../../src/oauth/call.ts'
import { judgeUrl, readAllowList } from '../../src/outbound/addresses.ts'
import type { Call, Provider } from '../../src/provider/provider.ts'
import { parseDefinition } from '../../src/provider/schema.ts'
import { secret } from '../../src/secret.ts'
import type { Loaded } from '../../src/store/store.ts'
import { service, tokens, world, type World } from '../connections/harness.ts'

/** A host that is chosen by `addr`, `label` or `loose`, or that stands before a `path`. */
const addresses = {
  addr: '{addr}/x',
  label: 'https://{label}.api.example.com/x',
  loose: 'https://{loose}.api.example.com/x',
  path: 'https://api.example.com/{path}/x',
}
type Kind = keyof typeof addresses
const good: Record<Kind, string> = {
  addr: 'https://eu.api.example.com',
  label: 'eu',
  loose: 'eu',
  path: 'tenant',
}

// Whoever owns a listed name owns what is under it.
const inside = (host: string) =>
  ['auth.example.com', 'api.example.com'].includes(host) || host.endsWith('.api.example.com')

const secrets = ['canary-client-secret', 'canary-access', 'canary-refresh', 'canary-code', 'canary-verifier', 'Basic ']

const evil = 'evil.example'
const hostile: Record<Kind, string[]> = {
  addr: [
    `https://${evil}`,
    `https://api.example.com.${evil}`,
    `https://api.example.com@${evil}`,
    `https://api.example.com:443@${evil}`,
    `https://${evil}#api.example.com`,
    `https://${evil}?api.example.com`,
    `https://${evil}/api.example.com`,
    `https://${evil}\\@api.example.com`,
    `https://${evil}%2f@api.example.com`,
    `https:\\\\${evil}`,
    `https:${evil}`,
    `https:/${evil}`,
    `//${evil}`,
    evil,
    `https://${evil}.`,
    `https://${evil}:443`,
    'https://xapi.example.com',
    'https://api.example.com.',
    'https://api.example.com:8443',
    'https://api.example.comx',
    'https://example.com',
    'http://api.example.com',
    'ftp://api.example.com',
    'ws://api.example.com',
    'javascript:alert(1)',
    'data:text/plain,x',
    'file:///etc/passwd',
    'https://api.example.com%2e.evil.example',
    'https://api。example。com.evil.example',
    'https://аpi.example.com',
    `https://api.example.com\t.${evil}`,
    `https://api.example.com\r\n.${evil}`,
    `https://${evil}\u0000.api.example.com`,
    'https://127.0.0.1',
    'https://2130706433',
    'https://[::1]',
    'https://169.254.169.254',
    'https://*.api.example.com',
    '{token}',
    `https://{client_secret}.${evil}`,
    '',
    ' ',
  ],
  label: [],
  loose: [
    `${evil}/`,
    `${evil}#`,
    `${evil}?`,
    `${evil}\\`,
    `${evil}:443/`,
    `x@${evil}/`,
    `x:y@${evil}#`,
    `${evil}%2f`,
    `${evil}%23`,
    `${evil}%5c`,
    `${evil}／`,
    `${evil}＃`,
    `${evil}？`,
    `${evil}\t/`,
    `${evil}\n/`,
    `${evil}\u0000`,
    `${evil}/..`,
    `../../${evil}`,
    `..`,
    `.`,
    `-`,
    ``,
    ` `,
    `a b`,
    `[::1]/`,
    `127.0.0.1/`,
    `{token}`,
    `{client_secret}`,
    `x%00`,
    `evil。example／`,
  ],
  path: [
    `../../${evil}`,
    `..`,
    `.`,
    `%2e%2e`,
    `..%2f..`,
    `//${evil}`,
    `@${evil}`,
    `:8443@${evil}`,
    `\\\\${evil}`,
    `\\@${evil}`,
    `.${evil}`,
    `?x=https://${evil}`,
    `#https://${evil}`,
    `;@${evil}`,
    `\r\nHost: ${evil}`,
    `x HTTP/1.1\r\nHost: ${evil}\r\n\r\n`,
    `{token}`,
    `{refresh_token}`,
    ``,
  ],
}
hostile.label = hostile.loose

/** Where a template with a host in it can stand, with what is sent there. */
const places = {
  token: { form: { code: '{code}', code_verifier: '{code_verifier}' } },
  renewal: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
  step: { json: { token: '{token}' } },
  probe: { form: { x: '{token}' } },
  revoke: { form: { token: '{refresh_token}' } },
  introspect: { form: { token: '{token}' } },
} as const
type Place = keyof typeof places
const placeNames = Object.keys(places) as Place[]

function definition(place: Place, kind: Kind): Provider {
  const base = service()
  const call = { see: ['docs'], url: addresses[kind], body: places[place] } as Call
  const person = base.ways['person']!
  const renewal = place === 'renewal' ? { ...person.renewal, call } : person.renewal
  const step = { ...call, name: 'next', run: 'each', gives: 'values', take: { seen: 'seen' } } as const
  return {
    ...base,
    hosts: { token: ['auth.example.com', 'api.example.com', '*.api.example.com'], api: ['api.example.com'] },
    values: {
      addr: { label: 'Address', shape: 'url', from: ['answer', 'callback.addr', 'person'], optional: true },
      label: { label: 'Label', shape: 'host_label', from: ['answer', 'callback.label', 'person'], optional: true },
      loose: { label: 'Text', shape: 'text', from: ['answer', 'callback.loose', 'person'], optional: true },
      path: { label: 'Path', shape: 'text', from: ['answer', 'callback.path', 'person'], optional: true },
      seen: { label: 'Seen', from: ['answer'], optional: true },
    },
    ways: {
      person: {
        ...person,
        renewal,
        token: { ...(place === 'token' ? call : person.token!), take: { addr: 'addr' } },
        ...(place === 'step' && { steps: [step] }),
      },
    },
    ...(place === 'probe' && { probes: [{ ...call, auth: { header: 'Bearer {token}' } }] }),
    revoke: place === 'revoke' ? [call] : [],
    ...(place === 'introspect' && { introspect: call }),
  }
}

const callOf = (provider: Provider, place: Place): Call => {
  const way = provider.ways['person']!
  const found = {
    token: way.token,
    renewal: way.renewal.call,
    step: way.steps?.[0],
    probe: provider.probes?.[0],
    revoke: provider.revoke?.[0],
    introspect: provider.introspect,
  }[place]
  if (found === undefined) throw new Error(`no request for ${place}`)
  return found
}

let here: World
let stored: Loaded
beforeAll(async () => {
  here = await world()
  const client = { id: 'client', secret: 'canary-client-secret' }
  const input = { name: 'made', provider: 'custom', definition: service(), grant: 'person', client }
  await here.domain.connections.create(input, { kind: 'local' })
  stored = (await here.store.connections.byName('made'))!
})
afterAll(() => here?.close())

/** Where a request goes and whether it carries a secret; a refusal is a text. */
async function attempt(place: Place, kind: Kind, from: 'person' | 'callback' | 'answer', value: string) {
  const provider = definition(place, kind)
  const connection = { ...stored.connection, values: from === 'person' ? { [kind]: value } : {} }
  const plan = planOf({ provider, connection, client: stored.client }, { clock: here.clock, randomBytes })
  const set = {
    accessToken: secret('canary-access'),
    refreshToken: secret('canary-refresh'),
    tokenType: 'Bearer',
    obtainedAt: 0,
    expiresAt: 'never' as const,
    values: from === 'answer' ? { [kind]: value } : from === 'callback' ? { [`callback.${kind}`]: value } : {},
    warnings: [],
  }
  const flow = { code: secret('canary-code'), code_verifier: secret('canary-verifier') }
  try {
    const wire = toWire(await plan.call(callOf(provider, place), { tokens: set, flow }, 'client'), { deadlineMs: 1 })
    const text = `${wire.url} ${JSON.stringify(wire.headers)} ${wire.body}`
    // Plain http is spoken to hosts that the administrator listed, and to no other.
    if (wire.url.startsWith('http:') && 'refused' in judgeUrl(wire.url, readAllowList([]))) return 'http'
    const url = URL.parse(wire.url)
    const right = url?.protocol === 'https:' && inside(url.hostname) && url.port === '' && url.username === ''
    return { to: wire.url, right, carries: secrets.some((canary) => text.includes(canary)), headers: wire.headers }
  } catch (error) {
    if (error instanceof EvergrantError) return error.code
    throw error
  }
}

describe('J1 to J4: a request with a secret', () => {
  it('is built for every place and every way to name a listed host', async () => {
    for (const place of placeNames)
      for (const kind of Object.keys(addresses) as Kind[]) {
        expect([place, kind, parseDefinition(definition(place, kind))]).toMatchObject([place, kind, { ok: true }])
        for (const from of ['person', 'callback', 'answer'] as const)
          expect([place, kind, from, await attempt(place, kind, from, good[kind])]).toMatchObject([
            place,
            kind,
            from,
            { right: true, carries: true },
          ])
      }
  })

  it('never goes to a host outside the list, in 2,000 attempts by persons, callbacks and answers', async () => {
    const found: unknown[] = []
    let [attempts, refused] = [0, 0]
    for (const place of placeNames)
      for (const kind of Object.keys(addresses) as Kind[])
        for (const value of hostile[kind])
          for (const from of ['person', 'callback', 'answer'] as const) {
            const ended = await attempt(place, kind, from, value)
            attempts++
            if (typeof ended === 'string') refused++
            else if (!ended.right && ended.carries) found.push([place, from, value, ended.to])
            else if (JSON.stringify(ended.headers).includes(evil)) found.push([place, from, value, 'in a header'])
          }
    expect(found).toEqual([])
    expect(attempts).toBeGreaterThan(2000)
    expect(refused).toBeGreaterThan(attempts / 2)
  })
})

describe('J1 to J4: a whole authorization with a hostile value', () => {
  it.each(['callback', 'answer'] as const)('from the %s sends no secret to its host', async (from) => {
    for (const place of placeNames) {
      for (const [index, value] of [good.addr, ...hostile.addr.slice(0, 2)].entries()) {
        const name = `c-${from}-${place}-${index}`
        const before = here.requests.length
        here.answer((_, count) => tokens(count, from === 'answer' ? { addr: value } : {}))
        await walk(name, place, from === 'callback' ? value : undefined)
        const sent = here.requests.slice(before)
        const outside = sent.filter(({ url }) => !inside(new URL(url).hostname)).map(({ url }) => url)
        expect([name, outside]).toEqual([name, []])
        // The token request needs its host before there is an answer.
        const reached = sent.some(({ url }) => url.startsWith(good.addr))
        expect([name, reached]).toEqual([name, index === 0 && !(place === 'token' && from === 'answer')])
      }
    }
  })
})

it('J1 to J4: a job is told no address of the API outside the list', async () => {
  const base: Provider = {
    ...definition('probe', 'addr'),
    api: { see: ['docs'], base: '{addr}', send: { authorization: 'Bearer {token}' } },
  }
  for (const value of [good.addr, ...hostile.addr]) {
    const connection = { ...stored.connection, values: { addr: value } }
    const plan = planOf({ provider: base, connection, client: stored.client }, { clock: here.clock, randomBytes })
    const { base: told, leftOut } = apiOf(plan, undefined)
    const host = URL.parse(told ?? '')?.hostname
    expect([value, host === undefined || inside(host), leftOut.length]).toEqual([
      value,
      true,
      host === undefined ? 1 : 0,
    ])
  }
})

/** Everything a connection can be asked for; what is refused is told by what was not sent. */
async function walk(name: string, place: Place, inCallback: string | undefined): Promise<void> {
  const { connections } = here.domain
  const local = { kind: 'local' } as const
  const client = { id: 'client', secret: 'canary-client-secret' }
  const input = { name, provider: 'custom', definition: definition(place, 'addr'), grant: 'person', client }
  await connections.create(input, local)
  const { id, authorizationUrl } = await connections.authorize(name, { back: 'paste' }, local)
  const state = new URL(authorizationUrl ?? '').searchParams.get('state') ?? ''
  const parameters = [
    ['code', 'canary-code'] as const,
    ['state', state] as const,
    ...(inCallback === undefined ? [] : [['addr', inCallback] as const]),
  ]
  const quietly = async (work: Promise<unknown>) => {
    try {
      await work
    } catch (error) {
      if (!(error instanceof EvergrantError)) throw error
    }
  }
  await quietly(connections.complete(id, { kind: 'parameters', parameters }, local))
  await quietly(connections.renew(name, local))
  await quietly(connections.test(name, local))
  await quietly(connections.revoke(name, local))
}
