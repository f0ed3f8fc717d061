import { asText, lookUp } from '../body.ts'
import type { CallTemplate } from '../call-template.ts'
import type { RequestGrant } from './grant.ts'

const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange'
const accessToken = 'urn:ietf:params:oauth:token-type:access_token'
const jwt = 'urn:ietf:params:oauth:token-type:jwt'

/** RFC 8693 section 2.1. `{token}` is the subject token. */
export const tokenExchange = {
  name: 'token_exchange',
  grantType,
  needs: ['token'],
  template: (tokenUrl) => ({
    url: tokenUrl,
    auth: 'client',
    body: {
      form: {
        grant_type: grantType,
        subject_token: '{token}',
        subject_token_type: accessToken,
        'scope?': '{scope}',
      },
    },
  }),
} as const satisfies RequestGrant

/** What the request for an exchange asked for; an empty one leaves the type to the service. */
export type ExchangeAsked = { type?: string }

/** Whether a request exchanges a token, and for what. The definition may ask for a type by its name. */
export function exchangeAsked({ body, query }: CallTemplate, grant: string): ExchangeAsked | undefined {
  const fields = body === undefined || 'text' in body ? query : 'form' in body ? body.form : body.json
  const named = asText(lookUp(fields, 'grant_type'))
  if (named !== grantType && !(named === '{grant_type}' && grant === 'token_exchange')) return undefined
  const type = asText(lookUp(fields, 'requested_token_type') ?? lookUp(fields, 'requested_token_type?'))
  return type === undefined ? {} : { type }
}

/**
 * RFC 8693 sections 2.2.1 and 3: the member `access_token` may hold another kind of token. Its kind is `issued_token_type`,
 * and `N_A` as `token_type` says that it opens no API. A JWT may be an access token. Undefined where the answer does not
 * speak against it: services leave the member out, or write a word there that is no URI.
 */
export function foreignType(body: unknown, tokenType: unknown, { type }: ExchangeAsked): string | undefined {
  const issued = asText(lookUp(body, 'issued_token_type'))?.trim().toLowerCase()
  if (issued === accessToken || (issued !== undefined && issued === type?.toLowerCase())) return undefined
  if (issued !== undefined && issued !== jwt && /^[a-z][a-z0-9+.-]*:./.test(issued)) return issued
  return asText(tokenType)?.trim().toLowerCase() === 'n_a' ? 'N_A' : undefined
}
