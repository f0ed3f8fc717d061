/**
 * A real authorization server on loopback: oidc-provider 9 with short lifetimes, rotation as asked, people who consent
 * by themselves, a request log, and hooks that delay an answer or drop it after the server has acted.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { errors, type Context } from 'oidc-provider'
import { createAuthorizationMemory } from './authorization-memory.ts'
import { followRedirects } from './browser.ts'

/** What happens to a used refresh token: nothing; the family dies on a second use; the same after a window. */
export type Rotation = 'none' | 'strict' | 'grace'

export type AuthorizationServerOptions = {
  /** An authorization must be pushed first (RFC 9126); one by the address alone is refused. */
  requiresPushed?: boolean
  rotation?: Rotation
  /** How long a used refresh token may be sent again with rotation `grace`. */
  graceSeconds?: number
  accessSeconds?: number
  refreshSeconds?: number
  codeSeconds?: number
  /** Whether `offline_access` must be asked for to get a refresh token. */
  offlineAccess?: boolean
  /** Who consents: a person by itself, at once, or whoever is at the pages of oidc-provider. */
  consent?: 'by itself' | 'pages'
  /** Exact ones beside the usual loopback ones, which go with any port. */
  redirectUris?: string[]
}

export type Endpoint =
  'authorize' | 'token' | 'revocation' | 'introspection' | 'device' | 'pushed' | 'discovery' | 'me' | 'other'

export type LogEntry = {
  endpoint: Endpoint
  /** Of token requests. */
  grant?: string
  clientId?: string
  at: number
  /** As sent: for tests that look at the wire. Holds secrets. */
  parameters: Record<string, string>
  authorization?: string
  /** Set when the server has acted; the answer may still be held back. */
  status?: number
  /** Set when the connection was dropped instead of answered. */
  dropped?: true
}

export type Filter = Partial<Pick<LogEntry, 'endpoint' | 'grant' | 'clientId' | 'status'>>

/** What to do to the next matching requests. Drops and delays `after` happen when the server has acted. */
export type Interference = {
  endpoint?: Endpoint
  grant?: string
  /** Once unless said. */
  times?: number
  delayBeforeMs?: number
  delayAfterMs?: number
  drop?: 'before' | 'after'
  answer?: { status: number; body?: string; headers?: Record<string, string> }
}

export type TestClient = { id: string; secret: string; method: string; privateKey?: string }

export type AuthorizationServer = Awaited<ReturnType<typeof startAuthorizationServer>>

/** The person who consents, and whose name and password the password grant takes. */
export const person = { id: 'ada', password: 'canary-password-Zq7!' }

/** Secrets with every character that form-encoding changes, so that a raw Basic header is refused. */
const clientSecret = (name: string): string => `canary-secret-${name}-%2B+: &=/"-0123456789abcdef`

const loopbackRedirects = ['127.0.0.1', 'localhost'].flatMap((host) =>
  ['', '/', '/callback', '/oauth/callback', '/oauth/code'].map((path) => `http://${host}${path}`),
)

/** A made key pair: PKCS 8 PEM, and the public part as JWK and as SPKI PEM. */
export function makeKeyPair(): { pem: string; publicPem: string; jwk: Record<string, unknown> } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    jwk: { ...publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' },
  }
}

let signingKey: Record<string, unknown> | undefined

