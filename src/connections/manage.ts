/** Making, changing and removing connections. Bad input reports all its faults at once and changes nothing. */
import { EvergrantError, type Fault } from '../errors.ts'
import { parseDefinition } from '../provider/schema.ts'
import { boundTo, leadsTo } from '../provider/bound.ts'
import { hostsOf } from '../provider/hosts.ts'
import { redirectAdvice } from '../provider/redirects.ts'
import type { Provider, Way } from '../provider/provider.ts'
import { isTyped, resolveValues, typedNames } from '../provider/values.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import { secret, type Secret } from '../secret.ts'
import type { Advance, ClientRecord, ConnectionRecord, Loaded } from '../store/store.ts'
import { refuse } from './advice.ts'
import { changedClient, clientFor } from './client.ts'
import type { ConnectionChange, NewConnection } from './connections.ts'
import type { Context } from './context.ts'
import { dueAt } from './expiry.ts'
import { missingValues } from './authorize.ts'
import { secretNames } from './exchange.ts'
import { find } from './find.ts'
import { follow } from './follow.ts'
import { readyOf } from './handout.ts'
import { planOf, type Plan, type Planner } from './plan.ts'
import { needsNobody, strategyOf } from './renewal-policy.ts'
import { stepsAhead } from './steps.ts'

const nameShape = /^[a-z0-9][a-z0-9-]{0,62}$/

export type Draft = { connection: ConnectionRecord; client: ClientRecord | undefined; plan: Plan }

/** Everything a new connection would be, checked; nothing is stored. */
export async function draftOf(
  context: Context,
  planner: Planner,
  input: NewConnection,
  strict: boolean,
): Promise<Draft> {
  if (!nameShape.test(input.name)) {
    throw new EvergrantError('invalid_request', {
      detail: `"${input.name.slice(0, 80)}" is no name for a connection`,
      faults: [
        {
          path: 'name',
          problem: 'lower-case letters, digits and hyphens, at most 63, beginning with a letter or digit',
        },
      ],
    })
  }
  const definition = definitionOf(input, context.allowHttp)
  const provider = await planner.definition({ provider: input.provider, definition, overrides: input.overrides })
  const [wayName, way] = wayOf(provider, input.grant)
  const facts = way.client ?? provider.client
  const { plain, secrets } = inputsOf(provider, input)
  const client = await clientFor(context, provider, facts, input.client, {
    connection: input.name,
    needed: strict && needsClient(way),
    // An assertion of the way is signed by the client's key, unless a value holds one.
    signs: strict && way.assertion !== undefined && way.assertion.key === undefined,
  })
  if (input.client?.sameAs !== undefined)
    await assertSameHosts(context, planner, { provider, way: wayName, values: plain }, input.client.sameAs)
  const connection: ConnectionRecord = {
    id: Buffer.from(context.randomBytes(12)).toString('hex'),
    name: input.name,
    provider: input.provider,
    way: wayName,
    values: plain,
    secretValues: secrets,
    scopes: input.scopes ?? (way.scopes ?? provider.scopes)?.preset ?? [],
    boundTo: '',
    settingsVersion: 1,
    createdAt: context.clock.now(),
    removing: false,
    ...(definition === undefined ? {} : { definition }),
    ...(client === undefined ? {} : { clientRef: client.id }),
    ...(input.redirectUri === undefined ? {} : { redirectUri: input.redirectUri }),
    ...(input.overrides === undefined ? {} : { overrides: input.overrides }),
  }
  const plan = planOf({ provider, connection, client }, context)
  // The service gives some values only for the key that is made here, such as the id of its certificate.
  if (strict) {
    // Who is told that it cannot work is not asked for the rest first.
    refuse(plan, client, context.clock.now())
    check(plan, input, input.client?.key === 'generate')
    checkRedirect(context, plan, input.redirectUri)
    // Where it is bound to can be told of sound values alone; a draft is bound to nothing.
    connection.boundTo = leadsTo(provider, wayName, connection.values)
  }
  return { connection, client, plan }
}

/** A stored secret goes only where the one who gave it meant it to go. */
async function assertSameHosts(
  context: Context,
  planner: Planner,
  mine: { provider: Provider; way: string; values: Record<string, string> },
  name: string,
): Promise<void> {
  const { connection } = await find(context.store, name)
  const theirs = { provider: await planner.definition(connection), way: connection.way, values: connection.values }
  const hosts = ({ provider, way, values: typed }: typeof mine) =>
    JSON.stringify(hostsOf(provider, resolveValues(provider, way, { typed, secrets: {} }).values).api.toSorted())
  if (hosts(theirs) !== hosts(mine))
    throw new EvergrantError('secret_required', {
      detail: `the client of "${name}" belongs to a service on other hosts`,
    })
}

