import type { Example } from '../../provider/example.ts'
import type { Endings } from '../ledger.ts'

/** The signs beyond letters and digits that stand in a service's own codes and tokens, as its examples show them. */
export function endingsOf(examples: readonly Example[]): Endings {
  const codes = examples.flatMap(({ given }) => given.flow?.['code'] ?? [])
  const access = examples.flatMap(({ becomes }) => ('accessToken' in becomes ? becomes.accessToken : []))
  const refresh = examples.flatMap(({ becomes }) => ('refreshToken' in becomes ? (becomes.refreshToken ?? []) : []))
  return { code: signsIn(codes), at: signsIn(access), rt: signsIn(refresh) }
}

/** Brackets and dots in a row are how pages shorten, not what tokens hold. */
function signsIn(texts: readonly string[]): string {
  const whole = texts.filter((text) => !/[{}<>[\]\s]|\.\.|\u2026/.test(text))
  return [...new Set(whole.join('').replaceAll(/[^!#$%&'()*+,./:;=?@^|~]/g, ''))].join('')
}
