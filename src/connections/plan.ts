/**
 * Turns what is stored of a connection into the requests it makes. A plan is the provider's definition with the
 * connection's overrides, its way, its client and its values; from there every request is `plan.call(template)`.
 * Nothing is sent here.
 */
import { buildCall, callUrl, type ClientCredentials, type SigningKey } from '../oauth/call.ts'
import type { Call } from '../oauth/call.ts'
import type { CallTemplate, ClientAuthMethod, Json } from '../oauth/call-template.ts'
import { makeAssertion } from '../oauth/assertion.ts'
import { expand, joinText, variablesOf, type Values } from '../oauth/template.ts'
import { grants } from '../oauth/grants/index.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import { EvergrantError, type Fault } from '../errors.ts'
import { Secret } from '../secret.ts'
import { applyOverrides } from '../provider/apply.ts'
import { leadsTo } from '../provider/bound.ts'
import { assertHost, hostsOf } from '../provider/hosts.ts'
import type { Client, Provider, Scopes, Way } from '../provider/provider.ts'
import { computeValues, namesKnown, resolveValues } from '../provider/values.ts'
import type { ClientRecord, ConnectionRecord, Loaded } from '../store/store.ts'
import type { Context } from './context.ts'

/** What a request may name beyond what is stored. */
export type Given = {
  tokens?: TokenSet | undefined
  /** `code`, `state`, `code_verifier`, `device_code`, ... of an authorization under way. */
  flow?: Readonly<Record<string, string | Secret | undefined>>
  /** Values captured a moment ago and not stored yet. */
  captured?: Readonly<Record<string, string>>
}

export type Plan = {
  readonly provider: Provider
  readonly wayName: string
  readonly way: Way
  readonly client: Client
  readonly scopes: Scopes | undefined
  readonly connection: ConnectionRecord
  /**
   * The user's definition was changed and names other hosts than those that stored secrets and tokens are for: none of
   * them is sent until they were given again (`leadsTo` as it is now).
   */
  readonly strayed: string | undefined
  /** Everything a template may name. */
  values(given?: Given): Values
  /** Names of values a person still has to give. */
  missing(given?: Given): string[]
  /** Faults of the values that are there. */
  faults(): Fault[]
  /** The request, its host checked if it carries a secret. */
  call(template: CallTemplate, given: Given, defaultAuth: 'client' | 'none'): Promise<Call>
  /** Certificate and key (PEM) for mutual TLS, if the client authenticates by it. */
  clientCertificate(): { certificate: string; key: string } | undefined
  /** Where the token request goes, for pace; undefined while a value of the address is missing. */
  origin(): string | undefined
}

type Parts = {
  provider: Provider
  connection: ConnectionRecord
  client?: ClientRecord | undefined
  strayed?: string | undefined
}

export type Planner = {
  of(loaded: Pick<Loaded, 'connection' | 'client'>): Promise<Plan>
  /** The definition a connection uses, overrides applied. */
  definition(connection: Pick<ConnectionRecord, 'provider' | 'definition' | 'overrides'>): Promise<Provider>
  /** Where a definition of the user leads, if that is not where the connection was bound to. */
  strayed(connection: ConnectionRecord): Promise<string | undefined>
}

export function createPlanner(context: Pick<Context, 'catalogue' | 'clock' | 'randomBytes' | 'allowHttp'>): Planner {
  // Applying overrides parses the whole definition: done once per settings of a connection, not per request.
  const definitions = new Map<string, Drawn>()
  /** Where a definition leads, by what was given: the same for most connections of one. */
  const leading = new WeakMap<Provider, Map<string, string>>()

  function leads(provider: Provider, { way, values }: ConnectionRecord): string {
    let known = leading.get(provider)
    if (known === undefined || known.size >= 1000) leading.set(provider, (known = new Map()))
    const given = JSON.stringify([way, values])
    let to = known.get(given)
    if (to === undefined) known.set(given, (to = leadsTo(provider, way, values)))
    return to
  }

  type Described = Pick<ConnectionRecord, 'provider' | 'definition' | 'overrides'>

  async function baseOf(connection: Described): Promise<Provider> {
    const base = (connection.definition as Provider | undefined) ?? (await context.catalogue.get(connection.provider))
    if (base === undefined) {
      throw new EvergrantError('unknown_provider', {
        detail: `the service "${connection.provider}" is not in the catalogue`,
      })
    }
    return base
  }

  function overridden(base: Provider, { overrides, definition }: Described): Provider {
    const brought = definition !== undefined
    return overrides === undefined ? base : applyOverrides(base, overrides, { allowHttp: context.allowHttp, brought })
  }

  const definition = async (connection: Described) => overridden(await baseOf(connection), connection)

  /** The catalogue gives the same object until the user's definition is another one. */
  async function drawn(connection: ConnectionRecord): Promise<Drawn> {
    const base = await baseOf(connection)
    const key = `${connection.id}/${connection.settingsVersion}/${connection.boundTo}`
    const known = definitions.get(key)
    // One's own in the connection itself changes with its settings alone, and is another object each time it is read.
    if (known !== undefined && (known.base === base || connection.definition !== undefined)) return known
    const provider = overridden(base, connection)
    const isOwn = connection.definition === undefined && !context.catalogue.isBuiltIn(connection.provider)
    const to = isOwn ? leads(provider, connection) : connection.boundTo
    const found = { base, provider, strayed: to === connection.boundTo ? undefined : to }
    if (definitions.size >= 1000) definitions.clear()
    definitions.set(key, found)
    return found
  }

  return {
    definition,
    async of(loaded) {
      const { connection, client } = loaded
      const { provider, strayed } = await drawn(connection)
      return planOf({ provider, connection, client, strayed }, context)
    },
    strayed: async (connection) => (await drawn(connection)).strayed,
  }
}

