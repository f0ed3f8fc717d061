/**
 * The whole way of a service, as people and jobs go it: connect, authorize, read the token, test it, let it end and
 * renew, lose an answer, be refused with a wrong secret, revoke. Evergrant is the real domain over a real SQLite store
 * and the guarded HTTP client; the service is played by the rehearsal on a real socket. Time stands still until told.
 */
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import assert from 'node:assert/strict'
import { selfSignedCertificate } from '../../src/connections/certificate.ts'
import type {
  AuthorizationView,
  ClientInput,
  Connections,
  NewConnection,
  ServedToken,
} from '../../src/connections/connections.ts'
import { EvergrantError } from '../../src/errors.ts'
import { createOutbound, type Outbound } from '../../src/outbound/index.ts'
import type { Client, Provider, Value, Way } from '../../src/provider/provider.ts'
import { resolveValues } from '../../src/provider/values.ts'
import {
  faults,
  rehearsed,
  startRehearsal,
  type Rehearsal,
  type RehearsedService,
  type Service,
} from '../../src/rehearsal/index.ts'
import { manualClock, world, type World } from '../connections/harness.ts'
import { createBrowser } from './browser.ts'

const person = { kind: 'local' } as const
/** A public address of this server, which services with the strictest rules take. */
const publicUrl = 'https://evergrant.example.test'
const second = 1000

export type RehearsalStage = {
  rehearsal: Rehearsal
  world: World
  connections: Connections
  close(): Promise<void>
}

/** One rehearsal and one store for all walks of a test file. */
export async function rehearsalStage(services: readonly RehearsedService[]): Promise<RehearsalStage> {
  const clock = manualClock()
  const rehearsal = await startRehearsal({ services, clock })
  const outbound: Outbound = createOutbound({ allowHosts: [rehearsal.host], clock })
  // Nothing here is about power cuts: where there is a disk in memory, nobody waits for the real one.
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'evergrant-walk-'))
  const here = await world({ directory, clock, override: { fetch: outbound.fetch, publicUrl, allowHttp: true } })
  return {
    rehearsal,
    world: here,
    connections: here.domain.connections,
    async close() {
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
}

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
    const told =
      error instanceof EvergrantError
        ? `${error.code}: ${error.message} ${JSON.stringify(error.facts.faults ?? [])}`
        : String(error)
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
  const { stage, name, service, options, done } = walking
  const { connections } = stage
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
  const last = await connections.read(name)
  const revocation = goes('revoke') ? await revoke(walking) : undefined
  return {
    name,
    done,
    service,
    accessToken: first.accessToken.open(),
    shown: last.shown,
    ...(who !== undefined && { who }),
    ...(revocation !== undefined && { revocation }),
  }
}

/** Step 1 and 2 of the wizard: service, client, inputs. */
async function connect(walking: Walking): Promise<void> {
  const { stage, provider, wayName, way, client, name, options, service } = walking
  const input: NewConnection = {
    name,
    provider: 'custom',
    definition: provider,
    grant: wayName,
    inputs: inputsFor(walking),
    ...(options.scopes && { scopes: options.scopes }),
    ...(way.grant === 'password' || usesPerson(way) ? { userName: 'ada', password: 'rehearsal-password' } : {}),
    ...(way.grant === 'pasted' && { tokens: { ...service.control.token(wayName), ...endOf(way, stage) } }),
    ...(await clientInput(client, walking)),
  }
  await stage.connections.create(input, person)
}

/** The end of a pasted token, which a person reads where it was made. */
function endOf({ access }: Way, { world: { clock } }: RehearsalStage): { expiresAt?: number } {
  return typeof access === 'number' ? { expiresAt: clock.now() + access * second } : {}
}

async function authorize(walking: Walking): Promise<void> {
  const { grant } = walking.way
  if (grant === 'authorization_code') {
    const { outcome } = await authorizeByCode(walking)
    assert.equal(outcome.kind, 'authorized', `the authorization ends well: ${JSON.stringify(outcome)}`)
  }
  if (grant === 'device_code') await authorizeByDevice(walking)
}

