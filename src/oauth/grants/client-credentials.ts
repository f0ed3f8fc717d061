import type { RequestGrant } from './grant.ts'

/** RFC 6749 section 4.4. */
export const clientCredentials = {
  name: 'client_credentials',
  grantType: 'client_credentials',
  needs: ['client_id'],
  template: (tokenUrl) => ({
    url: tokenUrl,
    auth: 'client',
    body: { form: { grant_type: 'client_credentials', 'scope?': '{scope}' } },
  }),
} as const satisfies RequestGrant
