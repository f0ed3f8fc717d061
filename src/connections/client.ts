/** The user's registration at a service: from what a person gave to what is stored. */
import { generateKeyPair, createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { EvergrantError, type Fault } from '../errors.ts'
import type { ClientAuthMethod } from '../oauth/call-template.ts'
import { Secret, secret } from '../secret.ts'
import type { Client, Provider } from '../provider/provider.ts'
import { shapeProblem } from '../provider/shapes.ts'
import type { Advice } from '../provider/warnings.ts'
import type { ClientRecord, Store } from '../store/store.ts'
import type { ClientInput } from './connections.ts'
import type { Context } from './context.ts'
import { belongsTo, certificateProblems, keyProblems, selfSignedCertificate } from './certificate.ts'

const generate = promisify(generateKeyPair)

const needsSecret: readonly ClientAuthMethod[] = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'query',
]

/**
 * The client record for a new connection; undefined where the way knows no client (a pasted token). A registration that
 * is already stored with the same credentials is shared, so that a refused secret is known once.
 */
export async function clientFor(
  context: Pick<Context, 'store' | 'clock' | 'randomBytes'>,
  provider: Provider,
  facts: Client,
  given: ClientInput | undefined,
  names: { connection: string; needed: boolean; signs: boolean },
): Promise<ClientRecord | undefined> {
  if (given?.sameAs !== undefined) return clientOf(context.store, given.sameAs)
  const id = given?.id ?? facts.id?.fixed
  const method = methodOf(facts, given)
  const faults: Fault[] = []
  if (id === undefined && names.needed)
    faults.push({ path: 'client.id', problem: `${facts.id?.label ?? 'the client id'} is missing` })
  // Where a service gives some clients no secret, Basic has nothing behind the colon (RFC 6749 section 2.3.1).
  const mayLack = facts.secret?.optional === true && method === 'client_secret_basic'
  if (needsSecret.includes(method) && given?.secret === undefined && names.needed && !mayLack) {
    faults.push({ path: 'client.secret', problem: `${facts.secret?.label ?? 'the client secret'} is missing` })
  }
  const signs = names.signs || (method === 'private_key_jwt' && facts.key !== undefined)
  const shows = names.needed && method === 'tls_client_auth'
  if (given?.key === undefined && (signs || shows)) {
    faults.push({
      path: 'client.key',
      problem: 'the private key is missing',
      remedy: 'give a PKCS 8 key, or `generate` to have one made here',
    })
  }
  if (shows && given?.certificate === undefined && given?.key !== 'generate')
    faults.push({ path: 'client.certificate', problem: 'the certificate is missing', remedy: 'give it in PEM form' })
  if (faults.length > 0)
    throw new EvergrantError('missing_value', {
      connection: names.connection,
      detail: faults.map((fault) => fault.problem).join('; '),
      faults,
    })
  assertSecret(facts, given, names.connection)
  if (id === undefined) return undefined
  const keyed = given?.key === undefined ? {} : await keyOf(context, facts, given, names.connection)
  const record: ClientRecord = {
    id: Buffer.from(context.randomBytes(12)).toString('hex'),
    provider: provider.id,
    clientId: id,
    authMethod: method,
    settingsVersion: 1,
    state: 'ok',
    worked: false,
    createdAt: context.clock.now(),
    ...(given?.secret === undefined ? {} : { secret: secret(given.secret) }),
    ...(given?.secretEndsAt === undefined ? {} : { secretEndsAt: given.secretEndsAt }),
    ...keyed,
  }
  const stored = (await context.store.clients.find(provider.id, id)).find((other) => sameCredentials(other, record))
  return stored ?? record
}

