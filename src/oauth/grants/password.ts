import type { RequestGrant } from './grant.ts'

/** RFC 6749 section 4.3. RFC 9700 section 2.4 forbids it for new services; old ones offer nothing else. */
export const password = {
  name: 'password',
  grantType: 'password',
  needs: ['user_name', 'password'],
  template: (tokenUrl) => ({
    url: tokenUrl,
    auth: 'client',
    body: { form: { grant_type: 'password', username: '{user_name}', password: '{password}', 'scope?': '{scope}' } },
  }),
} as const satisfies RequestGrant