export async function create(context: Context, planner: Planner, input: NewConnection): Promise<void> {
  const namesake = await context.store.connections.byName(input.name)
  // A removal that was cut short is finished here: its name is free.
  if (namesake?.connection.removing === true) await context.store.connections.remove(namesake.connection.id)
  else if (namesake !== undefined) throw new EvergrantError('connection_exists', { connection: input.name })
  const { connection, client, plan } = await draftOf(context, planner, input, true)
  const tokens = input.tokens === undefined ? undefined : imported(context, plan, input.tokens)
  if (tokens !== undefined) connection.authorizedAt = context.clock.now()
  await context.store.connections.insert(connection, client, plan.origin(), tokens)
}

/** A token set from elsewhere. An access token is needed where nothing could renew; its expiry may be unknown. */
function imported(context: Context, plan: Plan, given: NonNullable<NewConnection['tokens']>): Advance {
  const now = context.clock.now()
  if (given.accessToken === undefined && given.refreshToken === undefined) {
    throw new EvergrantError('missing_value', {
      detail: 'an import needs an access token, a refresh token, or both',
      faults: [{ path: 'access_token', problem: 'missing' }],
    })
  }
  const hidden = secretNames(plan.provider)
  const values = Object.entries(given.values ?? {})
  const open = values.filter(([name]) => !hidden.includes(name))
  const answer: TokenSet = {
    // Without an access token the set counts as expired: the first read renews it.
    accessToken: secret(given.accessToken ?? ''),
    tokenType: 'Bearer',
    obtainedAt: given.accessToken === undefined ? now - 1000 : now,
    expiresAt:
      given.accessToken === undefined
        ? now - 1
        : (given.expiresAt ?? (plan.way.access === 'never' ? 'never' : 'unknown')),
    values: Object.fromEntries(values.map(([name, value]) => [name, hidden.includes(name) ? secret(value) : value])),
    warnings: [],
    ...(given.refreshToken === undefined ? {} : { refreshToken: secret(given.refreshToken) }),
  }
  const raw = { ...answer, accessToken: secret(given.accessToken ?? 'to come') }
  const root = { ...follow(plan, undefined, answer, now), ...stepsAhead(plan, raw, now) }
  const due =
    given.accessToken === undefined
      ? now
      : dueAt(root, plan.way.renewal, strategyOf(plan.way, root) !== undefined, context.dice())
  return {
    root,
    ...readyOf(context, plan, root),
    ...(given.values === undefined ? {} : { values: Object.fromEntries(open) }),
    ...(due === undefined ? {} : { dueAt: due }),
  }
}