export async function startAuthorizationServer(options: AuthorizationServerOptions = {}) {
  const { rotation = 'none', graceSeconds = 5, accessSeconds = 60, codeSeconds = 60 } = options
  const memory = createAuthorizationMemory(rotation, graceSeconds)
  const log: LogEntry[] = []
  const interferences: (Interference & { left: number })[] = []
  const waiting = new Set<() => void>()

  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = (server.address() as AddressInfo).port
  const issuer = `http://127.0.0.1:${port}`

  signingKey ??= {
    ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
    use: 'sig',
  }
  const configuration = {
    adapter: memory.Adapter,
    jwks: { keys: [signingKey] },
    cookies: { keys: [randomUUID()] },
    scopes: ['openid', 'offline_access', 'email', 'api.read', 'api.write'],
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: options.consent === 'pages' },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
      introspection: { enabled: true },
      pushedAuthorizationRequests: {
        enabled: true,
        requirePushedAuthorizationRequests: options.requiresPushed ?? false,
      },
      resourceIndicators: { enabled: false },
    },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'],
    ...(options.consent !== 'pages' && {
      interactions: { url: (_: Context, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    }),
    findAccount: async (_: Context, id: string) => ({ accountId: id, claims: async () => ({ sub: id }) }),
    issueRefreshToken: async (_: Context, client: Context['oidc']['client'], code: { scopes: Set<string> }) =>
      client.grantTypeAllowed('refresh_token') && (!options.offlineAccess || code.scopes.has('offline_access')),
    rotateRefreshToken: rotation !== 'none',
    expiresWithSession: async () => false,
    ttl: {
      AccessToken: accessSeconds,
      ClientCredentials: accessSeconds,
      RefreshToken: options.refreshSeconds ?? 86400,
      AuthorizationCode: codeSeconds,
      IdToken: 3600,
      DeviceCode: 600,
      Grant: 86400 * 30,
      Interaction: 600,
      Session: 86400,
    },
  }
  const provider = withoutWarning('devInteractions', () => new Provider(issuer, configuration))

  const grantFor = async (accountId: string, clientId: string, scope: string): Promise<string> => {
    const grant = new provider.Grant({ accountId, clientId })
    grant.addOIDCScope(scope)
    return grant.save()
  }

  provider.registerGrantType(
    'password',
    async (context) => {
      const { client, params } = context.oidc
      if (params.username !== person.id || params.password !== person.password) {
        throw new errors.InvalidGrant('wrong user name or password')
      }
      const scope = params.scope ?? 'api.read'
      const grantId = await grantFor(person.id, client.clientId, scope)
      const fields = { accountId: person.id, client, grantId, gty: 'password', scope }
      const access = new provider.AccessToken(fields)
      context.body = {
        access_token: await access.save(),
        refresh_token: await new provider.RefreshToken(fields).save(),
        expires_in: access.expiration,
        token_type: access.tokenType,
        scope,
      }
    },
    ['username', 'password', 'scope'],
  )

  const clients: Record<'basic' | 'post' | 'secretJwt' | 'privateKeyJwt' | 'public', TestClient> = {
    basic: { id: 'client-basic', secret: clientSecret('basic'), method: 'client_secret_basic' },
    post: { id: 'client-post', secret: clientSecret('post'), method: 'client_secret_post' },
    secretJwt: { id: 'client-secret-jwt', secret: clientSecret('jwt'), method: 'client_secret_jwt' },
    privateKeyJwt: { id: 'client-private-key-jwt', secret: '', method: 'private_key_jwt' },
    public: { id: 'client-public', secret: '', method: 'none' },
  }
  const key = makeKeyPair()
  clients.privateKeyJwt.privateKey = key.pem

  const register = (client: TestClient): void =>
    memory.putClient({
      client_id: client.id,
      ...(client.secret && { client_secret: client.secret }),
      ...(client.method === 'private_key_jwt' && { jwks: { keys: [key.jwk] } }),
      token_endpoint_auth_method: client.method,
      application_type: 'native',
      redirect_uris: [...loopbackRedirects, ...(options.redirectUris ?? [])],
      response_types: ['code'],
      grant_types: [
        'authorization_code',
        'refresh_token',
        'password',
        'urn:ietf:params:oauth:grant-type:device_code',
        ...(client.method === 'none' ? [] : ['client_credentials']),
      ],
    })
  Object.values(clients).forEach(register)

  const interfere = (entry: LogEntry): Interference | undefined => {
    const found = interferences.find(
      (one) =>
        one.left > 0 && one.endpoint === entry.endpoint && (one.grant === undefined || one.grant === entry.grant),
    )
    if (found) found.left -= 1
    return found
  }

  provider.use(async (context, next) => {
    const entry = await readEntry(context)
    log.push(entry)
    const hook = interfere(entry)
    if (hook?.delayBeforeMs) await sleep(hook.delayBeforeMs)
    if (hook?.drop === 'before') return drop(context, entry)
    if (hook?.answer) Object.assign(context, { status: hook.answer.status, body: hook.answer.body ?? '' })
    else await next()
    for (const [name, value] of Object.entries(hook?.answer?.headers ?? {})) context.set(name, value)
    entry.status = context.status
    for (const wake of waiting) wake()
    if (hook?.delayAfterMs) await sleep(hook.delayAfterMs)
    if (hook?.drop === 'after') drop(context, entry)
  })

  provider.use(async (context, next) => {
    if (context.path.startsWith('/interaction/') && options.consent !== 'pages') return consentByItself(context)
    if (context.path === '/api/me') return answerWhoIAm(context)
    return next()
  })

  async function consentByItself(context: Context): Promise<void> {
    context.respond = false
    const { params } = await provider.interactionDetails(context.req, context.res)
    const denied = params.login_hint === 'refuse'
    const result = denied
      ? { error: 'access_denied', error_description: 'the person said no' }
      : {
          login: { accountId: person.id },
          consent: { grantId: await grantFor(person.id, params.client_id ?? '', params.scope ?? 'openid') },
        }
    await provider.interactionFinished(context.req, context.res, result)
  }

  async function answerWhoIAm(context: Context): Promise<void> {
    const value = /^Bearer (.+)$/.exec(context.get('authorization'))?.[1] ?? ''
    const token = (await provider.AccessToken.find(value)) ?? (await provider.ClientCredentials.find(value))
    context.status = token ? 200 : 401
    context.body = token ? { sub: token.accountId ?? token.clientId, scope: token.scope } : { error: 'invalid_token' }
  }

  server.on('request', provider.callback())

  const matching = (filter: Filter): LogEntry[] =>
    log.filter((entry) => Object.entries(filter).every(([name, value]) => entry[name as keyof Filter] === value))

  return {
    issuer,
    /** For EVERGRANT_ALLOW_HOSTS. */
    host: `127.0.0.1:${port}`,
    authorizationUrl: `${issuer}/auth`,
    tokenUrl: `${issuer}/token`,
    pushedUrl: `${issuer}/request`,
    deviceUrl: `${issuer}/device/auth`,
    revocationUrl: `${issuer}/token/revocation`,
    introspectionUrl: `${issuer}/token/introspection`,
    /** An API that takes any of our access tokens and says whose it is. */
    meUrl: `${issuer}/api/me`,
    clients,
    log,
    count: (filter: Filter): number => matching(filter).length,
    matching,

    interfere(interference: Interference): void {
      interferences.push({ endpoint: 'token', ...interference, left: interference.times ?? 1 })
    },

    /** Takes back what still waits for a request. */
    heal(): void {
      interferences.splice(0)
    },

    /** Resolves when the server has acted on `times` matching requests, whether or not it has answered them. */
    async acted(filter: Filter, times = 1, timeoutMs = 10_000): Promise<void> {
      const done = (): boolean => matching(filter).filter((entry) => entry.status !== undefined).length >= times
      const deadline = Date.now() + timeoutMs
      while (!done()) {
        if (Date.now() > deadline) throw new Error(`no ${JSON.stringify(filter)} within ${timeoutMs} ms`)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(wake, 50)
          function wake(): void {
            clearTimeout(timer)
            waiting.delete(wake)
            resolve()
          }
          waiting.add(wake)
        })
      }
    },

    /** A person opens the address and consents; the address the browser would end on, not fetched. */
    consent: (authorizationUrl: string): Promise<string> =>
      followRedirects(authorizationUrl, { until: (url) => !url.startsWith(issuer) }),

    /** A person types the user code of the device grant and says yes or no. */
    async answerDevice(userCode: string, answer: 'allow' | 'deny' = 'allow'): Promise<void> {
      const code = await provider.DeviceCode.findByUserCode(userCode.replaceAll(/[^A-Z0-9]/gi, ''))
      if (!code) throw new Error('no such user code')
      if (answer === 'deny') code.error = 'access_denied'
      else {
        const scope = code.params.scope ?? 'openid'
        Object.assign(code, { accountId: person.id, scope })
        code.grantId = await grantFor(person.id, code.clientId, scope)
      }
      await code.save()
    },

    revokeGrants: memory.revokeGrants,

    /** The client's secret is replaced at the service. */
    changeSecret(client: TestClient, newSecret: string): void {
      register({ ...client, secret: newSecret })
    },

    async close(): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const endpoints: [RegExp, Endpoint][] = [
  [/^\/auth(\/|$)/, 'authorize'],
  [/^\/token$/, 'token'],
  [/^\/token\/revocation$/, 'revocation'],
  [/^\/token\/introspection$/, 'introspection'],
  [/^\/device\/auth$/, 'device'],
  [/^\/request$/, 'pushed'],
  [/^\/\.well-known\//, 'discovery'],
  [/^\/(api\/)?me$/, 'me'],
]

async function readEntry(context: Context): Promise<LogEntry> {
  const endpoint = endpoints.find(([pattern]) => pattern.test(context.path))?.[1] ?? 'other'
  const text = context.method === 'POST' ? await readBody(context.req) : (context.req.url?.split('?')[1] ?? '')
  const parameters = Object.fromEntries(new URLSearchParams(text))
  const authorization = context.get('authorization')
  return {
    endpoint,
    at: Date.now(),
    parameters,
    ...(parameters.grant_type !== undefined && { grant: parameters.grant_type }),
    ...(parameters.client_id !== undefined && { clientId: parameters.client_id }),
    ...(authorization && { authorization }),
  }
}

/** Reads the body and leaves it readable once more: oidc-provider reads it through `iterator`. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  Object.defineProperties(request, {
    readable: { value: true },
    iterator: {
      value: async function* () {
        yield body
      },
    },
  })
  return body.toString()
}

/** oidc-provider warns of its own pages of consent, which are what a test wants; everything else is still said. */
function withoutWarning<T>(about: string, make: () => T): T {
  const { warn } = console
  console.warn = (text: string) => text.includes(about) || warn(text)
  try {
    return make()
  } finally {
    console.warn = warn
  }
}

function drop(context: Context, entry: LogEntry): void {
  entry.dropped = true
  context.respond = false
  context.req.socket.destroy()
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
