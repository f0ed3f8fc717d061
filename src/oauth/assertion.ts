/** Assertions written by a template: the JWT bearer grant (RFC 7523 section 2.1) and client assertions that leave the RFC. */
import type { RandomBytes } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import type { Fields, Json } from './call-template.ts'
import { signWithKey, type SigningKey } from './signing.ts'
import { expandClaims, type Values } from './template.ts'

export type AssertionTemplate = {
  /** The algorithm, or those the server takes; the key's must be among them. */
  alg: string | readonly string[]
  header?: Fields
  claims: Record<string, Json>
  /** Seconds. */
  life: number
  /** How `{scope}` is joined inside the assertion, where it differs from the request's. */
  scopeSeparator?: string
}

/**
 * Signs what the template says. `iat`, `exp` and a random `jti` are added unless the template names them, and `kid` of
 * the key unless the header does.
 */
export async function makeAssertion(
  template: AssertionTemplate,
  values: Values,
  key: SigningKey,
  { now, randomBytes }: { now: number; randomBytes: RandomBytes },
): Promise<Secret> {
  const taken = [template.alg].flat()
  if (!taken.includes(key.alg)) {
    throw new EvergrantError('invalid_value', {
      detail: `the key signs with ${key.alg}; the service takes ${taken.join(', ')}`,
    })
  }
  const named = withScopes(values, template.scopeSeparator)
  const iat = Math.floor(now / 1000)
  const header = {
    typ: 'JWT',
    ...(key.keyId !== undefined && { kid: key.keyId }),
    ...expandClaims(template.header ?? {}, named),
  }
  const jti = Buffer.from(randomBytes(16)).toString('base64url')
  return signWithKey(key, header, { iat, exp: iat + template.life, jti, ...expandClaims(template.claims, named) })
}

function withScopes(values: Values, separator: string | undefined): Values {
  const scopes = values['scopes']
  if (separator === undefined || !Array.isArray(scopes)) return values
  return { ...values, scope: scopes.join(separator) }
}
