/** Signed assertions (RFC 7523 section 3), held against the key that was registered and against the facts of the file. */
import { createHash, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto'
import { jwtVerify, type JWTHeaderParameters, type JWTPayload } from 'jose'
import type { Assertion, Client } from '../../provider/provider.ts'
import { longestAssertionSeconds } from '../client-authentication.ts'
import { toRehearsal, toVendor, type Stage } from './address.ts'
import { matchJson, merge, type Captured } from './pattern.ts'
import { clientIdOf, known } from './sites.ts'

/** A public key as it was registered, with the certificate it came in. */
export type Registered = { key: KeyObject; keyId?: string; thumbprint?: string }

/** Seconds that clocks may differ by. */
const tolerance = 60

export function registeredKey(given: { certificate?: string; publicKey?: string; keyId?: string }): Registered {
  const named = given.keyId === undefined ? {} : { keyId: given.keyId }
  if (given.certificate !== undefined) {
    const certificate = new X509Certificate(given.certificate)
    const thumbprint = createHash('sha256').update(certificate.raw).digest('base64url')
    return { key: certificate.publicKey, thumbprint, ...named }
  }
  return { key: createPublicKey(given.publicKey ?? ''), ...named }
}

export type Asserted = { captured: Captured } | { problem: string }

/** The client assertion of `private_key_jwt` and `client_secret_jwt`. */
export async function readClientAssertion(
  jwt: string,
  client: Client,
  address: string,
  captured: Captured,
  world: { stage: Stage; registered: Registered | undefined; now: number; symmetric: boolean },
): Promise<Asserted> {
  const id = clientIdOf(client)
  const key = world.symmetric ? new TextEncoder().encode(known.secrets[1]) : world.registered?.key
  if (!key) return { problem: 'no certificate or public key is registered for this client' }
  const algs = world.symmetric ? ['HS256', 'HS384', 'HS512'] : (client.key?.algs ?? [])
  const verified = await verify(jwt, key, algs, world.now)
  if ('problem' in verified) return verified
  const { payload, header } = verified
  if (payload.iss !== id || payload.sub !== id) return { problem: 'iss and sub are not the client id' }
  const template = client.assertionAudience ?? toVendor(address, world.stage)
  const audience = matchClaim(template, payload.aud, world.stage)
  if (!audience) return { problem: 'aud is another one' }
  if (payload.jti === undefined) return { problem: 'jti is missing' }
  if (payload.exp! - world.now / 1000 > longestAssertionSeconds + tolerance)
    return { problem: 'it lives longer than an hour' }
  const fault = world.symmetric
    ? undefined
    : (keyFault(world.registered!, client) ?? headerFault(header, client, world.registered!))
  if (fault !== undefined) return { problem: fault }
  const joined = merge([audience, captured])
  return joined ? { captured: joined } : { problem: 'aud names another one than the address' }
}

/** An assertion of the way itself, as its claims are written. */
export async function readWayAssertion(
  jwt: string,
  facts: Assertion,
  client: Client,
  captured: Captured,
  world: { stage: Stage; registered: Registered | undefined; now: number },
): Promise<Asserted> {
  if (!world.registered) return { problem: 'no certificate, public key or key file is known for it' }
  const verified = await verify(jwt, world.registered.key, facts.alg, world.now)
  if ('problem' in verified) return verified
  const { payload, header } = verified
  const keyProblem = keyFault(world.registered, client)
  if (keyProblem !== undefined) return { problem: keyProblem }
  const problems: string[] = []
  const own = new Set(['iat', 'exp', 'jti', 'nbf'])
  const { aud, ...claims } = facts.claims
  const { aud: shownAudience, ...shown } = payload
  const inClaims = matchJson(claims, shown, (problem) => problems.push(problem), own, 'claims')
  const inHeader = matchJson(
    facts.header ?? {},
    header,
    (problem) => problems.push(problem),
    new Set(['alg', 'typ', 'kid', 'x5t#S256', 'x5t']),
    'header',
  )
  const audience = typeof aud === 'string' ? matchClaim(aud, shownAudience, world.stage) : {}
  if (!audience) return { problem: 'aud is another one' }
  const start = payload.iat ?? world.now / 1000
  if (payload.exp! - start > facts.life) problems.push(`it lives longer than ${facts.life} seconds`)
  const { keyId } = world.registered
  if (keyId !== undefined && header.kid !== keyId) problems.push('kid names another key')
  const joined = merge([withList(inClaims, facts), inHeader, audience, captured])
  if (!joined) problems.push('it says something else than the request')
  return problems.length > 0 || !joined ? { problem: problems.join('; ') } : { captured: joined }
}

/** Scopes inside an assertion may have a separator of their own. */
function withList(captured: Captured, { scopeSeparator }: Assertion): Captured {
  const { scope, ...rest } = captured
  if (typeof scope !== 'string' || scopeSeparator === undefined) return captured
  return { ...rest, scopes: scope.split(scopeSeparator) }
}

/** The vendor's address is meant; the one it has here is taken too, because a service whose audience is its own address names that. */
function matchClaim(template: string, audience: JWTPayload['aud'], stage: Stage): Captured | undefined {
  const named = [audience].flat()
  if (named.length !== 1 || named[0] === undefined) return undefined
  const problems: string[] = []
  const captured = matchJson(template, named[0], (problem) => problems.push(problem))
  if (problems.length === 0) return captured
  const here: string[] = []
  const capturedHere = matchJson(toRehearsal(template, stage), named[0], (problem) => here.push(problem))
  return here.length === 0 ? capturedHere : undefined
}

async function verify(
  jwt: string,
  key: KeyObject | Uint8Array,
  algs: readonly string[],
  now: number,
): Promise<{ payload: JWTPayload; header: JWTHeaderParameters } | { problem: string }> {
  try {
    const { payload, protectedHeader } = await jwtVerify(jwt, key, {
      algorithms: [...algs],
      requiredClaims: ['exp'],
      currentDate: new Date(now),
      clockTolerance: tolerance,
    })
    if (payload.iat !== undefined && payload.iat > now / 1000 + tolerance) return { problem: 'iat lies ahead' }
    return { payload, header: protectedHeader }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : 'it cannot be verified' }
  }
}

function keyFault({ key }: Registered, { key: facts }: Client): string | undefined {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {}
  if (modulusLength !== undefined && facts?.bits && !facts.bits.includes(modulusLength))
    return `RSA keys of ${modulusLength} bits are not taken; ${facts.bits.join(', ')} are`
  const curve = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }[namedCurve ?? '']
  if (curve !== undefined && facts?.curves && !facts.curves.includes(curve)) return `the curve ${curve} is not taken`
  return undefined
}

function headerFault(
  header: JWTHeaderParameters,
  client: Client,
  { keyId, thumbprint }: Registered,
): string | undefined {
  if (client.thumbprint && thumbprint === undefined) return 'a certificate must be registered, not a key alone'
  if (client.thumbprint && header['x5t#S256'] !== thumbprint) return 'x5t#S256 is not the thumbprint of the certificate'
  return keyId !== undefined && header.kid !== keyId ? 'kid names another key' : undefined
}
