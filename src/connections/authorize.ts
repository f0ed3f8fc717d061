/**
 * A person's authorization: start gives an address and keeps what binds the answer to it; complete takes the answer
 * once, exchanges the code at once (some codes live 30 seconds), and writes the new generation without waiting for a
 * renewal under way. Success is reported only after the exchange worked.
 *
 *   start -> waiting -> (answer taken once) -> exchange -> `once` steps -> spool -> replace -> derive -> who
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { EvergrantError } from '../errors.ts'
import { readAuthorizationResponse, startAuthorization } from '../oauth/authorization.ts'
import { classifyAuthorizationError } from '../oauth/failure.ts'
import { parTemplate, readParAnswer } from '../oauth/par.ts'
import { expand, joinText } from '../oauth/template.ts'
import { Secret } from '../secret.ts'
import { readPasted } from '../redirect/paste.ts'
import { readRedirectUri } from '../redirect/uri.ts'
import { redirectAdvice } from '../provider/redirects.ts'
import type { AuthorizationOutcome, AuthorizationRecord } from '../store/store.ts'
import { refuse } from './advice.ts'
import type { Actor, AuthorizationAnswer, AuthorizationView } from './connections.ts'
import type { Context } from './context.ts'
import { pollDevice, startDevice, type Started } from './device.ts'
import { actorName } from './events.ts'
import { exchange, hushed, understand } from './exchange.ts'
import { find } from './find.ts'
import { settle } from './grant.ts'
import { failed, failedBy } from './outcome.ts'
import { paced } from './paced.ts'
import { holdsSecrets, strayedError, type Plan, type Planner } from './plan.ts'

type Back = AuthorizationView['back']
export type AuthorizeOptions = { back?: Back; redirectUri?: string; startedBy?: string; timeoutMs?: number }

/** An open flow lives at most ten minutes (docs/security.md, A3). */
const flowLifeMs = 600_000
/** An exchange with its steps is over after this. */
const exchangeLifeMs = 120_000

export type Authorizer = {
  authorize(name: string, options: AuthorizeOptions, actor: Actor): Promise<AuthorizationView>
  authorization(id: string): Promise<AuthorizationView>
  openLink(id: string, startedBy: string): Promise<{ authorizationUrl: string }>
  authorizationByState(state: string): Promise<{ id: string; startedBy?: string } | undefined>
  complete(id: string, answer: AuthorizationAnswer, actor: Actor): Promise<AuthorizationView>
  /** Closes every listener this process opened. */
  close(): Promise<void>
}

