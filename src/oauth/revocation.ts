/** Revocation (RFC 7009) and introspection (RFC 7662) are plain calls; here as their RFCs write them. */
import type { CallTemplate } from './call-template.ts'

/** Section 2.1. The refresh token goes first: most servers then end the whole grant. */
export function revocationTemplate(
  url: string,
  which: 'refresh_token' | 'access_token' = 'refresh_token',
): CallTemplate {
  const token = which === 'refresh_token' ? '{refresh_token}' : '{token}'
  return { url, auth: 'client', body: { form: { token, token_type_hint: which } } }
}

/** Section 2.1. What it answers is a hint, never a proof of death. */
export function introspectionTemplate(url: string): CallTemplate {
  return {
    url,
    auth: 'client',
    body: { form: { token: '{token}', token_type_hint: 'access_token' } },
    take: { expires: { at: ['exp'], unit: 'epoch' }, active: 'active', scope: 'scope', username: 'username' },
  }
}
