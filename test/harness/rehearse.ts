/**
 * The whole way of a service, as people and jobs go it: connect, authorize, read the token, test it, let it end and
 * renew, lose an answer, be refused with a wrong secret, revoke. Evergrant is the real server on its sockets, over the
 * real domain, a real SQLite store and the guarded HTTP client; people and jobs speak the contract of its API, a browser
 * follows the redirects. The service is played by the rehearsal on a real socket. Time stands still until told.
 */
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import assert from 'node:assert/strict'
import { selfSignedCertificate } from '../../src/connections/certificate.ts'
import type { AuthorizationOnWire } from '../../src/api/authorization.ts'
import type { ConnectionOnWire, NewConnectionOnWire } from '../../src/api/connection.ts'
import type { TokenOnWire } from '../../src/api/token.ts'
import type { ClientInput, Connections } from '../../src/connections/connections.ts'
import { createOutbound, type Outbound } from '../../src/outbound/index.ts'
import type { Client, Provider, Value, Way } from '../../src/provider/provider.ts'
import { resolveValues } from '../../src/provider/values.ts'
import {
  faults,
  rehearsed,
  startRehearsal,
  type Rehearsal,
  type RehearsalOptions,
  type RehearsedService,
  type Service,
} from '../../src/rehearsal/index.ts'
import { manualClock, world, type World } from '../connections/harness.ts'
import { Refused, type Api } from './api-client.ts'
import { createBrowser } from './browser.ts'
import { serve } from './served.ts'

/** A public address of this server, which services with the strictest rules take. */
const publicUrl = 'https://evergrant.example.test'
const second = 1000

