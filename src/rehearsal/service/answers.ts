/**
 * Good answers: the literal one of the vendor's page with the values of this grant in their places, or one made by
 * reading `take` backwards where there is no page.
 */
import type { Take } from '../../oauth/call-template.ts'
import type { Example } from '../../provider/example.ts'
import type { Answer } from '../token.ts'
import type { Handed } from './handed.ts'
import { readJson, readMessage, statusOf } from './literal.ts'
import { isHolder, lookUp, put, remove } from './paths.ts'
import type { Site } from './sites.ts'

/** What an answer is to carry. Lifetimes in seconds, already shortened by the speed. */
export type Content = {
  accessToken?: string
  refreshToken?: string
  expiresIn?: number
  idleIn?: number
  hardIn?: number
  scope?: readonly string[]
}

type Places = {
  take: Readonly<Record<string, Take>>
  body: Record<string, unknown>
  /** Whether members that are not there yet are added. */
  complete: boolean
}

/** The members of RFC 6749 section 5.1 and of OpenID Connect, where nothing else is said. */
const usual: Readonly<Record<string, readonly string[]>> = {
  access_token: ['access_token'],
  refresh_token: ['refresh_token'],
  expires: ['expires_in', 'expires'],
  scope: ['scope'],
  idle_end: ['refresh_token_expires_in', 'refresh_expires_in'],
  hard_end: [],
  id_token: ['id_token'],
}
const protocol = new Set([...Object.keys(usual), 'token_type'])

export const idToken = 'id-token-of-the-rehearsal'

export function exampleFor(
  site: Site,
  examples: readonly Example[],
  ways: Readonly<Record<string, Site['way']>>,
): Example | undefined {
  const good = examples.filter(
    ({ call, becomes, response }) =>
      call === site.name && !('error' in becomes) && Math.floor(statusOf(readMessage(response)) / 100) === 2,
  )
  const own = good.find(({ way }) => way === site.wayName)
  if (own) return own
  // A page that shows one way shows every way that sends the same request.
  const same = (way: Site['way'] | undefined): boolean => {
    const calls = [way?.token, way?.renewal.call, way?.device, ...(way?.steps ?? [])]
    return calls.some((call) => JSON.stringify(call) === JSON.stringify(site.call))
  }
  const shared = site.kind === 'probe' || site.kind === 'revoke' || site.kind === 'introspect' || site.kind === 'pick'
  return good.find(({ way }) => shared || same(ways[way]))
}

export function answerOf(
  site: Site,
  example: Example | undefined,
  content: Content,
  handed: Handed,
  now: number,
): Answer {
  const message = example && readMessage(example.response)
  const { body, as } = message ? readBody(message.body) : { body: {}, as: 'json' as const }
  const status = message ? statusOf(message) : 200
  const type = message?.headers['content-type']
  const headers = type === undefined ? {} : { 'content-type': type }
  if (!isHolder(body)) return { status, body: {}, as: 'nothing', headers }
  if (!Array.isArray(body)) fill({ take: site.call.take ?? {}, body, complete: !message }, content, site, handed, now)
  return { status, body, as, headers }
}

function readBody(text: string): { body: unknown; as: 'json' | 'form' } {
  if (text.startsWith('{') || text.startsWith('[')) return { body: readJson(text), as: 'json' }
  if (text.includes('=')) return { body: Object.fromEntries(new URLSearchParams(text)), as: 'form' }
  return { body: undefined, as: 'json' }
}

function fill(places: Places, content: Content, site: Site, handed: Handed, now: number): void {
  const token =
    site.kind === 'token' || site.kind === 'renewal' || (site.kind === 'step' && content.accessToken !== undefined)
  if (token) {
    set(places, 'access_token', content.accessToken, true)
    set(places, 'refresh_token', content.refreshToken, true)
    if (places.complete) put(places.body, 'token_type', 'Bearer')
    set(places, 'id_token', site.scopes?.known['openid'] === undefined ? undefined : idToken)
  }
  setEnd(places, 'expires', content.expiresIn, now)
  setEnd(places, 'idle_end', content.idleIn, now)
  setEnd(places, 'hard_end', content.hardIn, now)
  setScope(places, content.scope, site)
  for (const [name, take] of Object.entries(places.take)) {
    if (protocol.has(name)) continue
    const path = pathFor(places, name) ?? pathsOf(take)[0]
    if (path === undefined) continue
    if (typeof take !== 'string' && take.unit !== undefined) setEnd(places, name, 7_776_000, now)
    else setText(places.body, path, handed.value(name))
  }
}

/** Where a target stands in the body, or would stand. */
function pathFor({ take, body }: Places, target: string): string | undefined {
  const paths = [...pathsOf(take[target]), ...(usual[target] ?? [])]
  return paths.find((path) => lookUp(body, path) !== undefined)
}

function pathsOf(take: Take | undefined): readonly string[] {
  return take === undefined ? [] : typeof take === 'string' ? [take] : take.at
}

/** What is not due is taken out of a literal answer; what is due and missing is added where it must not be lost. */
function set(places: Places, target: string, text: string | undefined, always = false): void {
  const path = pathFor(places, target)
  if (text === undefined) {
    if (path !== undefined) remove(places.body, path)
    return
  }
  const free = always ? (pathsOf(places.take[target])[0] ?? usual[target]?.[0]) : undefined
  if (path !== undefined || free !== undefined) put(places.body, path ?? free!, text)
}

function setEnd(places: Places, target: string, seconds: number | undefined, now: number): void {
  const { take, body } = places
  const wanted = take[target]
  const path = pathFor(places, target) ?? (places.complete ? (pathsOf(wanted)[0] ?? usual[target]?.[0]) : undefined)
  if (path === undefined || seconds === undefined) return
  const unit = typeof wanted === 'object' && pathsOf(wanted).includes(path) ? (wanted.unit ?? 's') : 's'
  const before = lookUp(body, path)
  if (!Number.isFinite(seconds)) {
    if (typeof wanted === 'object' && wanted.zero === 'never') put(body, path, 0)
    else if (places.complete) remove(body, path)
    return
  }
  const end = new Date(now + seconds * 1000)
  const written = {
    s: Math.floor(seconds),
    ms: Math.floor(seconds * 1000),
    epoch: Math.floor(end.getTime() / 1000),
    date: end.toISOString(),
    duration: `${Math.floor(seconds)}s`,
  }[unit]
  put(body, path, typeof before === 'string' ? String(written) : written)
}

function setScope(places: Places, scope: readonly string[] | undefined, { scopes }: Site): void {
  if (scope === undefined || scope.length === 0) return
  const path = pathFor(places, 'scope') ?? (places.complete ? (pathsOf(places.take['scope'])[0] ?? 'scope') : undefined)
  if (path === undefined) return
  const separator = scopes?.answer ?? scopes?.separator ?? ' '
  put(places.body, path, Array.isArray(lookUp(places.body, path)) ? [...scope] : scope.join(separator))
}

/** Numbers stay numbers. */
function setText(body: Record<string, unknown>, path: string, text: string): void {
  const before = lookUp(body, path)
  const keeps = before !== undefined && typeof before !== 'string' && JSON.stringify(before) === text
  if (!keeps) put(body, path, typeof before === 'number' && String(Number(text)) === text ? Number(text) : text)
}