/** A connection's definition, what it was made from, and where it leads if that is somewhere else than before. */
type Drawn = { base: Provider; provider: Provider; strayed: string | undefined }

/** Whether the connection holds a secret that a person would have to give again. */
export function holdsSecrets({ connection, client }: Pick<Loaded, 'connection' | 'client'>): boolean {
  return client?.secret !== undefined || Object.keys(connection.secretValues).length > 0
}

/** What is stored does not go to hosts that it was not given for. */
export function strayedError({ provider, connection }: Pick<Plan, 'provider' | 'connection'>): EvergrantError {
  return new EvergrantError('secret_required', {
    connection: connection.name,
    detail: `the definition of "${provider.name}" names other hosts than those "${connection.name}" was made for`,
    remedy: `if they are right, give the secret again: \`evergrant connect ${connection.provider} --as {connection} --client-secret-file FILE\``,
  })
}

export function planOf(parts: Parts, context: Pick<Context, 'clock' | 'randomBytes'>): Plan {
  const { provider, connection, client, strayed } = parts
  const way = provider.ways[connection.way]
  if (way === undefined) {
    throw new EvergrantError('unknown_way', {
      detail: `"${provider.name}" has no way "${connection.way}"`,
      connection: connection.name,
    })
  }
  const facts = way.client ?? provider.client
  const scopes = way.scopes ?? provider.scopes

  const resolve = (given: Given) =>
    resolveValues(provider, connection.way, {
      typed: connection.values,
      secrets: connection.secretValues,
      answer: { ...given.tokens?.values, ...given.captured },
      callback: callbackOf(given.tokens?.values, given.captured),
    })

  // One renewal asks for those of one token set half a dozen times.
  let latest: { tokens: TokenSet | undefined; values: Values } | undefined
  const values = (given: Given = {}): Values => {
    if (given.flow !== undefined || given.captured !== undefined) return drawValues(given)
    if (latest === undefined || latest.tokens !== given.tokens)
      latest = { tokens: given.tokens, values: drawValues(given) }
    return latest.values
  }

  const drawValues = (given: Given): Values => {
    const known: Record<string, Values[string]> = {}
    for (const name of namesKnown(provider, connection.way)) known[name] = undefined
    const base: Values = {
      // Typed values come resolved alone: one that does not fit its shape is as good as none.
      ...known,
      ...given.tokens?.values,
      ...given.captured,
      ...resolve(given).values,
      scope: connection.scopes.length === 0 ? undefined : connection.scopes.join(scopes?.separator ?? ' '),
      scopes: connection.scopes,
      redirect_uri: connection.redirectUri,
      client_id: client?.clientId ?? facts.id?.fixed,
      client_secret: client?.secret,
      grant_type: grants[way.grant]?.grantType,
      user_name: connection.values['user_name'],
      password: connection.secretValues['password'],
      token: given.tokens?.accessToken,
      refresh_token: given.tokens?.refreshToken,
      ...given.flow,
    }
    return { ...base, ...computeValues(provider, base) }
  }

  const call: Plan['call'] = async (template, given, defaultAuth) => {
    const now = context.clock.now()
    const expanded = values(given)
    const credentials = credentialsOf(facts, client, expanded)
    const built = await buildCall(
      template,
      await withAssertion(way, template, expanded, credentials, {
        now,
        randomBytes: context.randomBytes,
      }),
      {
        ...(credentials === undefined ? {} : { client: credentials }),
        defaultAuth,
        now,
        randomBytes: context.randomBytes,
      },
    )
    if (built.holdsSecret && strayed !== undefined) throw strayedError({ provider, connection })
    if (built.holdsSecret) assertHost(callUrl(built), hostsOf(provider, expanded).api)
    return built
  }

  return {
    provider,
    wayName: connection.way,
    way,
    client: facts,
    scopes,
    connection,
    strayed,
    values,
    missing: (given = {}) => [...resolve(given).missing],
    faults: () => resolve({}).faults,
    call,
    clientCertificate() {
      if (client?.authMethod !== 'tls_client_auth' || client.certificate === undefined || client.key === undefined)
        return undefined
      return { certificate: client.certificate, key: client.key.open() }
    },
    origin() {
      const url = way.token?.url ?? way.renewal.call?.url
      if (url === undefined) return undefined
      try {
        return new URL(joinText(expand(url, values(), 'url'))).origin
      } catch {
        return undefined // a value of the address comes with the authorization
      }
    },
  }
}