/** Applies a change; a new credential makes it a client that has not worked yet and is not refused any more. */
export async function changedClient(
  context: Pick<Context, 'store' | 'clock' | 'randomBytes'>,
  facts: Client,
  old: ClientRecord,
  change: ClientInput,
  connection: string,
): Promise<ClientRecord> {
  const { failure: _failure, ...rest } = old
  assertSecret(facts, change, connection)
  const keyed =
    change.key !== undefined
      ? await keyOf(context, facts, change, connection)
      : change.certificate === undefined
        ? {}
        : { certificate: change.certificate, certificateEndsAt: endOf(change.certificate) }
  return {
    ...rest,
    state: 'ok',
    worked: false,
    settingsVersion: old.settingsVersion + 1,
    ...(change.id === undefined ? {} : { clientId: change.id }),
    ...(change.method === undefined && !(old.authMethod === 'none' && change.secret !== undefined)
      ? {}
      : { authMethod: methodOf(facts, change) }),
    ...(change.secret === undefined ? {} : { secret: secret(change.secret) }),
    ...(change.secretEndsAt === undefined ? {} : { secretEndsAt: change.secretEndsAt }),
    ...(change.keyId === undefined ? {} : { keyId: change.keyId }),
    ...keyed,
  }
}

/** Something else that people paste for the secret. What was given is never in the message. */
function assertSecret(facts: Client, given: ClientInput | undefined, connection: string): void {
  const { mistaken, label = 'the client secret', help } = facts.secret ?? {}
  if (given?.secret === undefined || mistaken === undefined) return
  if (shapeProblem(mistaken.shape, given.secret.trim()) !== undefined) return
  const problem = `${label}: what was given looks like ${mistaken.for}`
  throw new EvergrantError('invalid_value', {
    connection,
    detail: problem,
    faults: [{ path: 'client.secret', problem, remedy: `give ${label}${help === undefined ? '' : `: ${help}`}` }],
  })
}

async function clientOf(store: Store, name: string): Promise<ClientRecord> {
  const other = await store.connections.byName(name)
  if (other?.client === undefined)
    throw new EvergrantError('unknown_connection', {
      connection: name,
      detail: `there is no connection "${name}" whose client could be used`,
    })
  return other.client
}

/** The one that was chosen, else the first; a client that needs no secret and has none is a public one. */
function methodOf(facts: Client, given: ClientInput | undefined): ClientAuthMethod {
  const preferred = facts.auth[0] ?? 'none'
  if (given?.method === undefined) {
    const isPublic = facts.secret?.optional === true && given?.secret === undefined && facts.auth.includes('none')
    return isPublic && needsSecret.includes(preferred) ? 'none' : preferred
  }
  const method = facts.auth.find((one) => one === given.method)
  if (method === undefined) {
    throw new EvergrantError('invalid_value', {
      detail: `client authentication "${given.method}" is not one of this way: ${facts.auth.join(', ')}`,
      faults: [{ path: 'client.method', problem: `must be one of ${facts.auth.join(', ')}` }],
    })
  }
  return method
}

function sameCredentials(one: ClientRecord, other: ClientRecord): boolean {
  const equal = (a: Secret | undefined, b: Secret | undefined) => a?.open() === b?.open()
  return (
    one.authMethod === other.authMethod &&
    equal(one.secret, other.secret) &&
    equal(one.key, other.key) &&
    one.keyId === other.keyId &&
    one.certificate === other.certificate
  )
}

/** Days before the end of a secret or certificate from which it is told. */
const endNear = 30

/** What is to be told of a stored client: seen without opening its secrets. */
export function clientAdvice(facts: Client, client: ClientRecord, now: number): Advice[] {
  return [
    ...methodAdvice(facts, client),
    ...endAdvice('client.secret', 'client secret', client.secretEndsAt, now),
    ...(client.certificate === undefined
      ? []
      : [
          ...certificateProblems(facts.key, client.certificate, now),
          ...endAdvice('client.certificate', 'certificate', client.certificateEndsAt, now).filter(
            () => (client.certificateEndsAt ?? 0) > now,
          ),
        ]),
  ]
}

/** Whether the key is what the service takes, and the certificate its own. Opens the key. */
export function keyAdvice(facts: Client, client: ClientRecord): Advice[] {
  if (client.key === undefined) return []
  const key = createPrivateKey(client.key.open())
  const alien = client.certificate !== undefined && !belongsTo(client.certificate, key)
  return [
    ...keyProblems(facts.key, client.keyAlg ?? facts.key?.algs[0] ?? 'RS256', createPublicKey(key)),
    ...(alien
      ? [
          {
            path: 'client.certificate',
            says: 'The certificate belongs to another key.',
            remedy: 'Give the key it was made for, or the certificate of this key.',
            refuses: true as const,
          },
        ]
      : []),
  ]
}