/** Whatever a redirect rule takes first is the redirect URI. */
async function authorizeByCode({ stage, name, options }: Walking): Promise<AuthorizationView> {
  const { connections } = stage
  const given = options.redirectUri === undefined ? [] : [{ back: 'paste', redirectUri: options.redirectUri } as const]
  const ways = [
    ...given,
    { back: 'callback', redirectUri: `${publicUrl}/oauth/callback` },
    { back: 'paste', redirectUri: 'http://localhost:8765/callback' },
    { back: 'paste', redirectUri: 'http://127.0.0.1:8765/callback' },
    { back: 'paste', redirectUri: 'https://localhost:8765/callback' },
  ] as const
  const refused: unknown[] = []
  for (const wanted of ways) {
    const started = await connections.authorize(name, wanted, person).catch((error: unknown) => {
      if (!(error instanceof EvergrantError) || error.code !== 'redirect_refused') throw error
      refused.push(error.message)
      return undefined
    })
    if (!started) continue
    const url = started.authorizationUrl ?? (await connections.openLink(started.id, 'walk')).authorizationUrl
    const ended = await createBrowser().openUntil(url, (address) => address.startsWith(wanted.redirectUri))
    const parameters = [...new URL(ended).searchParams]
    return connections.complete(started.id, { kind: 'parameters', parameters }, { kind: 'callback' })
  }
  return assert.fail(`no redirect URI is taken: ${refused.join('; ')}`)
}

