import type { RequestGrant } from './grant.ts'

/** RFC 7523 section 2.1. The assertion proves who asks; a client may be named beside it. */
export const jwtBearer = {
  name: 'jwt_bearer',
  grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  needs: ['assertion'],
  template: (tokenUrl) => ({
    url: tokenUrl,
    auth: 'client',
    body: {
      form: {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: '{assertion}',
        'scope?': '{scope}',
      },
    },
  }),
} as const satisfies RequestGrant
