import type { Provider } from '../../src/provider/provider.ts'

const see = ['docs']
const base = 'https://{region}.auth.example.com'

/** A service that uses the words which the others seldom use: pushed requests, JSON, a text body, names of its own, lists to pick from. */
export const oddService: Provider = {
  id: 'odd',
  name: 'Odd Service',
  category: 'test',
  checked: '2026-11-22',
  tried: 'never',
  sources: { docs: { url: 'https://docs.example.com', checked: '2026-11-22' } },
  values: {
    region: { label: 'Region', example: 'eu', shape: 'host_label' },
    instance_url: {
      label: 'Instance',
      from: ['answer'],
      shape: 'url',
      shown: true,
      example: 'https://na1.example.com',
    },
    shop: { label: 'Shop', from: ['callback.shop'], shape: 'slug', shown: true, example: 'acme', optional: true },
    account: {
      label: 'Account',
      example: '42',
      shape: 'digits',
      optional: true,
      pick: {
        see,
        method: 'GET',
        auth: { header: 'Token {token}' },
        url: '{instance_url}/accounts',
        list: 'data.accounts',
        value: 'id',
        label: 'name',
      },
    },
  },
  hosts: { token: ['*.auth.example.com'], api: ['*.example.com'] },
  client: {
    see,
    auth: ['client_secret_post'],
    id: { param: 'app_id' },
    secret: { param: 'app_secret' },
  },
  scopes: {
    see,
    separator: ';',
    closed: true,
    preset: ['read', 'offline'],
    refresh: 'offline',
    known: { read: 'Read', offline: 'A refresh token' },
  },
  ways: {
    person: {
      label: 'A person',
      grant: 'authorization_code',
      authorize: {
        see,
        url: `${base}/authorize`,
        par: `${base}/par`,
        pkce: 'required',
        codeLife: 30,
        code: 'auth_code',
        error: { code: ['fault'], text: ['fault_text'] },
        issuer: base,
        params: {
          app_id: '{client_id}',
          response_type: 'code',
          redirect_uri: '{redirect_uri}',
          scope: '{scope}',
          state: '{state}',
          code_challenge: '{code_challenge}',
          code_challenge_method: '{code_challenge_method}',
        },
      },
      token: {
        see,
        url: `${base}/token`,
        body: {
          json: {
            grant_type: 'authorization_code',
            auth_code: '{code}',
            redirect: { uri: '{redirect_uri}' },
            code_verifier: '{code_verifier}',
          },
        },
        take: {
          access_token: 'data.token',
          refresh_token: 'data.refresh',
          expires: { at: ['data.until'], unit: 'date' },
          instance_url: 'data.instance',
        },
      },
      access: 1800,
      renewal: {
        see,
        by: 'refresh_token',
        rotates: 'always',
        reuse: 'kills_grant',
        oldAccess: 'dies',
        call: {
          see,
          method: 'PUT',
          auth: 'client_secret_basic',
          url: `${base}/token`,
          body: { text: 'grant_type=refresh_token&refresh_token={refresh_token}' },
          take: {
            access_token: 'data.token',
            refresh_token: 'data.refresh',
            expires: { at: ['data.until'], unit: 'epoch' },
          },
        },
      },
    },
    login: {
      label: 'User name and password',
      grant: 'password',
      token: {
        see,
        auth: 'user',
        url: `${base}/login`,
        query: { scopes: '{scope}' },
        take: { expires: { at: ['ttl'], unit: 'duration' } },
      },
      access: 900,
      renewal: { see, by: 'reissue', rotates: 'never', oldAccess: 'dies' },
    },
  },
  redirects: [{ see, back: ['callback', 'paste'], scheme: ['https'] }],
  api: { see, base: '{instance_url}', send: { authorization: 'Token {token}' } },
  probes: [
    {
      see,
      ways: ['person'],
      method: 'GET',
      auth: { header: 'Token {token}' },
      url: '{instance_url}/me',
      who: ['user.email'],
    },
  ],
  revoke: [{ see, ways: ['person'], method: 'DELETE', auth: { header: 'Token {token}' }, url: `${base}/token` }],
  errors: [
    {
      see,
      on: ['renew'],
      status: [403],
      match: { 'problem.number': [17] },
      means: 'dead',
      cause: 'The person left.',
      remedy: 'Authorize again.',
    },
    { see, on: ['token'], match: { 'problem.number': [99] }, means: 'retry', cause: 'Busy.', remedy: 'Wait.' },
    { see, on: ['authorize'], match: { fault: ['not_now'] }, means: 'denied', cause: 'Not now.', remedy: 'Later.' },
  ],
}
