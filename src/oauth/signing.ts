/** Keys and signatures of JWTs, by `jose`. A key is imported once and kept as an object. */
import { createHash, createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { SignJWT, type JWTHeaderParameters, type JWTPayload } from 'jose'
import { EvergrantError } from '../errors.ts'
import { Secret } from '../secret.ts'

/** A key that signs assertions: PKCS 8 PEM (PKCS 1 and SEC 1 are taken too), its algorithm, and what names it. */
export type SigningKey = { alg: string; pem: Secret; keyId?: string; certificate?: string }

/** What we sign with; `none` and the HMACs of public knowledge are not among them (RFC 8725 section 3.1). */
export const keyAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const

const imported = new Map<string, KeyObject>()
/** Keys kept in memory; the oldest goes first. */
const importedLimit = 1000

/** Signs claims with a private key. The key must fit the algorithm: RSA from 2048 bit, the right curve for ES and EdDSA. */
export async function signWithKey(
  key: SigningKey,
  header: Record<string, unknown>,
  claims: JWTPayload,
): Promise<Secret> {
  if (!(keyAlgorithms as readonly string[]).includes(key.alg)) {
    throw unfit(`algorithm ${key.alg} cannot sign an assertion; possible are ${keyAlgorithms.join(', ')}`)
  }
  return sign(importKey(key.pem), { ...header, alg: key.alg }, claims, `the key does not fit algorithm ${key.alg}`)
}

/** Signs claims with a shared secret. */
export async function signWithSecret(secret: Secret, claims: JWTPayload): Promise<Secret> {
  const bytes = new TextEncoder().encode(secret.open())
  return sign(bytes, { alg: 'HS256' }, claims, 'the client secret cannot sign')
}

/** SHA-256 of a certificate, as `x5t#S256` (RFC 7515 section 4.1.8). */
export function certificateThumbprint(pem: string): string {
  try {
    return createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url')
  } catch {
    throw unfit('the certificate is no PEM certificate')
  }
}

async function sign(
  key: KeyObject | Uint8Array,
  header: JWTHeaderParameters,
  claims: JWTPayload,
  problem: string,
): Promise<Secret> {
  try {
    return new Secret(await new SignJWT(claims).setProtectedHeader(header).sign(key))
  } catch {
    // jose's error is not kept as cause: it may describe the key.
    throw unfit(problem)
  }
}

function importKey(pem: Secret): KeyObject {
  const text = pem.open()
  const id = createHash('sha256').update(text).digest('base64')
  const known = imported.get(id)
  if (known) return known
  const key = readKey(text)
  if (imported.size >= importedLimit) imported.delete(imported.keys().next().value!)
  imported.set(id, key)
  return key
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    throw unfit('the signing key is no unencrypted private key in PEM')
  }
}

function unfit(detail: string): EvergrantError {
  return new EvergrantError('invalid_value', { detail })
}