export async function change(
  context: Context,
  planner: Planner,
  loaded: Loaded,
  wanted: ConnectionChange,
): Promise<void> {
  const { connection, client } = loaded
  const overrides = wanted.overrides === undefined ? connection.overrides : (wanted.overrides ?? undefined)
  const provider = await planner.definition({ ...connection, overrides })
  const way = provider.ways[connection.way]
  if (way === undefined) throw new EvergrantError('unknown_way', { connection: connection.name })
  const { plain, secrets } = inputsOf(provider, { ...wanted, inputs: withoutNull(wanted.inputs) })
  const dropped = Object.entries(wanted.inputs ?? {}).flatMap(([name, value]) => (value === null ? [name] : []))
  const next: ConnectionRecord = {
    ...connection,
    name: wanted.name ?? connection.name,
    values: without({ ...connection.values, ...plain }, dropped),
    secretValues: without({ ...connection.secretValues, ...secrets }, dropped),
    scopes: wanted.scopes ?? connection.scopes,
    settingsVersion: connection.settingsVersion + 1,
    ...(wanted.redirectUri === undefined ? {} : { redirectUri: wanted.redirectUri }),
    ...(overrides === undefined ? {} : { overrides }),
  }
  if (overrides === undefined) delete next.overrides
  if (!nameShape.test(next.name))
    throw new EvergrantError('invalid_request', {
      detail: 'not a name for a connection',
      faults: [{ path: 'name', problem: 'lower-case letters, digits and hyphens' }],
    })
  if (next.name !== connection.name && (await context.store.connections.byName(next.name)) !== undefined)
    throw new EvergrantError('connection_exists', { connection: next.name })

  const nextClient =
    client === undefined || wanted.client === undefined
      ? client
      : await changedClient(context, way.client ?? provider.client, client, wanted.client, connection.name)
  // Another registration is another client: connections that share the old one keep it.
  const parted =
    nextClient !== undefined &&
    nextClient.clientId !== client?.clientId &&
    (await context.store.clients.connectionsOf(nextClient.id)).length > 1
  if (parted) {
    nextClient.id = Buffer.from(context.randomBytes(12)).toString('hex')
    nextClient.settingsVersion = 1
    next.clientRef = nextClient.id
  }
  const plan = planOf({ provider, connection: next, client: nextClient }, context)
  check(plan, wanted, loaded.schedule.state === 'pending')
  // A rest, or a new name, is never refused.
  const { name: _name, state: _state, ...settings } = wanted
  const isSet = Object.values(settings).some((setting) => setting !== undefined)
  if (isSet) refuse(plan, nextClient, context.clock.now())
  checkRedirect(context, plan, wanted.redirectUri)
  if (isSet) next.boundTo = leadsTo(provider, connection.way, next.values)
  const after = boundAs(provider, next, nextClient)
  // Against the same connection as it stands: captured values may have moved its hosts since it was made.
  const before = boundAs(await planner.definition(connection), connection, client)
  // A definition that was changed meanwhile has moved it too; a rest or a new name does not take that over.
  const moved = after !== before || (isSet && (await planner.strayed(connection)) !== undefined)
  // Else a stored secret could be sent to a host its owner never meant it for.
  const kept = Object.keys(next.secretValues).some((name) => secrets[name] === undefined)
  if (moved && (kept || (client?.secret !== undefined && wanted.client?.secret === undefined)))
    throw new EvergrantError('secret_required', { connection: connection.name })
  if (
    nextClient !== undefined &&
    client !== undefined &&
    nextClient !== client &&
    !(await context.store.clients.replace(nextClient, parted ? 0 : client.settingsVersion))
  )
    throw changedMeanwhile(connection.name)
  if (!(await context.store.connections.replace(next, connection.settingsVersion, plan.origin())))
    throw changedMeanwhile(connection.name)
  if (moved && loaded.tokens !== undefined)
    await context.store.renewals.setState(connection.id, needsNobody(way) ? 'pending' : 'needs_authorization', {
      dropTokens: true,
    })
  else if (wanted.state === 'suspended') await context.store.renewals.setState(connection.id, 'suspended')
  else if (wanted.state === 'active') await resume(context, loaded, plan)
  else if (loaded.schedule.state === 'needs_authorization' && needsNobody(way) && givesCredentials(wanted))
    await context.store.renewals.setState(connection.id, 'pending')
  // What made renewals fail may have been mended, for every connection of this client.
  const mended =
    nextClient === undefined || nextClient === client ? [] : await context.store.clients.connectionsOf(nextClient.id)
  // A new name, or a rest, mends nothing: the reason of a failure stays to be read.
  const own = isSet ? [{ id: connection.id }] : []
  for (const { id } of [...own, ...mended]) await context.store.renewals.forgive(id)
  context.memory.drop(connection.id)
}

/** What its secrets are bound to, with what follows from the values that are stored: the host that a choice sets. */
function boundAs(provider: Provider, { way, values }: ConnectionRecord, client: ClientRecord | undefined): string {
  const resolved = resolveValues(provider, way, { typed: values, secrets: {} })
  return boundTo(provider, way, client?.clientId ?? '', resolved.values)
}

/** Ends a suspension: the connection goes on where it stood. What a person must authorize stays so. */
async function resume({ store, dice }: Context, { connection, schedule, tokens }: Loaded, plan: Plan): Promise<void> {
  if (schedule.state !== 'suspended') return
  const before = connection.authorizedAt === undefined || needsNobody(plan.way) ? 'pending' : 'needs_authorization'
  await store.renewals.setState(connection.id, tokens === undefined ? before : 'active')
  if (tokens === undefined) return
  const renewable = strategyOf(plan.way, tokens.root) !== undefined
  await store.renewals.setDue(connection.id, dueAt(tokens.root, plan.way.renewal, renewable, dice()))
}

function changedMeanwhile(connection: string): EvergrantError {
  return new EvergrantError('invalid_request', {
    connection,
    detail: 'somebody else changed this connection meanwhile',
    remedy: 'read it again and repeat the change',
  })
}

function givesCredentials(wanted: ConnectionChange): boolean {
  return (
    wanted.client !== undefined ||
    wanted.password !== undefined ||
    wanted.inputs !== undefined ||
    wanted.userName !== undefined
  )
}

function definitionOf(input: NewConnection, allowHttp: boolean): Provider | undefined {
  if (input.definition === undefined) return undefined
  const parsed = parseDefinition(input.definition, { allowHttp })
  if (!parsed.ok)
    throw new EvergrantError('invalid_definition', {
      detail: `the definition has ${parsed.faults.length} fault(s)`,
      faults: parsed.faults,
    })
  return parsed.provider
}

