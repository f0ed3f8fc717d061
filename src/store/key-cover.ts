/**
 * What protects the keys in the key file beyond its mode. The first line says how; it leads to a key that seals the lines
 * below, so that only one thing is asked of a passphrase or of Vault, once, at start.
 *
 *     evergrant-key passphrase {"N":131072,"r":8,"p":1,"salt":"..."}
 *     evergrant-key vault {"key":"transit/NAME","wrapped":"vault:v1:..."}
 */
import { randomBytes } from 'node:crypto'
import { EvergrantError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { linesOf, loadOrMakeKey, plainCover, readKeyFile, writeKeyFile, type KeyCover } from './key-file.ts'
import { checkedParameters, keyFromPassphrase, newParameters } from './passphrase.ts'
import { KeyRing, place, SealBroken, SealKey } from './seal.ts'
import { transitDecrypt, transitEncrypt, type Transit } from './vault-transit.ts'

export type KeyOptions = {
  /** The keys themselves, base64url with commas between: no file is read. */
  given?: Secret
  file: string
  /** The file is not ours to change. */
  fixed: boolean
  passphrase?: Secret
  vault?: Transit
}

const HEAD = 'evergrant-key'
const linePlace = place('key file', '', 'key')

/** The installation's keys, from wherever the options say. Throws `key_missing`, `key_wrong` and what writing throws. */
export async function loadKeys(options: KeyOptions, { storeExists }: { storeExists: boolean }): Promise<KeyRing> {
  const { given, file, fixed } = options
  if (given !== undefined) {
    return new KeyRing(
      given
        .open()
        .split(',')
        .map((key) => Buffer.from(key, 'base64url')),
    )
  }
  const text = readKeyFile(file)
  const found = text === undefined ? undefined : headOf(text, file)
  const cover = await coverFor(options, found)
  if (text === undefined || found !== undefined || cover === plainCover)
    return loadOrMakeKey(file, { storeExists, fixed, cover })
  // It lies there in clear, and is covered from now on. What the disk keeps of it is not ours to say.
  const plain = loadOrMakeKey(file, { storeExists, fixed })
  if (fixed) return plain
  writeKeyFile(file, plain.bytesOf(plain.ids), cover)
  return loadOrMakeKey(file, { storeExists, cover })
}

type Head = { kind: string; facts: Record<string, unknown> }

function headOf(text: string, file: string): Head | undefined {
  const [first = ''] = linesOf(text)
  if (!first.startsWith(`${HEAD} `)) return undefined
  const [, kind = '', ...rest] = first.split(' ')
  try {
    return { kind, facts: JSON.parse(rest.join(' ')) as Record<string, unknown> }
  } catch (cause) {
    throw new EvergrantError('key_wrong', { detail: `the first line of "${file}" cannot be read`, cause })
  }
}

/** The cover that the file has, else the one that the options want for it. */
async function coverFor(options: KeyOptions, found: Head | undefined): Promise<KeyCover> {
  const { file, passphrase, vault } = options
  const kind = found?.kind ?? (passphrase !== undefined ? 'passphrase' : vault !== undefined ? 'vault' : 'none')
  if (kind === 'none') return plainCover
  if (kind === 'passphrase') {
    if (passphrase === undefined) throw unopened(file, 'a passphrase', 'EVERGRANT_KEY_PASSPHRASE or its _FILE twin')
    const parameters = found === undefined ? newParameters() : checkedParameters(found.facts)
    if (parameters === undefined) {
      throw new EvergrantError('key_wrong', { detail: `the parameters of scrypt in "${file}" are out of bounds` })
    }
    const { N, r, p, salt } = parameters
    const key = await keyFromPassphrase(passphrase.open(), parameters)
    return covered(file, `${HEAD} passphrase ${JSON.stringify({ N, r, p, salt })}`, key, 'this passphrase')
  }
  if (kind === 'vault') {
    if (vault === undefined) throw unopened(file, 'Vault', 'EVERGRANT_KEY_WRAP and EVERGRANT_KEY_WRAP_TOKEN_FILE')
    const name = `${vault.mount}/${vault.key}`
    const before = found?.facts['wrapped']
    const bytes = typeof before === 'string' ? await transitDecrypt(vault, before) : randomBytes(32)
    if (bytes.length !== 32) throw new EvergrantError('key_wrong', { detail: `"${file}" was not wrapped by ${name}` })
    const wrapped = typeof before === 'string' ? before : await transitEncrypt(vault, bytes)
    const key = new SealKey(bytes)
    bytes.fill(0)
    return covered(file, `${HEAD} vault ${JSON.stringify({ key: name, wrapped })}`, key, name)
  }
  throw new EvergrantError('key_wrong', {
    detail: `"${file}" is protected by "${kind}", which this version does not know`,
  })
}

function covered(file: string, head: string, key: SealKey, by: string): KeyCover {
  return {
    seal: (keys) => [head, ...keys.map((bytes) => Buffer.from(key.seal(bytes, linePlace)).toString('base64url'))],
    open([first, ...lines]) {
      if (first !== head) {
        throw new EvergrantError('key_wrong', {
          detail: `"${file}" was protected anew meanwhile`,
          remedy: 'restart this program',
        })
      }
      return lines.map((line) => {
        try {
          return key.open(Buffer.from(line, 'base64url'), linePlace)
        } catch (cause) {
          if (!(cause instanceof SealBroken)) throw cause
          throw new EvergrantError('key_wrong', {
            detail: `"${file}" does not open with ${by}`,
            remedy: 'give what it was protected with, or put the key file back from its copy',
            cause,
          })
        }
      })
    },
  }
}

function unopened(file: string, by: string, options: string): EvergrantError {
  return new EvergrantError('key_missing', {
    detail: `the key file "${file}" is protected by ${by}, and none is given`,
    remedy: `set ${options}`,
  })
}
