import { webcrypto, type KeyPairKeyObjectResult } from 'node:crypto'
import { X509CertificateGenerator } from '@peculiar/x509'

/** A certificate over a key pair, as PEM, as a person would upload it. */
export async function selfSigned(pair: KeyPairKeyObjectResult): Promise<string> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const keys = {
    privateKey: await webcrypto.subtle.importKey(
      'pkcs8',
      pair.privateKey.export({ type: 'pkcs8', format: 'der' }),
      algorithm,
      true,
      ['sign'],
    ),
    publicKey: await webcrypto.subtle.importKey(
      'spki',
      pair.publicKey.export({ type: 'spki', format: 'der' }),
      algorithm,
      true,
      ['verify'],
    ),
  }
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=evergrant',
    signingAlgorithm: algorithm,
    keys,
  })
  return certificate.toString('pem')
}
