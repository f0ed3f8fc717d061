import type { RequestGrant } from './grant.ts'

/** RFC 8693 section 2.1. `{token}` is the subject token. */
export const tokenExchange = {
  name: 'token_exchange',
  grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
  needs: ['token'],
  template: (tokenUrl) => ({
    url: tokenUrl,
    auth: 'client',
    body: {
      form: {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: '{token}',
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        'scope?': '{scope}',
      },
    },
  }),
} as const satisfies RequestGrant
