/** A text behind a passphrase: one line says how it is sealed, the other is the seal. */
import { EvergrantError } from '../errors.ts'
import { checkedParameters, keyFromPassphrase, newParameters } from './passphrase.ts'
import { place, SealBroken } from './seal.ts'

const MAGIC = 'evergrant-sealed 1 '

export function isSealedText(text: string): boolean {
  return text.startsWith(MAGIC)
}

export async function sealText(text: string, passphrase: string): Promise<string> {
  const parameters = newParameters()
  const key = await keyFromPassphrase(passphrase, parameters)
  const head = JSON.stringify(parameters)
  return `${MAGIC}${head}\n${Buffer.from(key.seal(text, place('sealed text', '', head))).toString('base64url')}\n`
}

/** Throws `invalid_value`. */
export async function openText(sealed: string, passphrase: string): Promise<string> {
  const [first = '', blob = ''] = sealed.split('\n')
  const head = first.slice(MAGIC.length)
  try {
    const parameters = checkedParameters(JSON.parse(head) as Record<string, unknown>)
    if (parameters === undefined) throw new SyntaxError('parameters')
    const key = await keyFromPassphrase(passphrase, parameters)
    return key.open(Buffer.from(blob, 'base64url'), place('sealed text', '', head)).toString('utf8')
  } catch (cause) {
    if (!(cause instanceof SealBroken || cause instanceof SyntaxError)) throw cause
    throw new EvergrantError('invalid_value', {
      detail: 'the file does not open: it is damaged, or the passphrase is another one',
      remedy: 'give the passphrase that it was sealed with',
      cause,
    })
  }
}
