/** What people and tests ask a service for: refusals in its own words, tokens that die, people that leave. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { EvergrantError } from '../../src/errors.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { parseDefinition } from '../../src/provider/schema.ts'
import { faults, loadServices, rehearsed, type Service } from '../../src/rehearsal/index.ts'
import { lookUp } from '../../src/rehearsal/service/paths.ts'
import { answerByRule } from '../../src/rehearsal/service/refusals.ts'
import { createBrowser } from '../harness/browser.ts'
import { rehearsalStage, walk, type RehearsalStage } from '../harness/rehearse.ts'
import { oddService } from './odd-service.ts'

const person = { kind: 'local' } as const
const services = await loadServices()
const books = services.find(({ provider }) => provider.id === 'quickbooks-online')!.provider

let stage: RehearsalStage
let service: Service

beforeAll(async () => {
  stage = await rehearsalStage([...services, { provider: oddService, examples: [] }])
  service = stage.rehearsal.service(books.id)
})
afterEach(() => service.control.heal())
afterAll(() => stage.close())

const rules = services.flatMap(({ provider, examples }) =>
  (provider.errors ?? []).map((rule, index) => [provider.id, index, rule, examples] as const),
)

it.each(rules)('%s answers so that its error rule %i matches', (_, __, rule, examples) => {
  const { body, status } = answerByRule(rule, examples)
  if (rule.status) expect(rule.status).toContain(status)
  for (const [path, values] of Object.entries(rule.match ?? {}))
    expect(values.map(String)).toContain(String(lookUp(body, path)))
})

describe('a service with ways of its own', () => {
  it('is a sound definition', () => {
    const parsed = parseDefinition(rehearsed(oddService, stage.rehearsal.origin), { allowHttp: true })
    expect(parsed.ok ? [] : parsed.faults).toEqual([])
  })

  it('is walked with pushed requests, JSON, lists and addresses that it hands out', async () => {
    const walked = await walk(oddService, 'person', stage, { without: ['revoke'] })
    expect(walked.done).toEqual(['connect', 'authorize', 'read', 'test', 'renew', 'lose', 'refuse'])
    expect(walked).toMatchObject({ who: 'ada@example.com', shown: { shop: 'acme' } })
    expect(walked.shown['instance_url']).toBe(`${stage.rehearsal.origin}/odd/na1.example.com`)
    const list = await fetch(`${walked.shown['instance_url']}/accounts`, {
      headers: { authorization: `Token ${(await stage.connections.read(walked.name)).accessToken.open()}` },
    })
    expect(await list.json()).toEqual({ data: { accounts: [{ id: '42', name: 'The first one' }] } })
    expect(await stage.connections.revoke(walked.name, person)).toEqual({ revocation: 'done' })
  })

  it('is walked with user name and password, and its old token dies with the new one', async () => {
    const walked = await walk(oddService, 'login', stage)
    expect(walked.done).toContain('renew')
    expect(walked.service.whose(walked.accessToken)).toBeUndefined()
  })

  it('names its issuer in a refusal too', async () => {
    const { name, service: odd } = await walk(oddService, 'person', stage, { without: ['revoke'] })
    odd.control.consent('refused')
    expect(await authorized(name)).toMatchObject({ kind: 'failed', code: 'not_now' })
    odd.control.consent('automatic')
  })

  it('takes no request that was not pushed, and a pushed one once', async () => {
    const address = `${stage.rehearsal.origin}/odd/eu.auth.example.com/authorize`
    expect(await (await fetch(`${address}?app_id=rehearsal`)).text()).toContain('pushed first')
    expect(await (await fetch(`${address}?app_id=rehearsal&request_uri=urn:unknown`)).text()).toContain('not known')
  })
})

async function connected(name: string): Promise<string> {
  const { connections } = stage
  await connections.create(
    {
      name,
      provider: 'custom',
      definition: rehearsed(books, stage.rehearsal.origin),
      client: { id: 'rehearsal', secret: 'rehearsal-secret' },
    },
    person,
  )
  await authorized(name)
  return name
}

async function authorized(name: string) {
  const redirectUri = 'https://evergrant.example.test/oauth/callback'
  const started = await stage.connections.authorize(name, { back: 'callback', redirectUri }, person)
  const { authorizationUrl } = await stage.connections.openLink(started.id, 'test')
  const ended = await createBrowser().openUntil(authorizationUrl, (url) => url.startsWith(redirectUri))
  const parameters = [...new URL(ended).searchParams]
  return (await stage.connections.complete(started.id, { kind: 'parameters', parameters }, person)).outcome
}

const stateOf = async (name: string) => (await stage.connections.get(name)).state

describe('trouble that is asked for', () => {
  it('makes the next renewal end as an error rule says, and no other', async () => {
    const name = await connected('by-rule')
    const index = books.errors!.findIndex(({ on, means }) => on.includes('renew') && means === 'dead')
    // Where a second use is harmless a refusal is asked about once more before anybody is bothered.
    service.control.refuse(index)
    service.control.refuse(index)
    const { failure } = await stage.connections.renew(name, person)
    expect(failure).toMatchObject({ kind: 'dead', cause: books.errors![index]!.cause })
    expect(await stateOf(name)).toBe('needs_authorization')
    expect(await authorized(name)).toMatchObject({ kind: 'authorized' })
  })

  it('lets access tokens die, and a renewal brings one that lives', async () => {
    const name = await connected('expired')
    const before = await stage.connections.read(name)
    service.control.expireAccess()
    expect((await stage.connections.test(name, person)).ok).toBe(false)
    stage.world.clock.advance(61_000)
    const after = await stage.connections.reject(name, before.generation)
    expect(service.whose(after.accessToken.open())).toMatchObject({ who: 'ada' })
  })

  it.each(['killRefresh', 'revokeAll'] as const)('needs a person again after %s', async (trouble) => {
    const name = await connected(`after-${trouble.toLowerCase()}`)
    service.control[trouble]()
    expect((await stage.connections.renew(name, person)).ok).toBe(false)
    expect(await stateOf(name)).toBe('needs_authorization')
    if (trouble === 'revokeAll') return
    await expect(stage.connections.renew(name, person)).rejects.toThrow(EvergrantError)
  })

  it('meets a fault of the network where it was asked for alone', async () => {
    const name = await connected('fault')
    service.control.next(faults.error_503, 1, { call: 'renewal' })
    expect((await stage.connections.test(name, person)).ok).toBe(true)
    expect(await stage.connections.renew(name, person)).toMatchObject({ ok: false, failure: { kind: 'transient' } })
    expect((await stage.connections.renew(name, person)).ok).toBe(true)
  })

  it('says no at the page, in the words of the service', async () => {
    const name = await connected('refused')
    service.control.consent('refused')
    expect(await authorized(name)).toMatchObject({ kind: 'failed', code: 'access_denied' })
    service.control.consent('automatic')
  })

  it('is asked for at the console, where certificates and tokens are had too', async () => {
    const page = `${stage.rehearsal.origin}/quickbooks-online/console`
    const press = async (form: Record<string, string>) =>
      (await fetch(page, { method: 'POST', body: new URLSearchParams(form) })).text()
    expect(await (await fetch(page)).text()).toContain('rehearsal-secret')
    const name = await connected('console')
    expect(await press({ act: 'kill_refresh' })).toContain('Done')
    expect((await stage.connections.renew(name, person)).ok).toBe(false)
    expect(await press({ pem: 'no key' })).toContain('Nothing was registered')
    expect(await press({ act: 'nothing' })).toContain('no such button')
  })
})

describe('a living token that is exchanged', () => {
  it('is refused while it is too young, or too far from its end', async () => {
    const { accessToken } = stage.rehearsal.service('odd').control.token('pasted')
    const exchange = () =>
      fetch(`${stage.rehearsal.origin}/odd/eu.auth.example.com/exchange`, {
        headers: { authorization: `Token ${accessToken}` },
      })
    expect(await (await exchange()).json()).toMatchObject({ problem: { number: 5 } })
    stage.world.clock.advance(2 * 86_400_000)
    expect((await exchange()).status).toBe(400)
    stage.world.clock.advance(50 * 86_400_000)
    expect(await (await exchange()).json()).toMatchObject({ expires_in: 5_184_000 })
  })

  it('is walked to its next end', async () => {
    expect((await walk(oddService, 'pasted', stage)).done).toContain('renew')
  })

  it('may keep its end, and that is told', async () => {
    const { control } = stage.rehearsal.service('facebook')
    const facebook = services.find(({ provider }) => provider.id === 'facebook')!.provider
    const { name } = await walk(facebook, 'user', stage, { without: ['renew', 'revoke'] })
    control.extend(false)
    const before = await stage.connections.get(name)
    stage.world.clock.advance(Number(before.expiresAt) - stage.world.clock.now() - 5 * 86_400_000)
    expect((await stage.connections.renew(name, person)).ok).toBe(true)
    const after = await stage.connections.get(name)
    expect(Math.abs(Number(after.expiresAt) - Number(before.expiresAt))).toBeLessThan(2000)
    expect(after.warnings.join(' ')).toContain('ends when the one before did')
    control.extend(true)
  })
})

it('shows who is asked for what, and two buttons', async () => {
  service.control.consent('page')
  const asked = new URLSearchParams({
    client_id: 'rehearsal',
    response_type: 'code',
    scope: 'com.intuit.quickbooks.accounting',
    redirect_uri: 'https://example.com/oauth/callback',
    state: 'state-1',
  })
  const address = `${stage.rehearsal.origin}/${books.id}/appcenter.intuit.com/connect/oauth2`
  const press = async (answer: string) => {
    const page = await (await fetch(`${address}?${asked}`)).text()
    expect(page).toContain('com.intuit.quickbooks.accounting')
    const request = /name="request" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const body = new URLSearchParams({ request, answer })
    const pressed = await fetch(address, { method: 'POST', body, redirect: 'manual' })
    return new URL(pressed.headers.get('location') ?? '').searchParams
  }
  expect((await press('allow')).get('code')).toMatch(/^code_/)
  const refused = await press('refuse')
  expect([refused.get('error'), refused.get('state')]).toEqual(['access_denied', 'state-1'])
  service.control.consent('automatic')
})

describe('a walk by a definition that is not what the service does', () => {
  type Way = Provider['ways'][string]
  const changed = (change: (way: Way, whole: Provider) => void): Provider => {
    const copy = structuredClone(books)
    change(copy.ways['user']!, copy)
    return copy
  }
  const form = (call: Way['token']) => (call!.body as { form: Record<string, string> }).form

  it.each<[string, Provider, string | RegExp]>([
    [
      'client authentication',
      changed((_, whole) => (whole.client.auth = ['client_secret_post'])),
      'client_secret_post is not taken',
    ],
    ['a parameter too many', changed((way) => (way.authorize!.params['more'] = 'x')), 'more is not known'],
    ['PKCE', changed((way) => (way.authorize!.pkce = 'optional')), 'code_challenge is not known'],
    ['a field that is missing', changed((way) => delete form(way.token)['redirect_uri']), 'redirect_uri is missing'],
    ['a fixed value', changed((way) => (form(way.renewal.call)['grant_type'] = 'refresh')), 'grant_type'],
    [
      'the encoding',
      changed((_, whole) => (whole.revoke![0]!.body = { form: { token: '{refresh_token}' } })),
      /is dead at the service|takes the revocation/,
    ],
    [
      'the header that jobs send',
      changed((_, whole) => (whole.probes![0]!.auth = { header: 'Token {token}' })),
      'the test request works',
    ],
  ])('fails: %s', async (_, definition, words) => {
    await expect(walk(definition, 'user', stage)).rejects.toThrow(words)
  })
})

it('is walked by hand where the page asks: two buttons, and a code that is typed in', async () => {
  const microsoft = stage.rehearsal.service('microsoft')
  microsoft.control.consent('page')
  const origin = `${stage.rehearsal.origin}/microsoft`
  const started = await fetch(`${origin}/login.microsoftonline.com/common/oauth2/v2.0/devicecode`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'rehearsal', scope: 'openid' }),
  })
  const {
    user_code: userCode,
    device_code: deviceCode,
    verification_uri: address,
  } = (await started.json()) as Record<string, string>
  const poll = async () => {
    stage.world.clock.advance(6000)
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: 'rehearsal',
      device_code: deviceCode!,
    }
    const answer = await fetch(`${origin}/login.microsoftonline.com/common/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    })
    return (await answer.json()) as { error?: string; access_token?: string }
  }
  const browser = createBrowser()
  expect((await browser.open(address!)).body).toContain('Type the code')
  expect((await poll()).error).toBe('authorization_pending')
  const consent = await browser.post(address!, { user_code: userCode! })
  expect(consent.body).toContain('signed in as ada')
  const request = /name="request" value="([^"]+)"/.exec(consent.body)?.[1] ?? ''
  expect((await browser.post(address!, { request, answer: 'allow' })).body).toContain('Allowed')
  expect((await poll()).access_token).toMatch(/^at_/)
  expect((await poll()).error).toBeTruthy()
  microsoft.control.consent('automatic')
})