export function createAuthorizer(context: Context, planner: Planner): Authorizer {
  const { store, clock } = context
  const listeners = new Map<string, { connectionId: string; close(): Promise<void> }>()
  const polling = new AbortController()
  /** Answers that are being exchanged: a code is spent by it, so a stop waits for what it brings. */
  const underWay = new Set<Promise<unknown>>()

  function tracked<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(
      () => undefined,
      () => undefined,
    )
    underWay.add(settled)
    void settled.then(() => underWay.delete(settled))
    return work
  }

  async function authorize(name: string, options: AuthorizeOptions, actor: Actor): Promise<AuthorizationView> {
    await bindAgain(name)
    const loaded = await find(store, name)
    const plan = await planner.of(loaded)
    refuse(plan, loaded.client, clock.now())
    const lifeMs = Math.min(options.timeoutMs ?? flowLifeMs, flowLifeMs)
    const started = { id: newId(context), startedBy: options.startedBy, now: clock.now(), lifeMs }
    let view: AuthorizationView
    if (plan.way.grant === 'device_code') {
      const record = await startDevice(context, plan, started)
      const polled = pollDevice(context, planner, record, polling.signal, (outcome) =>
        finish(record, plan.connection.name, outcome),
      )
      void tracked(polled).catch((error: unknown) =>
        context.log.error(
          { connection: name, reason: String(error) },
          'asking for a device token has ended by a fault',
        ),
      )
      view = viewOf(record, name)
    } else if (plan.way.grant === 'authorization_code' && plan.way.authorize !== undefined) {
      const { client } = loaded
      view = await startCode(plan, options, started, (client?.secret ?? client?.key) !== undefined)
    } else {
      throw new EvergrantError('not_supported', {
        connection: name,
        detail: `"${plan.provider.name}", way "${plan.wayName}", has no authorization page`,
        remedy:
          plan.way.grant === 'pasted'
            ? 'import the token that the service shows'
            : '`evergrant refresh {connection}` asks for a token',
      })
    }
    context.emit('authorization.started', {
      connection: name,
      authorization: view.id,
      back: view.back,
      actor: actorName(actor),
    })
    return view
  }

  /**
   * A person's authorization binds the connection to where its definition leads now; the old tokens end with it. A
   * stored secret was not given for that, and is asked for first.
   */
  async function bindAgain(name: string): Promise<void> {
    const loaded = await find(store, name)
    const plan = await planner.of(loaded)
    const { connection } = loaded
    if (plan.strayed === undefined) return
    if (holdsSecrets(loaded)) throw strayedError(plan)
    const next = { ...connection, boundTo: plan.strayed, settingsVersion: connection.settingsVersion + 1 }
    if (!(await store.connections.replace(next, connection.settingsVersion, plan.origin()))) return
    if (loaded.tokens !== undefined)
      await store.renewals.setState(connection.id, 'needs_authorization', { dropTokens: true })
    context.memory.drop(connection.id)
  }

  async function startCode(
    plan: Plan,
    options: AuthorizeOptions,
    started: Started,
    /** Whether the client has a secret or a key. */
    provesItself: boolean,
  ): Promise<AuthorizationView> {
    const facts = plan.way.authorize
    if (facts === undefined) throw new EvergrantError('not_supported', { connection: plan.connection.name })
    const typed = options.redirectUri ?? plan.connection.redirectUri ?? `${context.publicUrl}/oauth/callback`
    const back = options.back ?? backOf(typed, context.publicUrl)
    const advice = redirectAdvice(plan.provider, plan.wayName, typed, plan.values(), { publicUrl: context.publicUrl })
    // The one-time link stands on the redirect URI's own origin: elsewhere it would lead nowhere.
    if (back === 'callback' && typed !== `${context.publicUrl}/oauth/callback`)
      throw new EvergrantError('redirect_refused', {
        connection: plan.connection.name,
        detail: `this server's callback is ${context.publicUrl}/oauth/callback, not ${typed}`,
      })
    if (!advice.allowed)
      throw new EvergrantError('redirect_refused', { connection: plan.connection.name, detail: advice.reason })

    if (back === 'relay' && facts.pkce === 'off' && !provesItself)
      throw new EvergrantError('redirect_refused', {
        connection: plan.connection.name,
        detail:
          'the page would show a code that anybody can use: this service takes no PKCE, and the client has no secret',
        remedy: 'use the callback of this server or a loopback address',
      })

    if (back === 'loopback') await endEarlier(plan.connection)
    let expectedState: string | undefined
    const listener =
      back === 'loopback'
        ? await context.listen({
            redirectUri: typed,
            expects: (state) => expectedState !== undefined && sameText(state, expectedState),
            onParameters: (parameters) => pageAfter(started.id, parameters),
            timeoutMs: started.lifeMs,
          })
        : undefined
    if (listener !== undefined)
      listeners.set(started.id, { connectionId: plan.connection.id, close: () => listener.close() })
    try {
      const redirectUri = listener?.redirectUri ?? typed
      const missing = plan
        .missing({ flow: { redirect_uri: redirectUri } })
        .filter((value) => plan.provider.values?.[value]?.optional !== true)
      if (missing.length > 0) throw missingValues(plan, missing)
      const request = startAuthorization(
        {
          url: facts.url,
          params: facts.params,
          pkce: facts.pkce,
          ...(facts.issuer === undefined ? {} : { issuer: joinText(expand(facts.issuer, plan.values(), 'plain')) }),
        },
        { ...plan.values(), redirect_uri: redirectUri },
        context.randomBytes,
      )
      expectedState = request.state
      const page =
        facts.par === undefined ? { url: request.url } : await pushed(plan, facts, request.parameters, redirectUri)
      const record: AuthorizationRecord = {
        id: started.id,
        stateDigest: digest(request.state),
        connectionId: plan.connection.id,
        ...(started.startedBy === undefined ? {} : { startedBy: started.startedBy }),
        back,
        sealed: {
          state: new Secret(request.state),
          redirect_uri: redirectUri,
          authorization_url: new Secret(page.url),
          ...(page.expiresAt === undefined ? {} : { page_ends: String(page.expiresAt) }),
          ...(request.verifier === undefined ? {} : { code_verifier: request.verifier }),
          ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
        },
        createdAt: started.now,
        expiresAt: started.now + started.lifeMs,
        outcome: { kind: 'waiting' },
      }
      await store.authorizations.insert(record)
      return viewOf(record, plan.connection.name)
    } catch (error) {
      await closeListener(started.id)
      throw error
    }
  }

  /** RFC 9126: the parameters go ahead by the back channel; the browser carries a reference. */
  async function pushed(
    plan: Plan,
    facts: NonNullable<Plan['way']['authorize']>,
    parameters: readonly [string, string][],
    redirectUri: string,
  ): Promise<{ url: string; expiresAt?: number }> {
    const values = plan.values({ flow: { redirect_uri: redirectUri } })
    const { template, values: pushedValues } = parTemplate(joinText(expand(facts.par ?? '', values, 'url')), parameters)
    const call = await plan.call(template, { flow: pushedValues as Record<string, string> }, 'client') // parTemplate was given strings
    const purpose = { trigger: 'authorization', step: 'par', generation: 0 }
    const answered = await paced(
      context,
      call,
      () => exchange(context, plan, call, purpose),
      ({ failure }) => failure,
    )
    const clientId = parameters.find(([name]) => name === (plan.client.id?.param ?? 'client_id'))?.[1] ?? ''
    const answer =
      answered.response && readParAnswer(answered.response, joinText(expand(facts.url, values, 'url')), clientId)
    if (answer?.kind === 'pushed') return answer
    throw new EvergrantError('authorization_denied', {
      connection: plan.connection.name,
      detail: `the authorization server took no pushed request: ${(answer && hushed(answer, answered).words) ?? answer?.code ?? answered.failure?.code ?? 'no answer'}`,
    })
  }

  async function complete(id: string, answer: AuthorizationAnswer, actor: Actor): Promise<AuthorizationView> {
    const record = await open(id)
    const loaded = await store.connections.byId(record.connectionId)
    if (loaded === undefined) throw new EvergrantError('unknown_authorization', { detail: 'its connection is gone' })
    const name = loaded.connection.name
    if (record.back === 'device')
      throw new EvergrantError('not_supported', {
        connection: name,
        detail: 'a device authorization ends by itself, once the code was entered at the address shown',
      })
    if (record.takenAt !== undefined) throw new EvergrantError('authorization_used', { connection: name })
    if (record.expiresAt <= clock.now()) {
      await finish(record, name, { kind: 'expired' })
      throw new EvergrantError('authorization_expired', { connection: name })
    }
    const plan = await planner.of(loaded)
    // A wrong or foreign answer leaves the flow open: the right one may still come.
    const { parameters, isBare } = parametersOf(record, answer)
    const response = readAuthorizationResponse(parameters, expectations(plan, record, isBare))
    if (!(await store.authorizations.take(id, clock.now())))
      throw new EvergrantError('authorization_used', { connection: name })
    const outcome =
      response.kind === 'error'
        ? failed(classifyAuthorizationError(response, parameters, plan.provider.errors ?? []))
        : await exchangeCode(plan, record, response.code, response.callback).catch((error: unknown) => failedBy(error))
    await finish(record, name, outcome)
    context.log.debug({ authorization: id, actor: actorName(actor) }, 'an authorization was answered')
    return viewOf({ ...record, outcome }, name)
  }

  async function exchangeCode(
    plan: Plan,
    record: AuthorizationRecord,
    code: Secret,
    callback: Record<string, string>,
  ): Promise<AuthorizationOutcome> {
    const template = plan.way.token
    if (template === undefined)
      throw new EvergrantError('not_supported', {
        connection: plan.connection.name,
        detail: 'the way has no token request',
      })
    const captured: Record<string, string> = {}
    for (const [key, value] of Object.entries(callback)) captured[`callback.${key}`] = value
    const flow = {
      code,
      redirect_uri: record.sealed['redirect_uri'],
      code_verifier: record.sealed['code_verifier'],
      state: record.sealed['state'],
    }
    const call = await plan.call(template, { flow, captured }, 'client')
    const purpose = { trigger: 'authorization', step: 'token', generation: 0 }
    const understood = await paced(
      context,
      call,
      async () =>
        understand(plan, await exchange(context, plan, call, purpose), template, 'token', context.unknownLife),
      (one) => ('failure' in one ? one.failure : undefined),
    )
    if ('failure' in understood) return failed(understood.failure)
    const tokens = { ...understood.tokens, values: { ...understood.tokens.values, ...captured } }
    return settle(context, planner, plan, tokens)
  }

  /** What the browser shows after a loopback answer. */
  async function pageAfter(
    id: string,
    parameters: [string, string][],
  ): Promise<{ ok: boolean; title: string; lines: string[] }> {
    // From here on the listener ends by itself, when the browser has fetched the page.
    listeners.delete(id)
    const view = await tracked(complete(id, { kind: 'parameters', parameters }, { kind: 'callback' }))
    const { outcome } = view
    if (outcome.kind === 'authorized')
      return {
        ok: true,
        title: `${view.connection} is authorized`,
        lines: ['You can close this window.', ...(outcome.who === undefined ? [] : [`Connected as ${outcome.who}.`])],
      }
    if (outcome.kind !== 'failed')
      return { ok: false, title: `${view.connection} is not authorized`, lines: ['Start again.'] }
    const { code, words, cause, remedy } = outcome
    const lines = [words === undefined ? code : `${code}: ${words}`, cause, remedy].filter((line) => line !== undefined)
    return { ok: false, title: `${view.connection} is not authorized`, lines }
  }

  async function finish(record: AuthorizationRecord, connection: string, outcome: AuthorizationOutcome): Promise<void> {
    await store.authorizations.finish(record.id, outcome)
    const authorization = record.id
    if (outcome.kind === 'authorized') {
      context.emit('authorization.completed', {
        connection,
        authorization,
        generation: outcome.generation,
        who: outcome.who,
      })
    } else if (outcome.kind === 'failed' || outcome.kind === 'expired') {
      context.emit('authorization.failed', {
        connection,
        authorization,
        code: outcome.kind === 'failed' ? outcome.code : 'expired',
        words: outcome.kind === 'failed' ? outcome.words : undefined,
      })
    }
    // Whichever way back completes first wins: a listener that was not it is closed.
    setImmediate(() => void closeListener(record.id))
  }

  async function closeListener(id: string): Promise<void> {
    const listener = listeners.get(id)
    listeners.delete(id)
    await listener?.close()
  }

  /** Who starts again has given the earlier flow up, and its listener would hold the port that is needed now. */
  async function endEarlier({ id: connectionId, name }: Plan['connection']): Promise<void> {
    for (const [id, listener] of listeners) {
      if (listener.connectionId !== connectionId) continue
      await closeListener(id)
      // One whose answer is being exchanged right now ends by that.
      if (await store.authorizations.take(id, clock.now())) await finish(await open(id), name, { kind: 'expired' })
    }
  }

  async function open(id: string): Promise<AuthorizationRecord> {
    const record = await store.authorizations.byId(id)
    if (record === undefined) throw new EvergrantError('unknown_authorization')
    return record
  }

  return {
    authorize,
    complete: (id, answer, actor) => tracked(complete(id, answer, actor)),
    async authorization(id) {
      const record = await open(id)
      const loaded = await store.connections.byId(record.connectionId)
      // Taken and never finished: the process died during the exchange.
      const endsAt = record.takenAt === undefined ? record.expiresAt : record.takenAt + exchangeLifeMs
      const expired = record.outcome.kind === 'waiting' && endsAt <= clock.now()
      return viewOf(expired ? { ...record, outcome: { kind: 'expired' } } : record, loaded?.connection.name ?? '')
    },
    async openLink(id, startedBy) {
      const record = await open(id)
      // A pushed request is kept for a minute or so only; the flow itself lives longer.
      const pageEnds = Number(plain(record.sealed['page_ends']) ?? Infinity)
      if (Math.min(record.expiresAt, pageEnds) <= clock.now()) throw new EvergrantError('authorization_expired')
      if (record.takenAt !== undefined || !(await store.authorizations.bind(id, startedBy)))
        throw new EvergrantError('authorization_used')
      const url = record.sealed['authorization_url']
      if (url === undefined) throw new EvergrantError('not_supported', { detail: 'this authorization has no page' })
      return { authorizationUrl: url instanceof Secret ? url.open() : url }
    },
    async authorizationByState(state) {
      const record = await store.authorizations.byState(digest(state))
      return record === undefined
        ? undefined
        : { id: record.id, ...(record.startedBy === undefined ? {} : { startedBy: record.startedBy }) }
    },
    async close() {
      polling.abort(new EvergrantError('cancelled'))
      await Promise.all([...listeners.keys()].map(closeListener))
      await Promise.all(underWay)
    },
  }

  /** The link on the redirect URI's own origin where the callback comes back to this server, else the address itself. */
  function viewOf(record: AuthorizationRecord, connection: string): AuthorizationView {
    const url = record.sealed['authorization_url']
    const authorizationUrl = url instanceof Secret ? url.open() : url
    const redirectUri = plain(record.sealed['redirect_uri'])
    const linked =
      record.back === 'callback' && redirectUri !== undefined
        ? `${new URL(redirectUri).origin}/a/${record.id}`
        : authorizationUrl
    return {
      id: record.id,
      connection,
      back: record.back,
      expiresAt: record.expiresAt,
      outcome: record.outcome,
      ...(linked === undefined ? {} : { url: linked }),
      ...(authorizationUrl === undefined || record.back === 'callback' ? {} : { authorizationUrl }),
      ...(redirectUri === undefined ? {} : { redirectUri }),
      ...optional('userCode', plain(record.sealed['user_code'])),
      ...optional('verificationUri', plain(record.sealed['verification_uri'])),
      ...optional('verificationUriComplete', plain(record.sealed['verification_uri_complete'])),
    }
  }
}

