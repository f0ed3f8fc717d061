import type { Provider, Way } from '../provider/provider.ts'

const oauth = 'https://zoom.us/oauth'
const url = `${oauth}/token`

const renewal: Way['renewal'] = {
  see: ['oauth', 'guide', 'refused'],
  confidence: 'medium',
  because:
    'only the newest refresh token works; 90 days are common and not promised, and what becomes of the access token before is not said',
  by: 'refresh_token',
  rotates: 'always',
  reuse: 'refused',
  oldAccess: 'unknown',
  ends: { idle: 7_776_000, from: 'renewal' },
  call: {
    see: ['oauth'],
    url,
    body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
    take: { api_url: 'api_url' },
  },
}

export default {
  id: 'zoom',
  name: 'Zoom',
  category: 'communication',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    oauth: {
      url: 'https://developers.zoom.us/docs/integrations/oauth/',
      checked: '2026-11-22',
      note: 'authorization code, renewal, revocation; requests as the vendor’s collection and guides print them',
    },
    server: {
      url: 'https://developers.zoom.us/docs/internal-apps/s2s-oauth/',
      checked: '2026-11-22',
      note: 'account_credentials: one hour, several tokens at a time, ends with the app',
    },
    device: { url: 'https://developers.zoom.us/blog/device-authorization/', checked: '2026-11-22' },
    errors: { url: 'https://developers.zoom.us/docs/integrations/oauth-error-messages/', checked: '2026-11-22' },
    guide: {
      url: 'https://skillshub.wtf/zoom/skills/oauth',
      checked: '2026-11-22',
      note: 'Zoom’s own summary of its flows: requests, answers with api_url, lifetimes',
    },
    refused: {
      url: 'https://devforum.zoom.us/t/oauth-token-400-bad-request-params-in-query-string/124925',
      checked: '2026-11-22',
      note: 'parameters belong in the body; other threads of the forum quote {"reason":"Invalid Token!"}',
    },
  },
  console: {
    url: 'https://marketplace.zoom.us/develop/create',
    steps: [
      'For one’s own account: App Marketplace, Develop, Build app, Server-to-Server OAuth; add the scopes, then activate the app: before that no token is given.',
      'Copy account id, client id and client secret from App credentials.',
      'For people: Build app, General app; as OAuth redirect URL and in the allow list enter the redirect URI exactly as Evergrant shows it, and add the scopes.',
      'Development and production have credentials of their own; those of development work for people of one’s own account.',
      'For a device without a browser: Features, switch on Use App on Device.',
    ],
  },
  values: {
    account_id: {
      label: 'Account id',
      help: 'on the page App credentials of the Server-to-Server OAuth app; not the account number of the profile',
      example: 'uRAsACdoSOOL10mJF4-b4Q',
      shape: 'slug',
    },
    api_url: {
      label: 'Address of the API',
      help: 'comes with the token',
      from: ['answer'],
      default: 'https://api.zoom.us',
      shape: 'url',
      shown: true,
    },
  },
  hosts: { token: ['zoom.us'], api: ['*.zoom.us'] },
  client: {
    see: ['oauth', 'server'],
    auth: ['client_secret_basic'],
  },
  scopes: {
    see: ['oauth', 'guide'],
    because: 'those of the app are granted where none is asked for; there are hundreds, classic and granular',
    separator: ' ',
    preset: [],
    known: {},
  },
  ways: {
    account: {
      label: 'The account itself (server-to-server)',
      help: 'For unattended jobs on one’s own account: no person, no refresh token.',
      grant: 'client_credentials',
      scopes: {
        see: ['server'],
        because: 'they are set in the app, not in the request',
        separator: ' ',
        preset: [],
        known: {},
        closed: true,
      },
      token: {
        see: ['server', 'refused'],
        because: 'a grant type of its own, and the account as a parameter',
        url,
        body: { form: { grant_type: 'account_credentials', account_id: '{account_id}' } },
        take: { api_url: 'api_url' },
      },
      access: 3600,
      renewal: { see: ['server'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
    user: {
      label: 'A person',
      help: 'One hour at a time; lasts as long as it is renewed within about 90 days, which Evergrant does.',
      grant: 'authorization_code',
      authorize: {
        see: ['oauth', 'guide'],
        url: `${oauth}/authorize`,
        pkce: 'optional',
        params: {
          response_type: 'code',
          client_id: '{client_id}',
          redirect_uri: '{redirect_uri}',
          state: '{state}',
          'scope?': '{scope}',
          'code_challenge?': '{code_challenge}',
          'code_challenge_method?': '{code_challenge_method}',
        },
      },
      token: {
        see: ['oauth', 'guide'],
        url,
        body: {
          form: {
            grant_type: 'authorization_code',
            code: '{code}',
            redirect_uri: '{redirect_uri}',
            'code_verifier?': '{code_verifier}',
          },
        },
        take: { api_url: 'api_url' },
      },
      access: 3600,
      renewal,
    },
    device: {
      label: 'A person on another device',
      help: 'Zoom must allow it for the app (Use App on Device).',
      grant: 'device_code',
      device: {
        see: ['device', 'guide'],
        because: 'the client id is a parameter beside Basic',
        url: `${oauth}/devicecode`,
        body: { form: { client_id: '{client_id}' } },
      },
      token: {
        see: ['device', 'guide'],
        url,
        body: {
          form: { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: '{device_code}' },
        },
        take: { api_url: 'api_url' },
      },
      access: 3600,
      renewal,
    },
  },
  redirects: [
    {
      see: ['oauth', 'errors'],
      back: ['callback', 'relay', 'paste'],
      scheme: ['https'],
      host: [],
      because: 'compared with the redirect URL and the allow list of the app',
    },
    {
      see: ['oauth'],
      confidence: 'medium',
      because: 'http for this machine is what samples for development use',
      back: ['loopback', 'callback', 'paste'],
      host: ['localhost', '127.0.0.1'],
      port: 'registered',
    },
  ],
  api: {
    see: ['guide', 'oauth'],
    because: 'the host of the region comes with the token',
    base: '{api_url}/v2',
    send: { authorization: 'Bearer {token}' },
  },
  probes: [
    {
      see: ['guide', 'oauth'],
      name: 'person',
      because: 'wants user:read:user, or its admin form for the account itself',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: '{api_url}/v2/users/me',
      who: ['email', 'display_name', 'id'],
    },
  ],
  revoke: [{ see: ['oauth', 'guide'], url: `${oauth}/revoke`, body: { form: { token: '{token}' } } }],
  errors: [
    {
      see: ['refused', 'errors'],
      on: ['renew'],
      match: { reason: ['Invalid Token!'] },
      means: 'dead',
      cause:
        'The refresh token is over: used before, about 90 days without renewal, the app was removed, or the same person authorized the app again elsewhere.',
      remedy: 'Authorize again, once for each person and app, and let nothing else renew with it.',
    },
    {
      see: ['errors'],
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause: 'Client id and secret are no pair, or those of development were taken for production.',
      remedy: 'Copy both anew from App credentials of the same stage.',
    },
    {
      see: ['errors', 'refused'],
      confidence: 'medium',
      on: ['token'],
      match: { error: ['unsupported_grant_type'] },
      means: 'configuration',
      cause: 'The app is of another kind: account_credentials wants a Server-to-Server OAuth app.',
      remedy: 'Build a Server-to-Server OAuth app, or choose the way for a person.',
    },
    {
      see: ['errors', 'server'],
      confidence: 'medium',
      on: ['token'],
      match: { error: ['invalid_request', 'invalid_grant'] },
      means: 'configuration',
      cause:
        'The account id is not that of the app, the app is not activated, or, for a person, code or redirect URI do not fit.',
      remedy: 'Copy the account id from App credentials, activate the app, compare the redirect URL.',
    },
    {
      see: ['errors'],
      on: ['api'],
      match: { code: [124] },
      means: 'dead',
      cause: 'The token has ended or was revoked, or the app was deactivated.',
      remedy: 'Let jobs read the token anew for every run; if that does not help, activate the app or authorize again.',
    },
    {
      see: ['errors'],
      on: ['api'],
      match: { code: [4711, 104] },
      means: 'denied',
      cause: 'A scope is missing; the message names it.',
      remedy:
        'Add the scope to the app; people must then authorize again, the account itself gets it with its next token.',
    },
  ],
  traps: [
    'One person and one app share a single refresh token: authorizing again elsewhere ends this connection.',
    'A Server-to-Server OAuth app gives tokens only while it is activated, and they act as its owner.',
    'Credentials of development and of production are two pairs.',
    'Parameters of the token request belong in the body; in the query they are refused by now.',
    'A scope with :admin wants a person with that role.',
  ],
} satisfies Provider
