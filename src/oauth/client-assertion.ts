/** Client assertions (RFC 7523 sections 2.2 and 3): who we are, for this server, for five minutes, once. */
import type { JWTPayload } from 'jose'
import type { RandomBytes } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { certificateThumbprint, signWithKey, signWithSecret, type SigningKey } from './signing.ts'

export type { SigningKey } from './signing.ts'

/** Seconds. Several servers refuse more. */
const life = 300

type Claims = { id: string; audience: string }
type Context = { now: number; randomBytes: RandomBytes }

/** `client_secret_jwt`. HS256 needs a secret of at least the hash's 32 bytes (RFC 7518 section 3.2). */
export function makeSecretAssertion(claims: Claims, secret: Secret, context: Context): Promise<Secret> {
  if (Buffer.byteLength(secret.open(), 'utf8') < 32) {
    throw new EvergrantError('invalid_value', {
      detail: 'client_secret_jwt needs a client secret of at least 32 bytes',
      remedy: 'use a longer secret or another client authentication method',
    })
  }
  return signWithSecret(secret, payload(claims, context))
}

/** `private_key_jwt`. */
export function makeKeyAssertion(
  claims: Claims,
  key: SigningKey,
  context: Context & { thumbprint: boolean },
): Promise<Secret> {
  const header = {
    typ: 'JWT',
    ...(key.keyId !== undefined && { kid: key.keyId }),
    ...(context.thumbprint && { 'x5t#S256': certificateThumbprint(key.certificate ?? '') }),
  }
  return signWithKey(key, header, payload(claims, context))
}

function payload({ id, audience }: Claims, { now, randomBytes }: Context): JWTPayload {
  const iat = Math.floor(now / 1000)
  const jti = Buffer.from(randomBytes(16)).toString('base64url')
  return { iss: id, sub: id, aud: audience, jti, iat, nbf: iat, exp: iat + life }
}
