import { X509Certificate } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadCertificate } from '../../src/redirect/certificate.ts'

const now = Date.parse('2026-11-22T06:00:00Z')
const day = 86_400_000
let directory: string
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'evergrant-'))))
afterEach(() => rm(directory, { recursive: true }))

describe('the certificate of the https listener', () => {
  test('names the three loopback hosts and is no authority', async () => {
    const certificate = new X509Certificate((await loadCertificate(directory, now)).cert)
    expect(certificate.subjectAltName).toContain('DNS:localhost, IP Address:127.0.0.1')
    expect(certificate.checkIP('::1')).toBe('::1')
    expect(certificate.ca).toBe(false)
  })

  test('is made once and kept for the owner alone', async () => {
    const nested = join(directory, 'a', 'b')
    const first = await loadCertificate(nested, now)
    expect(await loadCertificate(nested, now + 300 * day)).toEqual(first)
    expect(await readdir(nested)).toEqual(['loopback.pem'])
    expect((await stat(join(nested, 'loopback.pem'))).mode & 0o777).toBe(0o600)
    expect((await stat(nested)).mode & 0o777).toBe(0o700)
  })

  test('differs between two installations', async () => {
    const [one, two] = await Promise.all(['one', 'two'].map((name) => loadCertificate(join(directory, name), now)))
    expect(one?.key).not.toBe(two?.key)
  })

  test('is made anew when it runs out soon, is damaged, or others could read it', async () => {
    const file = join(directory, 'loopback.pem')
    const first = await loadCertificate(directory, now)
    const second = await loadCertificate(directory, now + 340 * day)
    expect(second.cert).not.toBe(first.cert)
    await chmod(file, 0o640)
    const third = await loadCertificate(directory, now + 340 * day)
    expect(third.key).not.toBe(second.key)
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, 200))
    expect((await loadCertificate(directory, now + 340 * day)).key).not.toBe(third.key)
  })
})