async function authorizeByDevice({ stage, name }: Walking): Promise<void> {
  const started = await stage.connections.authorize(name, {}, person)
  const page = await createBrowser().open(started.verificationUri ?? '')
  assert.equal(page.status, 200, 'the page where the code is typed opens')
  for (let poll = 0; poll < 20; poll += 1) {
    const { outcome } = await stage.connections.authorization(started.id)
    if (outcome.kind === 'authorized') return
    assert.equal(outcome.kind, 'waiting', `the device is authorized: ${JSON.stringify(outcome)}`)
    stage.world.clock.advance(6 * second)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  assert.fail('the device is still waiting')
}

async function readLiving({ stage, name, service, way }: Walking) {
  const token = await stage.connections.read(name)
  assert(service.whose(token.accessToken.open()), 'what a job gets lives at the service')
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
  const report = await stage.connections.test(name, person).catch((error: unknown) => {
    if (error instanceof EvergrantError && error.code === 'not_supported') return undefined
    throw error
  })
  if (!report) return undefined
  assert(report.ok, `the test request works: ${JSON.stringify(report.failure)}`)
  done.push('test')
  return report.who
}

/** Lets the token end, as far as the way lets it be renewed, and reads again. */
async function renew(walking: Walking): Promise<void> {
  const { stage, name, way, done } = walking
  if (way.renewal.by === 'none') return
  const before = await stage.connections.read(name)
  await letEnd(walking)
  const after = await readLiving(walking)
  assert.notEqual(after.accessToken.open(), before.accessToken.open(), 'there is another token')
  assert.equal(after.generation > before.generation, true, 'the generation goes up')
  done.push('renew')
}

async function letEnd({ stage, name, way, service }: Walking): Promise<void> {
  const { clock } = stage.world
  const { expiresAt } = await stage.connections.get(name)
  const { by, age = 0, within } = way.renewal
  if (typeof expiresAt !== 'number') {
    if (by !== 'exchange_access_token') service.control.expireAccess()
    clock.advance((Math.max(61, age) + 1) * second)
    await stage.connections.reject(name, (await stage.connections.read(name)).generation)
    return
  }
  const left = expiresAt - clock.now()
  // A living token is exchanged: not too young, near enough to its end, and past the point where a caller waits for it.
  const margin = Math.min(
    left / 2,
    Math.max(60 * second, Math.min(left / 10, 300 * second)),
    (within ?? Infinity) * second,
  )
  clock.advance(by === 'exchange_access_token' ? left - margin / 2 : left + second)
}

/** The answer of a renewal is lost after the service acted: harmless wherever the facts say so. */
async function lose(walking: Walking): Promise<void> {
  const { stage, name, way, wayName, service, done } = walking
  const { by, rotates, grace = 0, reuse } = way.renewal
  if (by !== 'refresh_token' && by !== 'reissue') return
  const before = await stage.connections.get(name)
  const call = by === 'reissue' ? 'token' : 'renewal'
  if (by === 'reissue' && !way.token) return
  service.control.next(faults.drop_after, 1, { way: wayName, call })
  await stage.connections.renew(name, person)
  const survives = by === 'reissue' || rotates === 'never' || grace > 0 || reuse === 'harmless'
  if (survives) {
    const report = await stage.connections.renew(name, person)
    assert(report.ok, `the grant survives a lost answer: ${JSON.stringify(report.failure)}`)
    await readLiving(walking)
  } else {
    const after = await stage.connections.get(name)
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
  const other = { ...walking, name, options: { ...options, client: { secret: 'not-the-secret-of-this-client' } } }
  await connect(other)
  const failure = await firstFailure(other)
  assert(failure !== undefined, 'a wrong secret is refused')
  assert(!['provider_failing', 'unreadable_answer'].includes(failure), `a wrong secret is no passing fault: ${failure}`)
  await stage.connections.change(name, { client: { secret: 'rehearsal-secret' } }, person)
  await authorize(other)
  if (needsNobody(way)) assert((await stage.connections.renew(name, person)).ok, 'the right secret mends it')
  await readLiving(other)
  await stage.connections.remove(name, { revoke: false }, person)
  done.push('refuse')
}

/** The code of what went wrong when the first token was asked for. */
async function firstFailure(walking: Walking): Promise<string | undefined> {
  const { stage, way, name } = walking
  const asked: unknown = await (
    way.grant === 'authorization_code'
      ? authorizeByCode(walking).then(({ outcome }) => outcome)
      : stage.connections.read(name)
  ).catch((error: unknown) => error)
  if (asked instanceof EvergrantError) return asked.code
  const outcome = asked as AuthorizationView['outcome'] | ServedToken // what was not thrown came of one of the two
  return 'kind' in outcome && outcome.kind === 'failed' ? outcome.code : undefined
}

function needsNobody({ grant }: Way): boolean {
  return grant !== 'authorization_code' && grant !== 'device_code'
}

async function revoke(walking: Walking): Promise<string> {
  const { stage, name, service, done, provider, wayName } = walking
  const token = (await stage.connections.read(name)).accessToken.open()
  const { revocation } = await stage.connections.revoke(name, person)
  assert(['done', 'not_offered'].includes(revocation), `the service takes the revocation: ${revocation}`)
  const offered = (provider.revoke ?? []).some(({ ways }) => ways?.includes(wayName) ?? true)
  if (!offered) assert.equal(revocation, 'not_offered')
  if (revocation === 'done') {
    assert.equal(service.whose(token), undefined, 'what was revoked is dead at the service')
    done.push('revoke')
  }
  const { state } = await stage.connections.get(name)
  assert.equal(state, 'needs_authorization')
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
): Promise<{ client?: ClientInput }> {
  if (way.grant === 'pasted' && !JSON.stringify(way).includes('{client_')) return {}
  const method = options.method ?? client.auth[0] ?? 'none'
  const secret = method === 'client_secret_jwt' ? 'rehearsal-secret-of-32-bytes-or-more' : 'rehearsal-secret'
  const needsSecret =
    !['none', 'private_key_jwt', 'tls_client_auth'].includes(method) || JSON.stringify(way).includes('{client_secret}')
  const signs = method === 'private_key_jwt' || (way.assertion !== undefined && way.assertion.key === undefined)
  const facts = client.key ?? (method === 'tls_client_auth' ? mutualKey : undefined)
  const key =
    facts && (signs || method === 'tls_client_auth') ? await keyFor(facts, service, stage.world.clock.now()) : {}
  const id = client.id?.fixed === undefined ? { id: 'rehearsal' } : {}
  return {
    client: {
      ...id,
      ...(options.method !== undefined && { method }),
      ...(needsSecret && { secret }),
      ...key,
      ...options.client,
    },
  }
}

/** For mutual TLS, which a rehearsal over plain http takes at its word. */
const mutualKey: NonNullable<Client['key']> = { algs: ['ES256'], certificate: { maxDays: 365 } }

/** Made once an algorithm: keys take their time. */
const pairs = new Map<string, ReturnType<typeof generateKeyPairSync>>()
/** Kept too: a client that is registered twice with one key is one client, with one certificate. */
const certificates = new Map<string, string>()

async function keyFor(facts: NonNullable<Client['key']>, service: Service, now: number): Promise<ClientInput> {
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
  const keyId = 'rehearsal-key'
  service.control.register({ publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(), keyId })
  return { key, keyAlg, keyId }
}

function makePair(kind: string, bits: number) {
  if (kind.startsWith('rsa')) return generateKeyPairSync('rsa', { modulusLength: bits })
  if (kind === 'ed25519') return generateKeyPairSync('ed25519')
  return generateKeyPairSync('ec', { namedCurve: { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[kind] ?? 'P-256' })
}
