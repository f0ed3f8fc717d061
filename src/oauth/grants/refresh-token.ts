import type { RequestGrant } from './grant.ts'

/** RFC 6749 section 6. No scope is sent: the server then keeps what was granted. */
export const refreshToken = {
  name: 'refresh_token',
  grantType: 'refresh_token',
  needs: ['refresh_token'],
  template: (tokenUrl) => ({
    url: tokenUrl,
    auth: 'client',
    body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
  }),
} as const satisfies RequestGrant
