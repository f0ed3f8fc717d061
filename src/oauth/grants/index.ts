/** The table of grants, by the names provider files use. A new grant is one file and one line here. */
import { authorizationCode } from './authorization-code.ts'
import { clientCredentials } from './client-credentials.ts'
import { deviceCode } from './device-code.ts'
import type { Grant } from './grant.ts'
import { jwtBearer } from './jwt-bearer.ts'
import { literal } from './literal.ts'
import { password } from './password.ts'
import { pasted } from './pasted.ts'
import { refreshToken } from './refresh-token.ts'
import { tokenExchange } from './token-exchange.ts'

export type { Grant, RequestGrant } from './grant.ts'
export {
  authorizationCode,
  clientCredentials,
  deviceCode,
  jwtBearer,
  literal,
  password,
  pasted,
  refreshToken,
  tokenExchange,
}

export const grants: Readonly<Record<string, Grant>> = Object.fromEntries(
  [
    authorizationCode,
    refreshToken,
    clientCredentials,
    password,
    jwtBearer,
    deviceCode,
    tokenExchange,
    pasted,
    literal,
  ].map((grant): [string, Grant] => [grant.name, grant]),
)
