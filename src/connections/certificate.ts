import { webcrypto, X509Certificate, type KeyObject } from 'node:crypto'
import type { Client } from '../provider/provider.ts'
import type { Advice } from '../provider/warnings.ts'

const dayMs = 86_400_000

/** NIST names of curves, by those of OpenSSL. */
const curves: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }
const curveOf: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }
/** RFC 7518 sections 3.3 and 3.5. */
const leastBits = 2048

/** Why the service would refuse what a key signs, or what RFC 7518 and RFC 8037 say of the algorithm itself. */
export function keyProblems(facts: Client['key'], alg: string, publicKey: KeyObject): Advice[] {
  const kind = publicKey.asymmetricKeyType ?? 'unknown'
  const { modulusLength: bits = 0, namedCurve = '' } = publicKey.asymmetricKeyDetails ?? {}
  const curve = curves[namedCurve] ?? namedCurve
  const refuse = (says: string, remedy: string): Advice[] => [{ path: 'client.key', says, remedy, refuses: true }]
  const wanted = alg.startsWith('ES') ? 'ec' : alg === 'EdDSA' ? 'ed25519' : 'rsa'
  if (kind !== wanted && !(kind === 'rsa-pss' && alg.startsWith('PS')))
    return refuse(
      `${alg} needs a key of the kind ${wanted}, and this one is ${kind}.`,
      'Give a key that fits, or choose its algorithm.',
    )
  if (wanted === 'rsa') {
    const sizes = facts?.bits ?? []
    if (sizes.length > 0 ? sizes.includes(bits) : bits >= leastBits) return []
    const taken = sizes.length > 0 ? sizes.join(' or ') : `${leastBits} and more`
    return refuse(`The key has ${bits} bits; taken are ${taken}.`, 'Make a new key of that size and register it.')
  }
  if (wanted !== 'ec') return []
  const taken = (facts?.curves ?? Object.values(curves)).filter((one) => one === curveOf[alg])
  if (taken.includes(curve)) return []
  return refuse(
    `The key is on the curve ${curve}; ${alg} takes ${taken.join(' or ') || 'none here'}.`,
    'Make a new key on that curve and register it.',
  )
}

/** What is wrong with a certificate at a moment. It may still come near its end: that is told by its date. */
export function certificateProblems(facts: Client['key'], pem: string, now: number): Advice[] {
  const certificate = readCertificate(pem)
  const path = 'client.certificate'
  if (certificate === undefined)
    return [{ path, says: 'The certificate cannot be read.', remedy: 'Give it in PEM form.', refuses: true }]
  const { validFrom, validTo } = certificate
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)]
  const most = facts?.certificate?.maxDays
  const problems: [boolean, string, string][] = [
    [to <= now, `The certificate ended on ${dayOf(to)}.`, 'Make a new one and register it at the service.'],
    [
      from > now + dayMs,
      `The certificate is valid only from ${dayOf(from)}.`,
      'Wait until then, or compare the clock.',
    ],
    [
      most !== undefined && to - from > (most + 1) * dayMs,
      `The certificate lives ${Math.round((to - from) / dayMs)} days; the service takes ${most} at most.`,
      'Make one with a shorter life and register it at the service.',
    ],
  ]
  return problems.filter(([holds]) => holds).map(([, says, remedy]): Advice => ({ path, says, remedy, refuses: true }))
}

/** Whether a certificate was made for a key. */
export function belongsTo(pem: string, key: KeyObject): boolean {
  return readCertificate(pem)?.checkPrivateKey(key) ?? false
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/**
 * A self-signed certificate (PEM) for a client's own key, to be uploaded at the service. `days` is the longest life the
 * service takes. Signed with PKCS 1 or ECDSA: the certificate only carries the key, the assertion's algorithm is its own.
 */
export async function selfSignedCertificate(
  key: KeyObject,
  alg: string,
  name: string,
  days: number,
  now: number,
): Promise<string> {
  // Loaded here: only this rare step needs it.
  const { X509CertificateGenerator } = await import('@peculiar/x509')
  const hash = { '384': 'SHA-384', '512': 'SHA-512' }[alg.slice(2)] ?? 'SHA-256'
  const algorithm = alg.startsWith('ES')
    ? { name: 'ECDSA', namedCurve: curveOf[alg] ?? 'P-256', hash }
    : alg === 'EdDSA'
      ? { name: 'Ed25519' }
      : { name: 'RSASSA-PKCS1-v1_5', hash }
  const privateKey = await webcrypto.subtle.importKey(
    'pkcs8',
    key.export({ type: 'pkcs8', format: 'der' }),
    algorithm,
    true,
    ['sign'],
  )
  const jwk = key.export({ format: 'jwk' })
  const { kty, n, e, crv, x, y } = jwk
  const publicJwk = {
    kty,
    ...(n === undefined ? {} : { n, e }),
    ...(crv === undefined ? {} : { crv, x }),
    ...(y === undefined ? {} : { y }),
  } as webcrypto.JsonWebKey // the public members of a JWK Node itself made
  const publicKey = await webcrypto.subtle.importKey('jwk', publicJwk, algorithm, true, ['verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=Evergrant ${name}`,
      notBefore: new Date(now),
      notAfter: new Date(now + (days - 1) * 86_400_000),
      signingAlgorithm: algorithm,
      keys: { privateKey, publicKey },
    },
    webcrypto,
  )
  return certificate.toString('pem')
}