function parametersOf(
  record: AuthorizationRecord,
  answer: AuthorizationAnswer,
): { parameters: [string, string][]; isBare: boolean } {
  if (answer.kind === 'parameters')
    return { parameters: answer.parameters.map(([name, value]) => [name, value]), isBare: false }
  const pasted = readPasted(answer.text)
  if (pasted.kind === 'parameters') return { parameters: pasted.parameters, isBare: false }
  if (!answer.bareCodeAllowed) throw new EvergrantError('bare_code')
  // Bound to the session or terminal that started the flow, and by PKCE or the client secret: its state is ours.
  const state = record.sealed['state']
  const parameters: [string, string][] = [
    ['code', pasted.code],
    ['state', state instanceof Secret ? state.open() : (state ?? '')],
  ]
  return { parameters, isBare: true }
}

/** A definition with an issuer is one whose server names it in every answer (RFC 9207 section 2.4); a bare code names nobody. */
function expectations(
  plan: Plan,
  record: AuthorizationRecord,
  isBare: boolean,
): Parameters<typeof readAuthorizationResponse>[1] {
  const facts = plan.way.authorize
  const state = record.sealed['state']
  return {
    state: state instanceof Secret ? state.open() : (state ?? ''),
    ...(facts?.code === undefined ? {} : { codeName: facts.code }),
    ...(facts?.error === undefined ? {} : { errorNames: facts.error }),
    ...(facts === undefined ? {} : { page: joinText(expand(facts.url, plan.values(), 'url')) }),
    ...(facts?.issuer === undefined
      ? {}
      : { issuer: joinText(expand(facts.issuer, plan.values(), 'plain')), issuerRequired: !isBare }),
  }
}

export function missingValues(plan: Plan, missing: readonly string[]): EvergrantError {
  const faults = missing.map((name) => ({
    path: `inputs.${name}`,
    problem: `${plan.provider.values?.[name]?.label ?? name} is missing`,
  }))
  return new EvergrantError('missing_value', {
    connection: plan.connection.name,
    detail: `missing: ${missing.join(', ')}`,
    faults,
  })
}

function backOf(redirectUri: string, publicUrl: string): Back {
  if (redirectUri === `${publicUrl}/oauth/callback`) return 'callback'
  if (redirectUri === `${publicUrl}/oauth/code`) return 'relay'
  return readRedirectUri(redirectUri).loopback ? 'loopback' : 'paste'
}

function newId(context: Pick<Context, 'randomBytes'>): string {
  return Buffer.from(context.randomBytes(16)).toString('base64url')
}

function digest(state: string): string {
  return createHash('sha256').update(state).digest('hex')
}

/** In constant time: a web page may guess states at the port. */
function sameText(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(digest(one)), Buffer.from(digest(other)))
}

function plain(value: string | Secret | undefined): string | undefined {
  return value instanceof Secret ? value.open() : value
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V }) // a computed key widens to string
}
