import { webcrypto, type KeyObject } from 'node:crypto'

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
    ? { name: 'ECDSA', namedCurve: { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[alg] ?? 'P-256', hash }
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