export type RehearsalStage = {
  rehearsal: Rehearsal
  world: World
  connections: Connections
  /** The contract as the person at this machine speaks it. */
  api: Api
  /** The same with the key of a job. */
  jobs: Api
  /** The origin behind the public address, for browsers. */
  behind: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** One rehearsal and one store for all walks of a test file. */
export async function rehearsalStage(
  services: readonly RehearsedService[],
  options: Pick<RehearsalOptions, 'tap'> = {},
): Promise<RehearsalStage> {
  const clock = manualClock()
  const rehearsal = await startRehearsal({ services, clock, ...options })
  const outbound: Outbound = createOutbound({ allowHosts: [rehearsal.host], clock })
  // Nothing here is about power cuts: where there is a disk in memory, nobody waits for the real one.
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'evergrant-walk-'))
  const here = await world({ directory, clock, override: { fetch: outbound.fetch, publicUrl, allowHttp: true } })
  const served = await serve(here, publicUrl, directory)
  return {
    rehearsal,
    world: here,
    connections: here.domain.connections,
    api: served.api,
    jobs: served.jobs,
    behind: { [publicUrl]: served.origin },
    async close() {
      await served.close()
      await here.close()
      await outbound.close()
      await rehearsal.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

export type WalkOptions = {
  /** Values that are typed; the others are the examples of the definition. */
  inputs?: Record<string, string>
  scopes?: string[]
  /** Client authentication method; the first of the definition if absent. */
  method?: string
  client?: ClientInput
  /** One that the service takes, where none of the usual ones is. */
  redirectUri?: string
  /** Steps that this way cannot go. */
  without?: ('test' | 'renew' | 'lose' | 'refuse' | 'revoke')[]
}

/** What was seen on the way, for a test to look at. */
export type Walked = {
  name: string
  done: string[]
  accessToken: string
  shown: Readonly<Record<string, string>>
  who?: string
  revocation?: string
  service: Service
  /** The connection as it stood before it was revoked. */
  connection: ConnectionOnWire
  /** The person authorizes again, where the way has a page; what came of it. */
  again(): Promise<Outcome>
}

type Outcome = AuthorizationOnWire['outcome']

type Walking = {
  stage: RehearsalStage
  service: Service
  provider: Provider
  wayName: string
  way: Way
  client: Client
  name: string
  options: WalkOptions
  done: string[]
}

let walks = 0

/** Goes the whole way; throws at the first thing that is not as the definition says. */
export async function walk(
  provider: Provider,
  wayName: string,
  stage: RehearsalStage,
  options: WalkOptions = {},
): Promise<Walked> {
  const way = provider.ways[wayName]
  assert(way, `${provider.name} has the way ${wayName}`)
  const service = stage.rehearsal.service(provider.id)
  const definition = rehearsed(provider, stage.rehearsal.origin)
  const walking: Walking = {
    stage,
    service,
    provider: definition,
    wayName,
    way: definition.ways[wayName]!,
    client: way.client ?? provider.client,
    name: `walk-${(walks += 1)}`,
    options,
    done: [],
  }
  service.control.play(wayName)
  service.control.heal()
  try {
    return await goAll(walking)
  } catch (error) {
    const seen = service
      .requests()
      .slice(-6)
      .map((one) => `${one.text}\n  -> ${one.status} ${one.refused ?? ''}`)
    const told = error instanceof Error ? error.message : String(error)
    throw new Error(
      `${provider.id}/${wayName} after ${walking.done.join(', ') || 'nothing'}: ${told}\n\n${seen.join('\n\n')}`,
      { cause: error },
    )
  } finally {
    service.control.play(undefined)
    service.control.heal()
  }
}

async function goAll(walking: Walking): Promise<Walked> {
  const { name, service, options, done } = walking
  await connect(walking)
  done.push('connect')
  await authorize(walking)
  done.push('authorize')
  const first = await readLiving(walking)
  done.push('read')
  let who: string | undefined
  const goes = (step: NonNullable<WalkOptions['without']>[number]): boolean => options.without?.includes(step) !== true
  if (goes('test')) who = await test(walking)
  if (goes('renew')) await renew(walking)
  if (goes('lose')) await lose(walking)
  if (goes('refuse')) await refuse(walking)
  const last = await read(walking)
  const connection = await show(walking)
  const revocation = goes('revoke') ? await revoke(walking) : undefined
  return {
    name,
    done,
    service,
    connection,
    accessToken: first.access_token,
    shown: last.values ?? {},
    again: () => played(walking, () => authorizeByCode(walking)),
    ...(who !== undefined && { who }),
    ...(revocation !== undefined && { revocation }),
  }
}

async function played<T>({ service, wayName }: Walking, act: () => Promise<T>): Promise<T> {
  service.control.play(wayName)
  return act().finally(() => service.control.play(undefined))
}

const read = ({ stage, name }: Walking): Promise<TokenOnWire> => stage.jobs('readToken', { params: { name } })
const show = ({ stage, name }: Walking): Promise<ConnectionOnWire> => stage.api('showConnection', { params: { name } })

/** Step 1 and 2 of the wizard: service, client, inputs. */
async function connect(walking: Walking): Promise<void> {
  const { stage, provider, wayName, way, client, name, service } = walking
  const body: NewConnectionOnWire = {
    name,
    provider: 'custom',
    definition: provider,
    grant: wayName,
    inputs: inputsFor(walking),
    ...scopesFor(walking),
    ...(way.grant === 'password' || usesPerson(way) ? { user_name: 'ada', password: 'rehearsal-password' } : {}),
    ...(way.grant === 'pasted' && { ...pasted(service, wayName), ...endOf(way, stage) }),
    ...(await clientInput(client, walking)),
  }
  await stage.api('createConnection', { body })
}

/** Where the service must be asked for one and nobody knows which, it is one that the customer has made. */
function scopesFor({ provider, way, options }: Walking): { scopes?: string[] } {
  if (options.scopes) return { scopes: options.scopes }
  const unknown = (way.scopes ?? provider.scopes)?.preset.length === 0
  return unknown && JSON.stringify(way).includes('"scope":"{scope}"') ? { scopes: ['rehearsal'] } : {}
}

function pasted({ control }: Service, wayName: string): { access_token: string; refresh_token?: string } {
  const { accessToken, refreshToken } = control.token(wayName)
  return { access_token: accessToken, ...(refreshToken !== undefined && { refresh_token: refreshToken }) }
}

/** The end of a pasted token, which a person reads where it was made. */
function endOf({ access }: Way, { world: { clock } }: RehearsalStage): { expires_at?: number } {
  return typeof access === 'number' ? { expires_at: Math.floor(clock.now() / second) + access } : {}
}

async function authorize(walking: Walking): Promise<void> {
  const { grant } = walking.way
  if (grant === 'authorization_code') {
    const outcome = await authorizeByCode(walking)
    assert.equal(outcome.kind, 'authorized', `the authorization ends well: ${JSON.stringify(outcome)}`)
  }
  if (grant === 'device_code') await authorizeByDevice(walking)
}

/** Whatever a redirect rule takes first is the redirect URI. */
async function authorizeByCode(walking: Walking): Promise<Outcome> {
  const { stage, name, options } = walking
  const given = options.redirectUri === undefined ? [] : [{ back: 'paste', redirect_uri: options.redirectUri } as const]
  const ways = [
    ...given,
    { back: 'callback', redirect_uri: `${publicUrl}/oauth/callback` },
    { back: 'paste', redirect_uri: 'http://localhost:8765/callback' },
    { back: 'paste', redirect_uri: 'http://127.0.0.1:8765/callback' },
    { back: 'paste', redirect_uri: 'https://localhost:8765/callback' },
  ] as const
  const refused: unknown[] = []
  for (const body of ways) {
    // What people registered, for a service that keeps the address under a name (eBay).
    walking.service.control.sendBackTo(body.redirect_uri)
    const started = await stage.api('authorizeConnection', { params: { name }, body }).catch((error: unknown) => {
      if (!(error instanceof Refused) || error.problem.code !== 'redirect_refused') throw error
      refused.push(error.message)
      return undefined
    })
    if (started) return body.back === 'callback' ? byCallback(stage, started) : byPaste(stage, started)
  }
  return assert.fail(`no redirect URI is taken: ${refused.join('; ')}`)
}

/** The one-time link, the page of the service, and back to this server with the cookie of the flow. */
async function byCallback({ api, behind }: RehearsalStage, { id, url = '' }: AuthorizationOnWire): Promise<Outcome> {
  const page = await createBrowser(behind).open(url)
  const { origin, pathname } = new URL(page.url)
  assert(origin === publicUrl, `the service sends the browser back: ${pathname} ${page.status} ${page.body}`)
  assert.equal(pathname, '/oauth/done', 'neither code nor state stays in the address bar')
  const { outcome } = await api('showAuthorization', { params: { id } })
  assert.equal(page.body.includes('is authorized'), outcome.kind === 'authorized', 'the page says what came of it')
  return outcome
}

/** What the address bar shows in the end is pasted as it is. */
async function byPaste({ api }: RehearsalStage, started: AuthorizationOnWire): Promise<Outcome> {
  const { id, url = '', redirect_uri: redirectUri = '' } = started
  const pasted = await createBrowser().openUntil(url, (address) => address.startsWith(redirectUri))
  return (await api('completeAuthorization', { params: { id }, body: { pasted } })).outcome
}

/** The clock goes on when the program has asked: both wait for each other, so that nobody asks too often for long. */
async function authorizeByDevice({ stage, name, service }: Walking): Promise<void> {
  const started = await stage.api('authorizeConnection', { params: { name } })
  const page = await createBrowser().open(started.verification_uri ?? '')
  assert.equal(page.status, 200, 'the page where the code is typed opens')
  const polls = () => service.requests({ call: 'token' }).length
  let seen = polls()
  for (let look = 0; look < 500; look += 1) {
    const { outcome } = await stage.api('showAuthorization', { params: { id: started.id } })
    if (outcome.kind === 'authorized') return
    assert.equal(outcome.kind, 'waiting', `the device is authorized: ${JSON.stringify(outcome)}`)
    if (polls() > seen) stage.world.clock.advance(30 * second)
    seen = polls()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  assert.fail('the device is still waiting')
}

async function readLiving(walking: Walking): Promise<TokenOnWire> {
  const { service, way } = walking
  const token = await read(walking)
  assert(service.whose(token.access_token), 'what a job gets lives at the service')
  // The scopes asked for are those of a derived token, where there is one; the root has its own.
  const derives = way.steps?.some(({ run, gives }) => run === 'each' && gives === 'token') ?? false
  // Some vendors write a token type of their own, or none.
  const expected = ['not_renewable', 'token_type_unknown', 'token_type_missing', ...(derives ? ['scope_narrower'] : [])]
  assert.deepEqual(
    token.warnings.filter((one) => !expected.includes(one)),
    [],
    'a fresh token has no warnings',
  )
  return token
}

/** The test request of the file, where one applies. */
async function test({ stage, name, done }: Walking): Promise<string | undefined> {
  const report = await stage.api('testConnection', { params: { name } }).catch((error: unknown) => {
    if (error instanceof Refused && error.problem.code === 'not_supported') return undefined
    throw error
  })
  if (!report) return undefined
  assert(report.ok, `the test request works: ${JSON.stringify(report.failure)}`)
  done.push('test')
  return report.who
}

/** Lets the token end, as far as the way lets it be renewed, and reads again. */
async function renew(walking: Walking): Promise<void> {
  const { way, done } = walking
  if (way.renewal.by === 'none') return
  const before = await read(walking)
  await letEnd(walking)
  const after = await readLiving(walking)
  assert.notEqual(after.access_token, before.access_token, 'there is another token')
  assert.equal(after.generation > before.generation, true, 'the generation goes up')
  done.push('renew')
}

async function letEnd(walking: Walking): Promise<void> {
  const { stage, name, way, service } = walking
  const { clock } = stage.world
  const { expires_at, deaths } = await show(walking)
  // Where jobs get something without an end, what it is derived from has one.
  const behind = deaths.find(({ what }) => what === 'token_behind')?.at
  const expiresAt = behind ?? expires_at
  const { by, age = 0, within } = way.renewal
  if (typeof expiresAt !== 'number') {
    if (by !== 'exchange_access_token') service.control.expireAccess()
    clock.advance((Math.max(61, age) + 1) * second)
    return reject()
  }
  const left = expiresAt * second - clock.now()
  // A living token is exchanged: not too young, near enough to its end, and past the point where a caller waits for it.
  const margin = Math.min(
    left / 2,
    Math.max(60 * second, Math.min(left / 10, 300 * second)),
    (within ?? Infinity) * second,
  )
  clock.advance(by === 'exchange_access_token' ? left - margin / 2 : left + second)
  if (behind !== undefined) await reject()

  async function reject(): Promise<void> {
    const { generation } = await read(walking)
    await stage.jobs('rejectToken', { params: { name }, body: { rejected: generation } })
  }
}

/** The answer of a renewal is lost after the service acted: harmless wherever the facts say so. */
async function lose(walking: Walking): Promise<void> {
  const { stage, name, way, wayName, service, done } = walking
  const { by, rotates, grace = 0, reuse } = way.renewal
  if (by !== 'refresh_token' && by !== 'reissue') return
  const before = await show(walking)
  const call = by === 'reissue' ? 'token' : 'renewal'
  if (by === 'reissue' && !way.token) return
  service.control.next(faults.drop_after, 1, { way: wayName, call })
  await stage.api('renewToken', { params: { name } })
  const survives = by === 'reissue' || rotates === 'never' || grace > 0 || reuse === 'harmless'
  if (survives) {
    const report = await stage.api('renewToken', { params: { name } })
    assert(report.ok, `the grant survives a lost answer: ${JSON.stringify(report.failure)}`)
    await readLiving(walking)
  } else {
    const after = await show(walking)
    assert.equal(after.state, 'needs_authorization', 'a lost answer under strict rotation is told')
    assert.equal(before.state, 'active')
    await authorize(walking)
    await readLiving(walking)
  }
  done.push('lose')
}

/** A wrong secret is told as what it is, and the right one mends it. */
async function refuse(walking: Walking): Promise<void> {
  const { stage, way, client, options, done } = walking
  const method = options.method ?? client.auth[0]
  const sent = JSON.stringify(way.token ?? '')
  const proves = method !== undefined && ['client_secret_basic', 'client_secret_post', 'query'].includes(method)
  if (
    !way.token ||
    !(
      sent.includes('{client_secret}') ||
      (proves && (way.token.auth === undefined || way.token.auth === 'client' || way.token.auth === method))
    )
  )
    return
  const name = `${walking.name}-wrong`
  const params = { name }
  const other = { ...walking, name, options: { ...options, client: { secret: 'not-the-secret-of-this-client' } } }
  await connect(other)
  const failure = await firstFailure(other)
  assert(failure !== undefined, 'a wrong secret is refused')
  assert(!['provider_failing', 'unreadable_answer'].includes(failure), `a wrong secret is no passing fault: ${failure}`)
  await stage.api('changeConnection', { params, body: { client: { secret: 'rehearsal-secret' } } })
  await authorize(other)
  if (needsNobody(way)) assert((await stage.api('renewToken', { params })).ok, 'the right secret mends it')
  await readLiving(other)
  await stage.api('removeConnection', { params })
  done.push('refuse')
}

/** The code of what went wrong when the first token was asked for. */
async function firstFailure(walking: Walking): Promise<string | undefined> {
  const asked = walking.way.grant === 'authorization_code' ? authorizeByCode(walking) : read(walking)
  const came: unknown = await asked.catch((error: unknown) => error)
  if (came instanceof Refused) return came.problem.code
  if (came instanceof Error) throw came
  const outcome = came as Outcome | TokenOnWire // what was not thrown came of one of the two
  return 'kind' in outcome && outcome.kind === 'failed' ? outcome.code : undefined
}

function needsNobody({ grant }: Way): boolean {
  return grant !== 'authorization_code' && grant !== 'device_code'
}

async function revoke(walking: Walking): Promise<string> {
  const { stage, name, service, done, provider, wayName } = walking
  const token = (await read(walking)).access_token
  const { revocation, failure } = await stage.api('revokeConnection', { params: { name } })
  assert(['done', 'not_offered'].includes(revocation), `the service takes the revocation: ${JSON.stringify(failure)}`)
  const offered = (provider.revoke ?? []).some(({ ways }) => ways?.includes(wayName) ?? true)
  if (!offered) assert.equal(revocation, 'not_offered')
  if (revocation === 'done') {
    assert.equal(service.whose(token), undefined, 'what was revoked is dead at the service')
    done.push('revoke')
  }
  assert.equal((await show(walking)).state, 'needs_authorization')
  return revocation
}

/** What a person would type: given, else the examples of the definition, else something of the right shape. */
function inputsFor({ provider, wayName, options, stage, service }: Walking): Record<string, string> {
  const typed = { ...options.inputs }
  const { missing, later } = resolveValues(provider, wayName, { typed, secrets: {} })
  const picked = later.filter((name) => provider.values?.[name]?.pick)
  const wanted = (provider.warnings ?? []).flatMap(({ at, ways, when, refuses }) =>
    at === 'request' && refuses && (ways?.includes(wayName) ?? true) ? (when.lacks ?? []) : [],
  )
  for (const name of new Set([...missing, ...wanted, ...picked]))
    typed[name] ??= textFor(provider.values?.[name] ?? { label: name }, stage, service)
  return typed
}

function textFor(value: Value, { rehearsal }: RehearsalStage, { control, provider }: Service): string {
  const text = value.example ?? value.choices?.[0]?.value
  if (text !== undefined) return text
  switch (value.shape) {
    case 'json_file':
      return control.keyFile()
    case 'pem':
      return control.privateKey()
    case 'url':
      return `${rehearsal.origin}/${provider.id}/rehearsal.example.com`
    case 'domain':
      return 'rehearsal.example.com'
    case 'guid':
      return '3f2504e0-4f89-41d3-9a0c-0305e82c3301'
    case 'digits':
      return '1234567890'
    case 'email':
      return 'ada@example.com'
    default:
      return 'rehearsal'
  }
}

/** Whether anything of the way sends the user name or the password. */
function usesPerson(way: Way): boolean {
  return /\{user_name\}|\{password\}|"auth":"user"/.test(JSON.stringify(way))
}

/** The registration, with a key where the client signs: what is public of it is registered at the rehearsal. */
async function clientInput(
  client: Client,
  { stage, options, service, way }: Walking,
): Promise<Pick<NewConnectionOnWire, 'client'>> {
  if (way.grant === 'pasted' && !JSON.stringify(way).includes('{client_')) return {}
  const method = options.method ?? client.auth[0] ?? 'none'
  const secret = method === 'client_secret_jwt' ? 'rehearsal-secret-of-32-bytes-or-more' : 'rehearsal-secret'
  const needsSecret =
    !['none', 'private_key_jwt', 'tls_client_auth'].includes(method) || JSON.stringify(way).includes('{client_secret}')
  const signs = method === 'private_key_jwt' || (way.assertion !== undefined && way.assertion.key === undefined)
  const facts = client.key ?? (method === 'tls_client_auth' ? mutualKey : undefined)
  const key =
    facts && (signs || method === 'tls_client_auth') ? await keyFor(facts, service, way, stage.world.clock.now()) : {}
  const id = client.id?.fixed === undefined ? { id: 'rehearsal' } : {}
  const given: ClientInput = {
    ...id,
    ...(options.method !== undefined && { method }),
    ...(needsSecret && { secret }),
    ...key,
    ...options.client,
  }
  return { client: onWire(given) }
}

function onWire({ keyAlg, keyId, secretEndsAt, sameAs, ...same }: ClientInput) {
  return {
    ...same,
    ...(keyAlg !== undefined && { key_alg: keyAlg }),
    ...(keyId !== undefined && { key_id: keyId }),
    ...(secretEndsAt !== undefined && { secret_ends_at: Math.floor(secretEndsAt / second) }),
    ...(sameAs !== undefined && { same_as: sameAs }),
  }
}

/** For mutual TLS, which a rehearsal over plain http takes at its word. */
const mutualKey: NonNullable<Client['key']> = { algs: ['ES256'], certificate: { maxDays: 365 } }

/** Made once an algorithm: keys take their time. */
const pairs = new Map<string, ReturnType<typeof generateKeyPairSync>>()
/** Kept too: a client that is registered twice with one key is one client, with one certificate. */
const certificates = new Map<string, string>()

async function keyFor(
  facts: NonNullable<Client['key']>,
  service: Service,
  way: Way,
  now: number,
): Promise<ClientInput> {
  const keyAlg = facts.algs.find((alg) => alg.startsWith('ES')) ?? facts.algs[0] ?? 'RS256'
  const bits = Math.max(2048, Math.min(...(facts.bits ?? [2048])))
  const kind = keyAlg.startsWith('ES') ? keyAlg : keyAlg.startsWith('Ed') ? 'ed25519' : `rsa${bits}`
  const pair = pairs.get(kind) ?? makePair(kind, bits)
  pairs.set(kind, pair)
  const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  if (facts.certificate) {
    const { maxDays } = facts.certificate
    const certificate =
      certificates.get(`${kind} ${maxDays}`) ??
      (await selfSignedCertificate(pair.privateKey, keyAlg, 'walk', maxDays, now))
    certificates.set(`${kind} ${maxDays}`, certificate)
    service.control.register({ certificate })
    return { key, keyAlg, certificate }
  }
  // An assertion that writes `kid` itself has it of a value that a person types.
  const named = way.assertion?.header?.['kid'] === undefined ? { keyId: 'rehearsal-key' } : {}
  service.control.register({ publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(), ...named })
  return { key, keyAlg, ...named }
}

function makePair(kind: string, bits: number) {
  if (kind.startsWith('rsa')) return generateKeyPairSync('rsa', { modulusLength: bits })
  if (kind === 'ed25519') return generateKeyPairSync('ed25519')
  return generateKeyPairSync('ec', { namedCurve: { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[kind] ?? 'P-256' })
}