/** A client may be shared with a way that takes less, or be older than the definition. */
function methodAdvice(facts: Client, { authMethod }: ClientRecord): Advice[] {
  if (facts.auth.some((method) => method === authMethod)) return []
  return [
    {
      path: 'client.method',
      says: `The client proves itself by ${authMethod}, which this way does not take.`,
      remedy: `Choose one of: ${facts.auth.join(', ')}.`,
      refuses: true,
    },
  ]
}

function endAdvice(path: string, what: string, end: number | undefined, now: number): Advice[] {
  if (end === undefined || end - now > endNear * 86_400_000) return []
  const day = new Date(end).toISOString().slice(0, 10)
  return [
    {
      path,
      says: `The ${what} ${end > now ? 'ends' : 'ended'} on ${day}.`,
      remedy: 'Make a new one at the service and give it here.',
    },
  ]
}

type Keyed = Pick<ClientRecord, 'key' | 'keyAlg' | 'keyId' | 'certificate' | 'certificateEndsAt'>

async function keyOf(
  context: Pick<Context, 'clock'>,
  facts: Client,
  given: ClientInput,
  connection: string,
): Promise<Keyed> {
  const brought = given.key === 'generate' ? undefined : readKey(given.key ?? '', connection)
  const alg = given.keyAlg ?? algorithmFor(facts, brought)
  if (facts.key !== undefined && !facts.key.algs.includes(alg)) {
    throw new EvergrantError('invalid_value', {
      detail: `the service takes ${facts.key.algs.join(', ')}, not ${alg}`,
      faults: [{ path: 'client.key_alg', problem: `must be one of ${facts.key.algs.join(', ')}` }],
    })
  }
  const key = brought ?? (await makeKey(alg, facts))
  const pem = new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString())
  const days = facts.key?.certificate?.maxDays
  const certificate =
    given.certificate ??
    (given.key === 'generate' && days !== undefined
      ? await selfSignedCertificate(key, alg, connection, days, context.clock.now())
      : undefined)
  return {
    key: pem,
    keyAlg: alg,
    ...(given.keyId === undefined ? {} : { keyId: given.keyId }),
    ...(certificate === undefined ? {} : { certificate, certificateEndsAt: endOf(certificate) }),
  }
}

/** The first algorithm of the service that a key can do; the service's first where none fits, or the key is yet to be made. */
function algorithmFor(facts: Client, key: KeyObject | undefined): string {
  const taken = facts.key?.algs ?? ['RS256', 'ES256', 'ES384', 'ES512', 'EdDSA']
  const fits = (alg: string) => key !== undefined && keyProblems(facts.key, alg, createPublicKey(key)).length === 0
  return taken.find(fits) ?? taken[0] ?? 'RS256'
}

function readKey(pem: string, connection: string): KeyObject {
  try {
    // Keys are often pasted from JSON with their line breaks spelled out.
    return createPrivateKey(pem.replaceAll('\\n', '\n'))
  } catch {
    throw new EvergrantError('invalid_value', {
      connection,
      detail: 'the private key cannot be read',
      faults: [{ path: 'client.key', problem: 'not a private key in PEM form' }],
    })
  }
}

function endOf(certificate: string): number {
  try {
    return Date.parse(new X509Certificate(certificate).validTo)
  } catch {
    throw new EvergrantError('invalid_value', {
      detail: 'the certificate cannot be read',
      faults: [{ path: 'client.certificate', problem: 'not a certificate in PEM form' }],
    })
  }
}

async function makeKey(alg: string, facts: Client): Promise<KeyObject> {
  if (alg.startsWith('ES'))
    return (await generate('ec', { namedCurve: { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[alg] ?? 'P-256' }))
      .privateKey
  if (alg === 'EdDSA') return (await generate('ed25519')).privateKey
  return (await generate('rsa', { modulusLength: Math.max(...(facts.key?.bits ?? [3072])) })).privateKey
}
