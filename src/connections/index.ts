/**
 * The domain: what a connection is, and when to do what. A connection joins a provider, a client and a resource owner;
 * it holds one current token set, counted by generations. Jobs read tokens (`read.ts`), a person authorizes
 * (`authorize.ts`), and everything that gets the next token set goes one way (`renew.ts`).
 *
 * It promises: reading a good token neither writes nor locks; a received refresh token is durable before anybody is
 * answered; one connection has at most one request under way; a failure never deletes a grant. It knows nothing of
 * HTTP servers, command lines or databases.
 */
import { EvergrantError } from '../errors.ts'
import { leadsTo } from '../provider/bound.ts'
import type { Loaded, NewRevocation, TokenRecord } from '../store/store.ts'
import { refuse } from './advice.ts'
import { apiOf } from './api.ts'
import { createAuthorizer } from './authorize.ts'
import { fetchChoices, pickOf } from './choices.ts'
import type { ActionReport, Connections, ConnectionView, NewConnection, Revoked } from './connections.ts'
import type { Context } from './context.ts'
import { actorName } from './events.ts'
import { examine } from './examine.ts'
import { good, lives } from './expiry.ts'
import { find } from './find.ts'
import { change, create, draftOf } from './manage.ts'
import { createPlanner, type Plan } from './plan.ts'
import { previewOf } from './preview.ts'
import { createReader, unserved } from './read.ts'
import { createRefresher, type Refresher } from './refresher.ts'
import { createRenewer } from './renew.ts'
import type { Outcome } from './renewing.ts'
import { needsNobody } from './renewal-policy.ts'
import { revokeTokens } from './revoke.ts'
import { settingsOf } from './settings.ts'
import { viewOf } from './view.ts'
import { createWaiting } from './waiting.ts'

export type Domain = {
  connections: Connections
  refresher: Refresher
  /** After a crash: applies the spool and finishes open claims. Before anything is served. */
  recover(): Promise<void>
  /** The way to the store was lost, or is back. */
  storeWent(how: 'lost' | 'back'): void
  /** Ends listeners and waits for answers that are not stored yet. */
  close(): Promise<void>
}

