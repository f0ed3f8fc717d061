/** What each call does: takes credentials, gives tokens, and answers as the vendor does. */
import type { Example } from '../../provider/example.ts'
import type { Provider } from '../../provider/provider.ts'
import { refusal, type Ledger, type Refusal, type Tokens } from '../ledger.ts'
import type { Answer } from '../token.ts'
import { answerOf, exampleFor, type Content } from './answers.ts'
import type { Devices } from './device.ts'
import type { Handed } from './handed.ts'
import { secondsOf, statedSeconds } from './lives.ts'
import type { Whose } from './living.ts'
import { lookUp, put } from './paths.ts'
import type { Captured } from './pattern.ts'
import { known, type Site } from './sites.ts'
import type { Owner } from './owners.ts'

export type ActWorld = {
  provider: Provider
  examples: readonly Example[]
  handed: Handed
  devices: Devices
  owners: Map<string, Owner>
  ledgerOf: (wayName: string) => Ledger
  /** Who is behind a living access token, a literal one included. */
  whose: Whose
  now: () => number
  speed: () => number
  /** Whether an exchange of a living token moves its end. */
  extends: () => boolean
  origin: () => string
}

export type Meant = { site: Site; ways: readonly string[]; captured: Captured; scope: readonly string[] }

/** Seconds that device codes live, and between polls, where no page says so. */
const deviceLife = 600
const deviceInterval = 5

export function act(meant: Meant, world: ActWorld): Answer | Refusal {
  const { site } = meant
  const example = exampleFor(site, world.examples, world.provider.ways)
  switch (site.kind) {
    case 'device':
      return device(meant, example, world)
    case 'token':
    case 'renewal':
      return tokens(meant, example, world)
    case 'step':
      return step(meant, example, world)
    case 'revoke':
      revoke(meant, world)
      return answerOf(site, example, {}, world.handed, world.now())
    case 'probe':
    case 'pick':
    case 'introspect':
      return look(meant, example, world)
  }
}

/** Where no token is named, it is the account that is disconnected: everything given for it ends. */
function revoke({ site, captured }: Meant, world: ActWorld): void {
  const named = ['refresh_token', 'token'].map((name) => captured[name]).filter((value) => typeof value === 'string')
  for (const value of named) world.owners.get(value)?.ledger.disconnect(value)
  if (named.length === 0) world.ledgerOf(site.wayName).endGrants()
}

function tokens(meant: Meant, example: Example | undefined, world: ActWorld): Answer | Refusal {
  const { site, captured, ways } = meant
  const seconds = statedSeconds(example)
  const given = give(meant, seconds, world)
  if ('error' in given) return given
  const owner = ownerAmong(captured, world) ?? { ways, ledger: world.ledgerOf(site.wayName) }
  const narrowed = owner.ways.filter((name) => ways.includes(name))
  remember(given, { ...owner, ways: narrowed.length > 0 ? narrowed : owner.ways, from: site.kind }, world)
  const content = contentOf(given, site, example, world)
  // A service that writes the refresh token in every answer writes the old one where nothing rotates.
  const same = captured['refresh_token']
  const shows = example !== undefined && 'refreshToken' in example.becomes && example.becomes.refreshToken !== undefined
  if (site.kind === 'renewal' && content.refreshToken === undefined && shows && typeof same === 'string')
    content.refreshToken = same
  return answerOf(site, example, content, world.handed, world.now())
}

function give({ site, captured, scope }: Meant, seconds: number | undefined, world: ActWorld): Tokens | Refusal {
  const { grant, renewal } = site.way
  const clientId = known.id
  const withRefreshToken = (granted: readonly string[]): boolean =>
    renewal.by === 'refresh_token' && (site.scopes?.refresh === undefined || granted.includes(site.scopes.refresh))
  const text = (name: string): string | undefined => (typeof captured[name] === 'string' ? captured[name] : undefined)
  const ledger = ownerAmong(captured, world)?.ledger ?? world.ledgerOf(site.wayName)
  if (site.kind === 'renewal') {
    return renewal.by === 'exchange_access_token'
      ? ledger.exchange(text('token') ?? '', clientId, world.extends())
      : ledger.refresh(text('refresh_token') ?? '', clientId, seconds)
  }
  if (grant === 'authorization_code') {
    const [redirectUri, verifier] = [text('redirect_uri'), text('code_verifier')]
    const code = text('code') ?? ''
    const shown = {
      clientId,
      ...(redirectUri !== undefined && { redirectUri }),
      ...(verifier !== undefined && { verifier }),
    }
    return ledger.redeem(code, shown, withRefreshToken(ledger.scopeOf(code) ?? []), seconds)
  }
  if (grant === 'device_code') {
    const row = world.devices.poll(text('device_code') ?? '')
    if ('error' in row) return row
    return ledger.issue({ clientId, who: known.userName, scope: row.scope }, withRefreshToken(row.scope), seconds)
  }
  const exchanged = text('token')
  if (grant === 'token_exchange' && exchanged !== undefined && !world.whose(exchanged))
    return refusal('invalid_grant', 'the token to exchange does not live')
  if (renewal.by === 'reissue' && renewal.oldAccess === 'dies') ledger.expireAccess(clientId)
  const who = grant === 'password' ? known.userName : clientId
  return ledger.issue({ clientId, who, scope }, withRefreshToken(scope) && grant !== 'client_credentials', seconds)
}

