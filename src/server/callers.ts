/**
 * Who asks, and what they may. A caller is known by an API key, by a browser session, or by coming through the Unix
 * socket, where the mode of the directory is the permission. Without any of these nothing is allowed.
 */
import type { FastifyRequest } from 'fastify'
import type { Needs, Route } from '../api/contract.ts'
import type { Actor } from '../connections/connections.ts'
import type { Clock } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import type { Verb } from '../store/store.ts'
import type { Hosts } from './hosts.ts'
import { allows, keyFrom, usable } from './keys.ts'
import type { KeyEntry, Keys } from './keys.ts'
import { isLocal } from './local.ts'
import type { Session, Sessions } from './sessions.ts'
import type { Tries } from './tries.ts'

export type Caller = { kind: 'local' } | { kind: 'key'; entry: KeyEntry } | { kind: 'session'; session: Session }

/** How long after sign-in a token may be shown in clear. */
const freshMs = 10 * 60_000

export type Parts = { keys: Keys; sessions: Sessions; hosts: Hosts; tries: Tries; clock: Clock; sessionCookie: string }

/** Finds the caller; undefined means an unknown one. A wrong key is an error even where none is needed. */
export async function identify(request: FastifyRequest, parts: Parts): Promise<Caller | undefined> {
  if (isLocal(request.raw)) return { kind: 'local' }
  const key = keyFrom(request.headers)
  if (key !== undefined) return { kind: 'key', entry: await knownKey(key, request.ip, parts) }
  const cookie = request.cookies[parts.sessionCookie]
  const session = cookie === undefined ? undefined : await parts.sessions.find(cookie)
  return session && { kind: 'session', session }
}

async function knownKey(key: string, address: string, { keys, tries, clock }: Parts): Promise<KeyEntry> {
  const entry = await keys.find(key)
  const now = clock.now()
  if (entry !== undefined && usable(entry, now, address)) {
    entry.reads++
    entry.lastUsedAt = now
    return entry
  }
  // Only now: behind a proxy or in one container all callers have one address, and one with an old key is not the others.
  tries.check(address)
  tries.failed(address)
  throw new EvergrantError('unauthenticated', {
    detail: 'the API key is unknown, revoked, expired, or not for this address',
  })
}

/** Throws unless the caller may call the route; `connection` is the name in its path. */
export function admit(
  route: Route,
  caller: Caller | undefined,
  connection: string | undefined,
  request: FastifyRequest,
  { hosts, clock }: Parts,
): void {
  const changes = request.method !== 'GET' && request.method !== 'HEAD'
  if (caller?.kind === 'session' && changes && !hosts.sameOrigin(request.headers))
    throw new EvergrantError('bad_origin')
  if (route.needs === 'nothing') return
  if (caller === undefined) throw new EvergrantError('unauthenticated')
  if (caller.kind === 'session' && route.job) {
    throw new EvergrantError('unauthenticated', {
      detail: 'programs read tokens with an API key; a session is for people',
    })
  }
  if (route.needs === 'fresh') return admitFresh(caller, clock.now())
  if (caller.kind !== 'key') return
  if (connection !== undefined || route.reach === 'all') assertMay(caller, verbOf(route.needs), connection ?? '*')
  else if (!allows(caller.entry, verbOf(route.needs), undefined)) throw forbidden(route.needs)
}

/** Throws `forbidden` unless the caller has the verb for the connection; `*` asks for all of them. */
export function assertMay(caller: Caller, verb: Verb, connection: string): void {
  if (caller.kind === 'key' && !allows(caller.entry, verb, connection)) throw forbidden(verb, connection)
}

/** The caller as events and audit name it. */
export function actorOf(caller: Caller): Actor {
  if (caller.kind === 'local') return { kind: 'local' }
  if (caller.kind === 'key') return { kind: 'key', id: caller.entry.id, name: caller.entry.name }
  return { kind: 'session', id: sessionName(caller.session.digest) }
}

/** What a session is called where its digest would say more than is needed. */
export function sessionName(digest: string): string {
  return digest.slice(0, 16)
}

/** One word for whoever keeps streams open. */
export function readerOf(caller: Caller): string {
  if (caller.kind === 'local') return 'local'
  return caller.kind === 'key' ? `key ${caller.entry.id}` : `session ${caller.session.digest}`
}

/** Whether the caller may read the true cause of a failure: a person who administers this installation. */
export function seesCauses(caller: Caller | undefined): boolean {
  return caller?.kind === 'local' || caller?.kind === 'session'
}

function admitFresh(caller: Caller, now: number): void {
  if (caller.kind === 'local') return
  if (caller.kind === 'session' && now - caller.session.signedInAt < freshMs) return
  throw new EvergrantError('forbidden', {
    detail: 'a token is shown in clear only to a sign-in younger than 10 minutes',
    remedy: 'sign in again (`evergrant signin`)',
  })
}

function verbOf(needs: Exclude<Needs, 'nothing' | 'fresh'>): Verb {
  return needs
}

function forbidden(verb: string, connection?: string): EvergrantError {
  const which = connection === undefined ? '' : connection === '*' ? ' for all connections' : ` for "${connection}"`
  return new EvergrantError('forbidden', { detail: `this key lacks the right "${verb}"${which}` })
}
