/** Definitions of the test authorization servers as a user would write them, and the steps that every journey shares. */
import { createBrowser, type Page } from './browser.ts'
import type { Answer, Evergrant, Json } from './evergrant.ts'

/** Addresses of a service; both authorization servers of the tests have them. */
export type Service = {
  host: string
  tokenUrl: string
  authorizationUrl: string
  deviceUrl?: string
  revocationUrl: string
  introspectionUrl: string
  meUrl: string
}

export type DefinitionOptions = {
  renewal?: Json
  token?: Json
  access?: number
  pkce?: 'required' | 'optional' | 'off'
  issuer?: string
}

const see = ['test']
const form = (fields: Record<string, string>): Json => ({ body: { form: fields } })

/** A definition with a way for every grant; the connection's `grant` chooses one. */
export function definitionFor(service: Service, options: DefinitionOptions = {}): Json {
  const { access } = options
  const token = { see, url: service.tokenUrl, ...options.token }
  const renewal = {
    see,
    by: 'refresh_token',
    rotates: 'always',
    grace: 0,
    reuse: 'kills_grant',
    call: { ...token, ...form({ grant_type: 'refresh_token', refresh_token: '{refresh_token}' }) },
    ...options.renewal,
  }
  const life = access === undefined ? {} : { access }
  const reissue = { see, by: 'reissue', rotates: 'never' }
  return {
    id: 'test-service',
    name: 'Test service',
    category: 'tests',
    checked: '2026-11-22',
    tried: 'never',
    sources: { test: { url: 'https://service.example/docs', checked: '2026-11-22' } },
    hosts: { token: [service.host], api: [service.host] },
    client: {
      see,
      auth: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'],
      secret: { optional: true },
      key: { algs: ['RS256'] },
    },
    scopes: { see, separator: ' ', known: { 'api.read': 'Read', 'api.write': 'Write' }, preset: ['api.read'] },
    ways: {
      person: {
        label: 'A person authorizes',
        grant: 'authorization_code',
        authorize: {
          see,
          url: service.authorizationUrl,
          params: {
            response_type: 'code',
            client_id: '{client_id}',
            redirect_uri: '{redirect_uri}',
            'scope?': '{scope}',
            state: '{state}',
            'code_challenge?': '{code_challenge}',
            'code_challenge_method?': '{code_challenge_method}',
          },
          pkce: options.pkce ?? 'required',
          codeLife: 60,
          ...(options.issuer && { issuer: options.issuer }),
        },
        token: {
          ...token,
          ...form({
            grant_type: 'authorization_code',
            code: '{code}',
            redirect_uri: '{redirect_uri}',
            'code_verifier?': '{code_verifier}',
          }),
        },
        renewal,
        ...life,
      },
      machine: {
        label: 'A machine',
        grant: 'client_credentials',
        token: { ...token, ...form({ grant_type: 'client_credentials', 'scope?': '{scope}' }) },
        renewal: reissue,
        ...life,
      },
      password: {
        label: 'User name and password',
        grant: 'password',
        token: {
          ...token,
          ...form({
            grant_type: 'password',
            username: '{user_name}',
            password: '{password}',
            'scope?': '{scope}',
          }),
        },
        renewal,
        ...life,
      },
      ...(service.deviceUrl && {
        device: {
          label: 'A device',
          grant: 'device_code',
          device: { see, url: service.deviceUrl, ...form({ client_id: '{client_id}', 'scope?': '{scope}' }) },
          token: {
            ...token,
            ...form({ grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: '{device_code}' }),
          },
          renewal,
          ...life,
        },
      }),
    },
    redirects: [{ see, back: ['callback', 'loopback', 'paste', 'relay'], port: 'any' }],
    api: { see, base: `http://${service.host}/api`, send: { authorization: 'Bearer {token}' } },
    probes: [{ see, method: 'GET', url: service.meUrl, auth: { header: 'Bearer {token}' }, who: ['sub', 'id'] }],
    revoke: [{ see, url: service.revocationUrl, ...form({ token: '{refresh_token}' }) }],
    introspect: { see, url: service.introspectionUrl, ...form({ token: '{token}' }) },
  }
}

/** A wanted answer; anything else fails with what the server said. */
export function expecting(status: number, answer: Answer): Json {
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${answer.text}`)
  return answer.json
}

export type Connecting = {
  name: string
  definition: Json
  grant: string
  client?: { id: string; secret: string; method: string; privateKey?: string }
  more?: Json
}

/** Makes a custom connection over the socket. */
export async function connect(
  evergrant: Evergrant,
  { name, definition, grant, client, more }: Connecting,
): Promise<Json> {
  const body = {
    name,
    provider: 'custom',
    definition,
    grant,
    ...(client && {
      client: {
        id: client.id,
        method: client.method,
        ...(client.secret && { secret: client.secret }),
        ...(client.privateKey && { key: client.privateKey, key_alg: 'RS256' }),
      },
    }),
    ...(grant === 'person' && { redirect_uri: `${evergrant.url}/oauth/callback` }),
    ...more,
  }
  return expecting(201, await evergrant.request('/v1/connections', { body }))
}

export async function startAuthorization(evergrant: Evergrant, name: string, body: Json = {}): Promise<Json> {
  return expecting(201, await evergrant.request(`/v1/connections/${name}/authorize`, { body }))
}

/** A person opens the link in a fresh browser and follows it to its end. */
export async function authorizeInBrowser(
  evergrant: Evergrant,
  name: string,
  body: Json = {},
): Promise<{ page: Page; authorization: Json }> {
  const started = await startAuthorization(evergrant, name, body)
  const page = await createBrowser().open(started.url ?? started.authorization_url)
  return { page, authorization: await settled(evergrant, started.id) }
}

/** The authorization when nothing is expected to happen to it any more. */
export async function settled(evergrant: Evergrant, id: string, timeoutMs = 10_000): Promise<Json> {
  return eventually(
    async () => expecting(200, await evergrant.request(`/v1/authorizations/${id}`)),
    (authorization) => authorization.outcome.kind !== 'waiting' && authorization.outcome.kind !== 'code_received',
    timeoutMs,
  )
}

export const readToken = (evergrant: Evergrant, name: string, minValid?: number): Promise<Answer> =>
  evergrant.request(`/v1/connections/${name}/token${minValid === undefined ? '' : `?min_valid=${minValid}`}`)

export async function show(evergrant: Evergrant, name: string): Promise<Json> {
  return expecting(200, await evergrant.request(`/v1/connections/${name}`))
}

/** Asks again until the answer fits; fails with the last one. */
export async function eventually<T>(
  ask: () => Promise<T>,
  fits: (answer: T) => boolean,
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (fits(answer)) return answer
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(answer)} after ${timeoutMs} ms`)
    await pause(50)
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Whether the service takes an access token. */
export async function accepted(service: Service, accessToken: string): Promise<boolean> {
  const answer = await fetch(service.meUrl, { headers: { authorization: `Bearer ${accessToken}` } })
  return answer.status === 200
}

/** The rehearsal's addresses under the names used here. */
export function serviceOf(rehearsal: {
  host: string
  url: string
  authorizationUrl: string
  revocationUrl: string
  introspectionUrl: string
  whoamiUrl: string
}): Service {
  return { ...rehearsal, tokenUrl: rehearsal.url, meUrl: rehearsal.whoamiUrl }
}