/** A step gives a token derived from a living one, or values. */
function step(meant: Meant, example: Example | undefined, world: ActWorld): Answer | Refusal {
  const { site, captured } = meant
  const { token } = captured
  if (typeof token === 'string' && !world.whose(token)) return deadToken()
  const takes = Object.keys(site.call.take ?? {})
  const givesToken =
    (site.way.steps ?? []).some(({ name, gives }) => name === site.name && gives === 'token') ||
    takes.includes('access_token')
  if (!givesToken) return answerOf(site, example, {}, world.handed, world.now())
  const owner = ownerAmong(captured, world) ?? { ways: [site.wayName], ledger: world.ledgerOf(site.wayName) }
  const seconds = statedSeconds(example)
  const refreshed =
    example !== undefined && 'refreshToken' in example.becomes && example.becomes.refreshToken !== undefined
  const subject = (typeof token === 'string' && owner.ledger.whose(token)) || {
    clientId: known.id,
    who: known.userName,
    scope: meant.scope,
  }
  const derived =
    (!refreshed && typeof token === 'string' ? owner.ledger.derive(token, seconds) : undefined) ??
    owner.ledger.issue(subject, refreshed, seconds)
  remember(derived, { ...owner, from: site.kind }, world)
  return answerOf(site, example, contentOf(derived, site, example, world), world.handed, world.now())
}

function device(meant: Meant, example: Example | undefined, world: ActWorld): Answer {
  const { site, ways, scope } = meant
  const answer = answerOf(site, example, {}, world.handed, world.now())
  const { body } = answer
  const seconds = (name: string, usual: number): number => Number(lookUp(body, name) ?? usual)
  const [life, interval] = [seconds('expires_in', deviceLife), seconds('interval', deviceInterval)]
  const { deviceCode, userCode } = world.devices.start({ ways, scope, lifeMs: life * 1000, interval: interval * 1000 })
  world.owners.set(deviceCode, { ways, ledger: world.ledgerOf(site.wayName) })
  const address = `${world.origin()}/${world.provider.id}/device`
  // Google wrote it `verification_url` before there was an RFC.
  const uri = lookUp(body, 'verification_url') === undefined ? 'verification_uri' : 'verification_url'
  const complete = lookUp(body, 'verification_uri_complete') !== undefined
  const written: Record<string, unknown> = {
    device_code: deviceCode,
    user_code: userCode,
    [uri]: address,
    ...(complete && { verification_uri_complete: `${address}?user_code=${userCode}` }),
    expires_in: life,
    interval,
  }
  if (!Array.isArray(body)) for (const [name, value] of Object.entries(written)) put(body, name, value)
  return answer
}

/** Requests that only look: test requests, lists to pick from, introspection. */
function look(meant: Meant, example: Example | undefined, world: ActWorld): Answer | Refusal {
  const { site, captured } = meant
  const { token } = captured
  const subject = typeof token === 'string' ? world.whose(token) : undefined
  if (typeof token === 'string' && !subject) {
    const byRfc = site.kind === 'introspect' && site.call.take === undefined && example === undefined
    return byRfc ? { status: 200, body: { active: false } } : deadToken()
  }
  const content: Content =
    site.kind === 'introspect' ? { ...(subject && { scope: subject.scope }), ...lifeLeft(token, world) } : {}
  const answer = answerOf(site, example, content, world.handed, world.now())
  if (example || Array.isArray(answer.body)) return answer
  if (site.kind === 'introspect') put(answer.body, 'active', true)
  const probe = (world.provider.probes ?? []).find(
    (one) => site.kind === 'probe' && (one.name ?? 'probe') === site.name,
  )
  const path = probe?.who?.[0]
  if (path !== undefined) put(answer.body, path, /mail/i.test(path) ? 'ada@example.com' : 'Ada')
  const pick = site.kind === 'pick' ? world.provider.values?.[site.name]?.pick : undefined
  if (pick) {
    const item: Record<string, unknown> = {}
    // Some services name an item by the value itself.
    put(item, pick.label, 'The first one')
    put(item, pick.value, world.handed.value(site.name))
    if (pick.list === '') return { ...answer, body: [item] }
    put(answer.body, pick.list, [item])
  }
  return answer
}

function lifeLeft(token: Captured[string] | undefined, world: ActWorld): { expiresIn?: number } {
  const endsAt = typeof token === 'string' ? world.owners.get(token)?.ledger.endOf(token) : undefined
  return endsAt === undefined ? {} : { expiresIn: Math.max(1, (endsAt - world.now()) / 1000) }
}

function contentOf(given: Tokens, site: Site, example: Example | undefined, world: ActWorld): Content {
  const becomes = example && 'accessToken' in example.becomes ? example.becomes : undefined
  const { ends } = site.way.renewal
  const idle = becomes?.idleIn ?? secondsOf(ends?.idle, world.provider)
  const hard = becomes?.hardIn ?? secondsOf(ends?.hard, world.provider)
  return {
    accessToken: given.accessToken,
    expiresIn: given.expiresIn,
    scope: given.subject.scope,
    ...(given.refreshToken !== undefined && { refreshToken: given.refreshToken }),
    ...(idle !== undefined && { idleIn: idle / world.speed() }),
    ...(hard !== undefined && { hardIn: hard / world.speed() }),
  }
}

function ownerAmong(captured: Captured, world: ActWorld): Owner | undefined {
  for (const name of ['code', 'device_code', 'refresh_token', 'token']) {
    const value = captured[name]
    const owner = typeof value === 'string' ? world.owners.get(value) : undefined
    if (owner) return owner
  }
  return undefined
}

function remember({ accessToken, refreshToken }: Tokens, owner: Owner, world: ActWorld): void {
  world.owners.set(accessToken, owner)
  if (refreshToken !== undefined) world.owners.set(refreshToken, owner)
}

function deadToken(): Refusal {
  return refusal('invalid_token', 'the access token does not live', 401)
}