function credentialsOf(facts: Client, client: ClientRecord | undefined, values: Values): ClientCredentials | undefined {
  const id = client?.clientId ?? facts.id?.fixed
  const method = (client?.authMethod as ClientAuthMethod | undefined) ?? facts.auth[0] ?? 'none'
  const key = signingKey(facts, client)
  // A service that gives some clients no secret takes Basic with nothing behind the colon (installed apps of Reddit).
  const nothing = facts.secret?.optional && method === 'client_secret_basic' ? new Secret('') : undefined
  const secret = client?.secret ?? nothing
  return {
    method,
    ...(id === undefined ? {} : { id }),
    ...(secret === undefined ? {} : { secret }),
    ...(key === undefined ? {} : { key }),
    ...(facts.id?.param === undefined ? {} : { idParam: facts.id.param }),
    ...(facts.secret?.param === undefined ? {} : { secretParam: facts.secret.param }),
    ...(facts.rawBasic === undefined ? {} : { rawBasic: facts.rawBasic }),
    ...(facts.thumbprint === undefined ? {} : { thumbprint: facts.thumbprint }),
    ...(facts.assertionAudience === undefined
      ? {}
      : { audience: joinText(expand(facts.assertionAudience, values, 'plain')) }),
  }
}

function signingKey(facts: Client, client: ClientRecord | undefined): SigningKey | undefined {
  if (client?.key === undefined) return undefined
  return {
    pem: client.key,
    alg: client.keyAlg ?? facts.key?.algs[0] ?? 'RS256',
    ...(client.keyId === undefined ? {} : { keyId: client.keyId }),
    ...(client.certificate === undefined ? {} : { certificate: client.certificate }),
  }
}

type Signing = { now: number; randomBytes: Context['randomBytes'] }

/** `{assertion}` is signed only for a request that names it. */
async function withAssertion(
  way: Way,
  template: CallTemplate,
  values: Values,
  credentials: ClientCredentials | undefined,
  signing: Signing,
): Promise<Values> {
  const assertion = way.assertion
  if (assertion === undefined || !names(template, 'assertion')) return values
  // A key that is a value (a key file's) has no algorithm of its own; the client's key has.
  const key: SigningKey | undefined =
    assertion.key === undefined
      ? credentials?.key
      : { pem: new Secret(joinText(expand(assertion.key, values, 'plain'))), alg: assertion.alg[0] ?? 'RS256' }
  if (key === undefined) {
    throw new EvergrantError('missing_value', {
      detail: 'the key that signs the assertion is missing',
      remedy: 'give the key file or have a key made',
      faults: [{ path: 'key', problem: 'no value' }],
    })
  }
  const alg = assertion.alg.includes(key.alg) ? key.alg : (assertion.alg[0] ?? key.alg)
  const signed = await makeAssertion(assertion, values, { ...key, alg }, signing)
  return { ...values, assertion: signed }
}

function names(template: CallTemplate, name: string): boolean {
  const body = template.body === undefined ? '' : JSON.stringify(template.body satisfies Json | object)
  const header = typeof template.auth === 'object' ? template.auth.header : ''
  const others = [...Object.values(template.headers ?? {}), ...Object.values(template.query ?? {})]
  const fields = [template.url, header, body, ...others]
  return fields.some((text) => variablesOf(text).includes(name))
}

function plainOf(values: TokenSet['values'] | undefined): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(values ?? {})) if (typeof value === 'string') plain[name] = value
  return plain
}

/** Values the callback brought are kept under `callback.<name>`. */
function callbackOf(values: TokenSet['values'] | undefined, captured: Given['captured']): Record<string, string> {
  const callback: Record<string, string> = {}
  for (const [name, value] of Object.entries({ ...plainOf(values), ...captured })) {
    if (name.startsWith('callback.')) callback[name.slice('callback.'.length)] = value
  }
  return callback
}
