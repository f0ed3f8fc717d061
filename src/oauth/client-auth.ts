/**
 * Client authentication: one function per method by its IANA name, each adding what the method needs to a request that
 * is still being written. A parameter the template names itself is not added twice, and a request that already carries
 * a proof of the client gets no second one (RFC 6749 section 2.3).
 */
import type { RandomBytes } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import { Secret } from '../secret.ts'
import { makeSecretAssertion, makeKeyAssertion, type SigningKey } from './client-assertion.ts'
import type { ClientAuthMethod } from './call-template.ts'
import type { Draft } from './draft.ts'
import { addHeader, addParameter, addQuery, namesHeader, namesParameter } from './draft.ts'
import { encodeForm } from './encode.ts'

export type { SigningKey } from './client-assertion.ts'

export type ClientCredentials = {
  id?: string
  secret?: Secret
  method: ClientAuthMethod
  key?: SigningKey
  /** Names of the parameters where they are not `client_id` and `client_secret`. */
  idParam?: string
  secretParam?: string
  /** Basic without form-encoding id and secret first. */
  rawBasic?: boolean
  /** `aud` of client assertions; the request's URL without query if absent. */
  audience?: string
  /** Adds `x5t#S256` of the key's certificate to the assertion header. */
  thumbprint?: boolean
}

export type AuthContext = { now: number; randomBytes: RandomBytes }

type Method = (draft: Draft, client: ClientCredentials, context: AuthContext) => Draft | Promise<Draft>

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** RFC 6749 section 2.3.1: id and secret are form-encoded before they are joined, unless the server wants them raw. */
const clientSecretBasic: Method = (draft, client) => {
  const encode = client.rawBasic ? (text: string) => text : encodeForm
  return addHeader(draft, 'authorization', ['Basic ', basic(encode(idOf(client)), encode(secretOf(client).open()))])
}

const clientSecretPost: Method = (draft, client) =>
  addParameter(withId(draft, client), client.secretParam ?? 'client_secret', [secretOf(client)])

const query: Method = (draft, client) =>
  addQuery(addQuery(draft, client.idParam ?? 'client_id', [idOf(client)]), client.secretParam ?? 'client_secret', [
    secretOf(client),
  ])

/** A body that is neither form nor JSON says by itself who asks, if it does. */
const none: Method = (draft, client) =>
  client.id === undefined || draft.body?.kind === 'text' ? draft : withId(draft, client)

/** RFC 8705 section 2: the certificate is shown on the connection; the body names the client. */
const tlsClientAuth: Method = (draft, client) => withId(draft, { ...client, id: idOf(client) })

const clientSecretJwt: Method = async (draft, client, context) =>
  withAssertion(draft, client, await makeSecretAssertion(claimsOf(draft, client), secretOf(client), context))

const privateKeyJwt: Method = async (draft, client, context) => {
  if (!client.key) throw missing('key', 'the signing key')
  const claims = claimsOf(draft, client)
  return withAssertion(
    draft,
    client,
    await makeKeyAssertion(claims, client.key, { ...context, thumbprint: client.thumbprint ?? false }),
  )
}

const methods: Record<ClientAuthMethod, Method> = {
  client_secret_basic: clientSecretBasic,
  client_secret_post: clientSecretPost,
  client_secret_jwt: clientSecretJwt,
  private_key_jwt: privateKeyJwt,
  tls_client_auth: tlsClientAuth,
  query,
  none,
}

/** Adds the client's proof to the request, or only its id where the template already carries a proof. */
export async function authenticateClient(
  draft: Draft,
  client: ClientCredentials,
  context: AuthContext,
): Promise<Draft> {
  if (!carriesProof(draft, client)) return methods[client.method](draft, client, context)
  return client.method === 'client_secret_basic' ? draft : none(draft, client, context)
}

/** HTTP Basic with the person's name and password (RFC 7617): raw, no form-encoding. */
export function authenticateUser(draft: Draft, userName: string, password: Secret): Draft {
  if (userName.includes(':')) {
    throw new EvergrantError('invalid_value', { detail: 'a user name with a colon cannot be sent as HTTP Basic' })
  }
  return addHeader(draft, 'authorization', ['Basic ', basic(userName, password.open())])
}

function carriesProof(draft: Draft, client: ClientCredentials): boolean {
  return (
    namesHeader(draft, 'authorization') ||
    namesParameter(draft, client.secretParam ?? 'client_secret') ||
    namesParameter(draft, 'client_assertion')
  )
}

function withId(draft: Draft, client: ClientCredentials): Draft {
  return addParameter(draft, client.idParam ?? 'client_id', [idOf(client)])
}

function withAssertion(draft: Draft, client: ClientCredentials, assertion: Secret): Draft {
  // RFC 7521 section 4.2 makes client_id optional here; Entra and others insist on it.
  const named = addParameter(withId(draft, client), 'client_assertion_type', [assertionType])
  return addParameter(named, 'client_assertion', [assertion])
}

function claimsOf(draft: Draft, client: ClientCredentials): { id: string; audience: string } {
  return {
    id: idOf(client),
    audience: client.audience ?? draft.url.map((part) => (typeof part === 'string' ? part : part.open())).join(''),
  }
}

function basic(name: string, password: string): Secret {
  return new Secret(Buffer.from(`${name}:${password}`, 'utf8').toString('base64'))
}

function idOf(client: ClientCredentials): string {
  if (client.id === undefined || client.id === '') throw missing('client_id')
  return client.id
}

function secretOf(client: ClientCredentials): Secret {
  if (client.secret === undefined) throw missing('client_secret')
  return client.secret
}

function missing(name: string, words = name): EvergrantError {
  return new EvergrantError('missing_value', {
    detail: `client authentication needs ${words}`,
    faults: [{ path: name, problem: 'no value' }],
  })
}