/** By the way's own name, else by grant type, else the first: what a data job picks. */
export function wayOf(provider: Provider, wanted: string | undefined): [string, Way] {
  const ways = Object.entries(provider.ways)
  const found =
    wanted === undefined
      ? ways[0]
      : (ways.find(([name]) => name === wanted) ?? ways.find(([, way]) => way.grant === wanted))
  if (found === undefined) {
    throw new EvergrantError('unknown_way', {
      detail: `"${provider.name}" has no way "${wanted ?? ''}"; it has ${ways.map(([name]) => name).join(', ')}`,
    })
  }
  return found
}

function needsClient(way: Way): boolean {
  return way.grant !== 'pasted' && way.grant !== 'jwt_bearer'
}

/** Secret inputs apart from the others; user name and password are inputs too. */
function inputsOf(
  provider: Provider,
  input: { inputs?: Record<string, string> | undefined; userName?: string; password?: string },
): { plain: Record<string, string>; secrets: Record<string, Secret> } {
  const plain: Record<string, string> = {}
  const secrets: Record<string, Secret> = {}
  const unknown: Fault[] = []
  for (const [name, value] of Object.entries(input.inputs ?? {})) {
    const declared = provider.values?.[name]
    if (declared === undefined || !isTyped(declared))
      unknown.push({
        path: `inputs.${name}`,
        problem: declared === undefined ? 'no such input' : 'comes by itself',
        remedy: `known: ${typedNames(provider).join(', ') || 'none'}`,
      })
    else if (declared.secret === true) secrets[name] = secret(value)
    else plain[name] = value
  }
  if (unknown.length > 0)
    throw new EvergrantError('invalid_request', {
      detail: `"${provider.name}" has no input ${unknown.map((fault) => fault.path.slice(7)).join(', ')}`,
      faults: unknown,
    })
  if (input.userName !== undefined) plain['user_name'] = input.userName
  if (input.password !== undefined) secrets['password'] = secret(input.password)
  return { plain, secrets }
}

/**
 * All faults of the values at once. Missing values are told where they are needed now: at the start of a machine's way,
 * unless they may follow (`mayLack`); until then reading a token tells them. Nothing tells them later of a token that is
 * pasted, and jobs would not find its API.
 */
function check(plan: Plan, input: { scopes?: string[]; userName?: string; password?: string }, mayLack: boolean): void {
  const faults: Fault[] = plan.faults().map((fault) => ({ ...fault, path: `inputs.${fault.path}` }))
  const separator = plan.scopes?.separator ?? ' '
  for (const scope of input.scopes ?? []) {
    if (scope === '' || scope.includes(separator) || /[\s"\\\p{Cc}]/u.test(scope))
      faults.push({ path: 'scopes', problem: `"${scope.slice(0, 60)}" is not one scope` })
  }
  if (faults.length > 0)
    throw new EvergrantError('invalid_value', {
      connection: plan.connection.name,
      detail: faults.map((fault) => `${fault.path}: ${fault.problem}`).join('; '),
      faults,
    })
  if (mayLack || !(needsNobody(plan.way) || plan.way.grant === 'pasted')) return
  const missing = plan.missing()
  if (missing.length > 0) throw missingValues(plan, missing)
  if (plan.way.grant === 'password') {
    const absent = [
      plan.connection.values['user_name'] === undefined && 'user_name',
      plan.connection.secretValues['password'] === undefined && 'password',
    ].filter((name) => name !== false)
    if (absent.length > 0) throw missingValues(plan, absent)
  }
}

/** One that the service will not take is told before a person stands in front of its page. */
function checkRedirect(context: Context, plan: Plan, redirectUri: string | undefined): void {
  if (redirectUri === undefined || plan.way.authorize === undefined) return
  const { publicUrl } = context
  const advice = redirectAdvice(plan.provider, plan.wayName, redirectUri, plan.values(), { publicUrl })
  if (advice.allowed) return
  throw new EvergrantError('redirect_refused', {
    connection: plan.connection.name,
    detail: advice.reason,
    faults: [{ path: 'redirect_uri', problem: advice.reason }],
  })
}

function withoutNull(inputs: Record<string, string | null> | undefined): Record<string, string> | undefined {
  if (inputs === undefined) return undefined
  return Object.fromEntries(Object.entries(inputs).filter((entry): entry is [string, string] => entry[1] !== null))
}

function without<T>(record: Record<string, T>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)))
}
