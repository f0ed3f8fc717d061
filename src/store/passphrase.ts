/**
 * A key from a passphrase: scrypt (RFC 7914) with the parameters that OWASP's Password Storage Cheat Sheet names for it
 * (N 2^17, r 8, p 1; read 2026-11-22): 128 MiB and some tenths of a second a guess. Parameters and salt are written
 * beside what is sealed, so that stronger ones can follow.
 */
import { randomBytes, scrypt } from 'node:crypto'
import { SealKey } from './seal.ts'

export type ScryptParameters = { N: number; r: number; p: number; salt: string }

export function newParameters(): ScryptParameters {
  return { N: 131_072, r: 8, p: 1, salt: randomBytes(16).toString('base64url') }
}

/** Undefined where they would take more than a machine should give, or less than a guesser. */
export function checkedParameters(given: Record<string, unknown>): ScryptParameters | undefined {
  const { N, r, p, salt } = given
  const within = (value: unknown, least: number, most: number): value is number =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
  if (!within(N, 16_384, 1_048_576) || (N & (N - 1)) !== 0 || !within(r, 8, 16) || !within(p, 1, 4)) return undefined
  return typeof salt === 'string' && /^[\w-]{22,86}$/.test(salt) ? { N, r, p, salt } : undefined
}

export async function keyFromPassphrase(passphrase: string, parameters: ScryptParameters): Promise<SealKey> {
  const { N, r, p, salt } = parameters
  const bytes = await new Promise<Buffer>((resolve, reject) =>
    scrypt(
      // The same characters, typed on another keyboard, are the same passphrase.
      passphrase.normalize('NFC'),
      Buffer.from(salt, 'base64url'),
      32,
      { N, r, p, maxmem: 256 * N * r },
      (error, key) => (error === null ? resolve(key) : reject(error)),
    ),
  )
  const key = new SealKey(bytes)
  bytes.fill(0)
  return key
}