export function createConnections(context: Context): Domain {
  const { store } = context
  const planner = createPlanner(context)
  const renewer = createRenewer(context, planner, createWaiting(store.renewals, context.clock), (at) =>
    refresher.nudge(at),
  )
  const reader = createReader(context, planner, renewer)
  const authorizer = createAuthorizer(context, planner)
  const refresher = createRefresher(context, renewer)

  async function view(loaded: Loaded, usersOf = countUsers()): Promise<ConnectionView> {
    const users = loaded.client === undefined ? 0 : await usersOf(loaded.client.id)
    return viewOf(loaded, await planned(loaded), Math.max(0, users - 1), context.clock.now())
  }

  /** Counts the connections of each client once: a thousand in a list may share one. */
  function countUsers(): (client: string) => Promise<number> {
    const counted = new Map<string, Promise<number>>()
    return (client) => {
      const known = counted.get(client) ?? store.clients.connectionsOf(client).then(({ length }) => length)
      counted.set(client, known)
      return known
    }
  }

  /** The plan, or why there is none: a definition that is gone or no longer sound. */
  async function planned(loaded: Loaded): Promise<Plan | EvergrantError> {
    try {
      return await planner.of(loaded)
    } catch (error) {
      if (error instanceof EvergrantError) return error
      throw error
    }
  }

  async function report(name: string, outcome: Outcome): Promise<ActionReport> {
    const loaded = await find(store, name)
    if (outcome.kind === 'blocked' || outcome.kind === 'backing_off' || outcome.kind === 'not_durable')
      throw unserved(context, loaded, await planner.of(loaded), outcome)
    const failure = outcome.kind === 'failed' ? outcome.failure : undefined
    return {
      ok: outcome.kind === 'renewed' || outcome.kind === 'moved',
      connection: await view(loaded),
      ...outcome.report,
      ...(failure === undefined ? {} : { failure }),
    }
  }

  async function act(name: string, how: 'renew' | 'issue'): Promise<ActionReport> {
    const loaded = await find(store, name)
    const plan = await planner.of(loaded)
    if (how === 'issue' && !needsNobody(plan.way)) {
      throw new EvergrantError('not_supported', {
        connection: name,
        detail: `"${plan.provider.name}" gives a token only after a person's authorization`,
        remedy:
          plan.way.grant === 'pasted'
            ? 'import the token that the service shows'
            : '`evergrant authorize {connection}`',
      })
    }
    if (how === 'issue') refuse(plan, loaded.client, context.clock.now())
    if (loaded.schedule.state === 'needs_authorization' && needsNobody(plan.way))
      await store.renewals.setState(loaded.connection.id, 'active')
    const outcome = await renewer.renew(loaded.connection.id, loaded.schedule.generation, 'person', how)
    refresher.nudge()
    return report(name, outcome)
  }

  const connections: Connections = {
    peek: reader.peek,
    fetch: reader.fetch,
    read: reader.read,
    reject: reader.reject,
    async create(input: NewConnection, actor) {
      await create(context, planner, input)
      const loaded = await afterImport(await find(store, input.name))
      context.emit('connection.created', {
        connection: input.name,
        provider: loaded.connection.provider,
        way: loaded.connection.way,
        actor: actorName(actor),
      })
      refresher.nudge()
      return view(loaded)
    },
    async list(filter) {
      const limit = Math.min(filter.limit ?? 100, 1000)
      const found = await store.connections.list({ ...filter, limit: limit + 1 })
      const shown = found.slice(0, limit)
      const last = shown.at(-1)
      const usersOf = countUsers()
      return {
        connections: await Promise.all(
          shown.filter((one) => !one.connection.removing).map((one) => view(one, usersOf)),
        ),
        ...(found.length > limit && last !== undefined ? { next: last.connection.name } : {}),
      }
    },
    get: async (name) => view(await find(store, name)),
    async choices(name, value) {
      const loaded = await find(store, name)
      pickOf(await planner.of(loaded), value)
      const { connection, tokens } = await withRoot(loaded)
      const fresh = await find(store, connection.name)
      return fetchChoices(context, await planner.of(fresh), value, tokens.root)
    },
    async api(name) {
      const loaded = await find(store, name)
      return apiOf(await planner.of(loaded), loaded.tokens?.served ?? loaded.tokens?.root)
    },
    async change(name, wanted, actor) {
      const before = await find(store, name)
      await change(context, planner, before, wanted)
      if (wanted.inputs !== undefined) await serveAnew(before.connection.id)
      context.emit('connection.changed', {
        connection: wanted.name ?? name,
        ...(wanted.name === undefined || wanted.name === name ? {} : { before: name }),
        changed: Object.keys(wanted),
        actor: actorName(actor),
      })
      refresher.nudge()
      return view(await find(store, wanted.name ?? name))
    },
    async remove(name, { revoke }, actor) {
      // One whose removal was cut short can be removed again.
      const loaded = (await store.connections.byName(name)) ?? (await find(store, name))
      const begin = async (revocations: readonly NewRevocation[]) => {
        await store.connections.touch(loaded.connection.id, { removing: true, revocations })
        context.memory.drop(loaded.connection.id)
      }
      if (!revoke) await begin([])
      const revoked = revoke ? await revokeAll(loaded, begin) : ({ revocation: 'not_asked' } as const)
      await store.connections.remove(loaded.connection.id)
      context.emit('connection.removed', { connection: name, revocation: revoked.revocation, actor: actorName(actor) })
      return revoked
    },
    async preview(name) {
      const loaded = await find(store, name)
      return previewOf(context, await planner.of(loaded), loaded.client)
    },
    async previewDraft(input) {
      const { plan, client } = await draftOf(context, planner, input, false)
      return previewOf(context, plan, client)
    },
    settings: async (name) => settingsOf(await find(store, name), planner),
    async leadsTo({ client: _, ...input }) {
      const { plan, connection } = await draftOf(context, planner, input, false)
      return leadsTo(plan.provider, connection.way, connection.values)
    },
    authorize: authorizer.authorize,
    authorization: authorizer.authorization,
    openLink: authorizer.openLink,
    authorizationByState: authorizer.authorizationByState,
    async complete(id, answer, actor) {
      const done = await authorizer.complete(id, answer, actor)
      refresher.nudge()
      return done
    },
    issue: (name) => act(name, 'issue'),
    renew: (name) => act(name, 'renew'),
    async test(name) {
      await reader.read(name)
      await stepsAgain(await find(store, name))
      const { accessToken } = await reader.read(name)
      const loaded = await find(store, name)
      const { exchange, ...examined } = await examine(context, await planner.of(loaded), loaded, accessToken)
      if (examined.who !== undefined) await store.connections.touch(loaded.connection.id, { who: examined.who })
      return {
        ok: examined.failure === undefined,
        connection: await view(await find(store, name)),
        ...(exchange === undefined ? {} : { request: exchange.request }),
        ...(exchange?.masked === undefined ? {} : { response: exchange.masked }),
        ...examined,
      }
    },
    async revoke(name, actor) {
      const loaded = await find(store, name)
      const revoked = await revokeAll(loaded, async (revocations) => {
        await store.renewals.setState(loaded.connection.id, 'needs_authorization', { dropTokens: true, revocations })
        context.memory.drop(loaded.connection.id)
      })
      context.emit('token.revoked', { connection: name, revocation: revoked.revocation, actor: actorName(actor) })
      return revoked
    },
    attempts: async (name) => context.attempts.list((await find(store, name)).connection.id),
    async reveal(name, actor) {
      const token = await reader.read(name)
      context.emit('token.revealed', { connection: name, generation: token.generation, actor: actorName(actor) })
      return token
    },
  }

  /** What follows a new token is made for one from elsewhere too. Nothing that fails there undoes the import. */
  async function afterImport(loaded: Loaded): Promise<Loaded> {
    const { connection, tokens } = loaded
    if (tokens === undefined || tokens.root.accessToken.open() === '') return loaded
    const plan = await planner.of(loaded)
    try {
      if (tokens.root.steps !== undefined) return await stepsAgain(loaded)
      if (plan.way.steps?.some(({ run }) => run === 'each') === true) await renewer.derive(connection.id)
    } catch (error) {
      context.log.warn({ connection: connection.name, reason: String(error) }, 'the steps after an import failed')
    }
    return loaded
  }

  /** With a root that is good: what jobs get may still wait for a value. */
  async function withRoot(loaded: Loaded): Promise<Loaded & { tokens: TokenRecord }> {
    const { connection, schedule, tokens } = loaded
    if (tokens !== undefined && schedule.state === 'active' && good(tokens.root, context.clock.now()))
      return { ...loaded, tokens }
    const outcome = await renewer.renew(connection.id, schedule.generation, 'caller')
    const fresh = await find(store, connection.name)
    if (fresh.tokens === undefined || !lives(fresh.tokens.root, context.clock.now()))
      throw unserved(context, fresh, await planner.of(fresh), outcome)
    return { ...fresh, tokens: fresh.tokens }
  }

  /** What jobs get may be made of a value, or show it: the token stays, and what is derived from it is made anew. */
  async function serveAnew(connectionId: string): Promise<void> {
    const loaded = await store.connections.byId(connectionId)
    if (loaded?.tokens === undefined || loaded.schedule.state !== 'active') return
    await renewer
      .renew(connectionId, loaded.schedule.generation, 'person', 'steps')
      .catch((error: unknown) =>
        context.log.warn({ connection: loaded.connection.name, reason: String(error) }, 'a change is not served yet'),
      )
  }

  /** Makes again what failed after a token, if anything did. */
  async function stepsAgain(loaded: Loaded): Promise<Loaded> {
    const { connection, schedule, tokens } = loaded
    const states = Object.values(tokens?.root.steps ?? {})
    if (!states.some(({ dueAt, failure }) => failure !== undefined || dueAt <= context.clock.now())) return loaded
    await renewer.renew(connection.id, schedule.generation, 'person', 'steps')
    return find(store, connection.name)
  }

  /** `end` ends here what is revoked, in one write with the note of what is to be sent. */
  async function revokeAll(
    loaded: Loaded,
    end: (revocations: readonly NewRevocation[]) => Promise<void>,
  ): Promise<Revoked> {
    const plan = loaded.tokens === undefined ? undefined : await planned(loaded)
    if (loaded.tokens === undefined || plan === undefined || plan instanceof EvergrantError) {
      await end([])
      if (plan instanceof EvergrantError)
        context.log.warn(
          { connection: loaded.connection.name, code: plan.code },
          'nobody knows how to revoke: the definition is gone',
        )
      return { revocation: 'not_offered' }
    }
    return revokeTokens(context, plan, loaded.tokens.root, end)
  }

  /** Removals that a crash cut short. What was to be revoked is sent by the refresher. */
  async function finishRemovals(): Promise<void> {
    for (const { id, name } of await store.connections.removing()) {
      await store.connections.remove(id)
      context.emit('connection.removed', { connection: name, actor: 'start' })
    }
  }

  return {
    connections,
    refresher,
    async recover() {
      await renewer.recover()
      await finishRemovals()
    },
    storeWent(how) {
      if (how === 'lost') return renewer.storeLost()
      renewer
        .storeBack()
        .catch((error: unknown) =>
          context.log.warn({ reason: String(error) }, 'what the store may have lost could not be looked for'),
        )
    },
    async close() {
      await refresher.stop()
      await authorizer.close()
      await renewer.unsaved()
    },
  }
}
