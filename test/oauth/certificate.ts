import * as x509 from '@peculiar/x509'

/** A self-signed certificate and its key, made on the spot. */
export async function makeCertificate(): Promise<{ certificate: string; privateKey: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=test.invalid',
    keys,
    signingAlgorithm: algorithm,
  })
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { certificate: made.toString('pem'), privateKey: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') }
}
