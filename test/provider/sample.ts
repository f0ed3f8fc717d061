import type { Provider } from '../../src/provider/provider.ts'

/** A small sound definition to change in tests. */
export function sample(): Provider {
  return {
    id: 'sample',
    name: 'Sample',
    category: 'testing',
    checked: '2026-11-22',
    tried: 'never',
    sources: { guide: { url: 'https://docs.example.com/oauth', checked: '2026-11-22' } },
    values: {
      account: {
        label: 'Account',
        example: '1234567_SB1',
        from: ['callback.company', 'person'],
        make: ['lower', 'underscore_to_dash'],
        shape: 'host_label',
      },
      environment: {
        label: 'Environment',
        default: 'production',
        choices: [
          { value: 'production', label: 'Production', sets: { api_host: 'api.example.com' } },
          { value: 'sandbox', label: 'Sandbox', sets: { api_host: 'sandbox-api.example.com' } },
        ],
      },
      api_host: { label: 'API host', from: ['choice.environment'] },
    },
    hosts: { token: ['*.auth.example.com'], api: ['*.example.com'] },
    client: { see: ['guide'], auth: ['client_secret_basic'] },
    scopes: { see: ['guide'], separator: ' ', known: { read: 'Read' }, preset: ['read'] },
    ways: {
      user: {
        label: 'A person',
        grant: 'authorization_code',
        authorize: {
          see: ['guide'],
          url: 'https://login.example.com/authorize',
          params: {
            response_type: 'code',
            client_id: '{client_id}',
            redirect_uri: '{redirect_uri}',
            'scope?': '{scope}',
            state: '{state}',
          },
          pkce: 'off',
        },
        token: {
          see: ['guide'],
          url: 'https://{account}.auth.example.com/token',
          body: { form: { grant_type: 'authorization_code', code: '{code}', redirect_uri: '{redirect_uri}' } },
        },
        renewal: {
          see: ['guide'],
          by: 'refresh_token',
          rotates: 'always',
          call: {
            see: ['guide'],
            url: 'https://{account}.auth.example.com/token',
            body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
          },
        },
      },
    },
    api: { see: ['guide'], base: 'https://{api_host}', send: { authorization: 'Bearer {token}' } },
    probes: [
      {
        see: ['guide'],
        method: 'GET',
        auth: { header: 'Bearer {token}' },
        url: 'https://{api_host}/me',
        who: ['name'],
      },
    ],
  }
}
