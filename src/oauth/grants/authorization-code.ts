import type { RequestGrant } from './grant.ts'

/** RFC 6749 section 4.1.3 with PKCE (RFC 7636 section 4.5). */
export const authorizationCode = {
  name: 'authorization_code',
  grantType: 'authorization_code',
  needs: ['code', 'redirect_uri'],
  template: (tokenUrl) => ({
    url: tokenUrl,
    auth: 'client',
    body: {
      form: {
        grant_type: 'authorization_code',
        code: '{code}',
        redirect_uri: '{redirect_uri}',
        'code_verifier?': '{code_verifier}',
      },
    },
  }),
} as const satisfies RequestGrant
