import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'

export type Certificate = { key: string; cert: string }

const day = 86_400_000
/** Browsers refuse longer lives than 398 days from public authorities; the same is kept here. */
const lifeMs = 365 * day
const renewBeforeMs = 30 * day
const fileName = 'loopback.pem'

/**
 * The certificate of the https loopback listener: self-signed for `localhost`, `127.0.0.1` and `::1`, made once per
 * installation and never shipped. Kept with its key in one file of mode 0600; made anew when it runs out within 30 days,
 * cannot be read, or was readable by others. `now` is in epoch milliseconds.
 */
export async function loadCertificate(directory: string, now: number): Promise<Certificate> {
  const kept = await readKept(join(directory, fileName), now)
  if (kept !== undefined) return kept
  const made = await makeCertificate(now)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  // Written aside and renamed, so that another process never reads half of it.
  const aside = join(directory, `.${fileName}.${randomUUID()}`)
  const file = await open(aside, 'wx', 0o600)
  try {
    await file.writeFile(made.key + made.cert)
    await file.sync()
  } finally {
    await file.close()
  }
  await chmod(aside, 0o600) // whatever the umask was
  await rename(aside, join(directory, fileName))
  return made
}

async function readKept(path: string, now: number): Promise<Certificate | undefined> {
  try {
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) return undefined
    const text = await readFile(path, 'utf8')
    const start = text.indexOf('-----BEGIN CERTIFICATE-----')
    const [key, cert] = [text.slice(0, start), text.slice(start)]
    const parsed = new X509Certificate(cert)
    const fits = parsed.checkPrivateKey(createPrivateKey(key)) && parsed.validToDate.getTime() - now > renewBeforeMs
    return fits && parsed.validFromDate.getTime() <= now ? { key, cert } : undefined
  } catch {
    return undefined // missing or damaged: a new one is as good
  }
}

async function makeCertificate(now: number): Promise<Certificate> {
  // Loaded here: only an https loopback redirect URI needs it.
  const x509 = await import('@peculiar/x509')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomUUID().replaceAll('-', ''),
    name: 'CN=Evergrant loopback listener',
    // A clock that runs a little behind in the browser does not matter.
    notBefore: new Date(now - day),
    notAfter: new Date(now + lifeMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
    ],
  })
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const lines = pkcs8.match(/.{1,64}/g)?.join('\n') ?? ''
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
    cert: certificate.toString('pem'),
  }
}
