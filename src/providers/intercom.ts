import type { Provider } from '../provider/provider.ts'

const docs = 'https://developers.intercom.com'
const checked = '2026-11-22'
const me = 'https://{api_host}/me'

export default {
  id: 'intercom',
  name: 'Intercom',
  aliases: ['Intercom Messenger', 'Fin'],
  category: 'support',
  checked,
  tried: 'never',
  sources: {
    oauth: {
      url: `${docs}/docs/build-an-integration/learn-more/authentication/setting-up-oauth`,
      checked,
      note: 'addresses by region, parameters, https redirect addresses, token and access_token in the answer; read in part, the rest from the older copies of the guide',
    },
    older: {
      url: 'https://intercom-developer-hub.readme.io/reference/using-oauth',
      checked,
      note: 'the three parameters of the exchange; a code lives about five minutes',
    },
    regions: {
      url: 'https://github.com/NangoHQ/nango',
      checked,
      note: 'docs and packages/providers: regions eu and au, tokens without end; others keep api.intercom.io for the exchange of every region',
    },
    versions: {
      url: `${docs}/intercom-api-reference`,
      checked,
      note: '2.15 is the newest documented; the changelog names no day on which a version ends',
    },
    codes: { url: `${docs}/docs/references/rest-api/errors/error-codes/`, checked },
    answers: {
      url: 'https://raw.githubusercontent.com/jeremylongshore/claude-code-plugins-plus-skills/main/plugins/saas-packs/intercom-pack/skills/intercom-common-errors/SKILL.md',
      checked,
      note: 'how an error looks, as others quote it',
    },
  },
  console: {
    url: 'https://app.intercom.com/a/apps/_/developer-hub',
    steps: [
      'In the workspace open Settings, Integrations, Developer Hub and create an app for that workspace.',
      'For one’s own workspace only: Configure, Authentication shows an access token, which the way with a pasted token takes.',
      'Otherwise, Configure, Authentication, Edit: tick Use OAuth and under Redirect URLs enter the redirect URI exactly as Evergrant shows it; it must be https.',
      'Tick the permissions the job needs there: they are no part of the request, and a change asks every workspace to authorize again.',
      'Copy client ID and client secret from Configure, Basic Information.',
      'Workspaces other than one’s own see the app only once Intercom has reviewed it.',
    ],
  },
  values: {
    region: {
      label: 'Region of the workspace',
      help: 'as in the address of the workspace: app.intercom.com, app.eu.intercom.com or app.au.intercom.com',
      default: 'us',
      choices: [
        { value: 'us', label: 'United States', sets: { app_host: 'app.intercom.com', api_host: 'api.intercom.io' } },
        { value: 'eu', label: 'Europe', sets: { app_host: 'app.eu.intercom.com', api_host: 'api.eu.intercom.io' } },
        { value: 'au', label: 'Australia', sets: { app_host: 'app.au.intercom.com', api_host: 'api.au.intercom.io' } },
      ],
    },
    app_host: { label: 'Sign-in host', from: ['choice.region'], shape: 'domain' },
    api_host: { label: 'API host', from: ['choice.region'], shape: 'domain', shown: true },
    version: {
      label: 'API version (Intercom-Version)',
      help: 'without it the version set in the Developer Hub answers',
      default: '2.15',
      shown: true,
      choices: [
        { value: '2.15', label: '2.15' },
        { value: '2.14', label: '2.14' },
        { value: '2.13', label: '2.13' },
        { value: '2.12', label: '2.12' },
        { value: '2.11', label: '2.11' },
      ],
    },
  },
  hosts: {
    token: ['api.intercom.io', 'api.eu.intercom.io', 'api.au.intercom.io'],
    api: ['api.intercom.io', 'api.eu.intercom.io', 'api.au.intercom.io'],
  },
  client: { see: ['older', 'oauth'], auth: ['client_secret_post'] },
  scopes: {
    see: ['oauth'],
    because: 'permissions are ticked at the app and are no part of the request',
    separator: ' ',
    preset: [],
    known: {},
    closed: true,
  },
  ways: {
    user: {
      label: 'A teammate connects a workspace',
      help: 'The token has no end; it lives until the app is removed from the workspace.',
      grant: 'authorization_code',
      authorize: {
        see: ['oauth', 'older'],
        because: 'neither response_type nor scope; PKCE is documented nowhere',
        url: 'https://{app_host}/oauth',
        pkce: 'off',
        codeLife: 300,
        params: { client_id: '{client_id}', state: '{state}', redirect_uri: '{redirect_uri}' },
      },
      token: {
        see: ['older', 'oauth', 'regions'],
        confidence: 'medium',
        because: 'neither grant_type nor redirect_uri; that each region has its own token host is read in one source',
        url: 'https://{api_host}/auth/eagle/token',
        body: { form: { code: '{code}', client_id: '{client_id}', client_secret: '{client_secret}' } },
      },
      access: 'never',
      renewal: { see: ['regions', 'oauth'], because: 'tokens do not end', by: 'none', rotates: 'never' },
    },
    access_token: {
      label: 'An access token of one’s own workspace, pasted',
      help: 'The vendor’s advice for private apps. It has no end.',
      grant: 'pasted',
      access: 'never',
      renewal: {
        see: ['oauth'],
        because: 'it lives until it is made anew in the Developer Hub',
        by: 'none',
        rotates: 'never',
      },
    },
  },
  redirects: [
    {
      see: ['oauth'],
      back: ['callback', 'relay', 'paste'],
      scheme: ['https'],
      because: 'one of those of the app; the first of them where none is named',
    },
  ],
  api: {
    see: ['versions', 'oauth'],
    base: 'https://{api_host}',
    send: { authorization: 'Bearer {token}', 'intercom-version': '{version}' },
  },
  probes: [
    {
      see: ['versions'],
      name: 'me',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: me,
      headers: { 'intercom-version': '{version}' },
      who: ['app.name', 'email', 'id'],
    },
  ],
  errors: [
    {
      see: ['answers', 'codes'],
      confidence: 'medium',
      because: 'how the exchange refuses is documented nowhere; this is the shape of every other answer',
      on: ['token'],
      match: { 'errors.0.code': ['unauthorized', 'token_unauthorized', 'parameter_invalid', 'parameter_not_found'] },
      means: 'configuration',
      cause:
        'The code was used before or is older than five minutes, client ID and secret are no pair, or the region is another.',
      remedy: 'Check region, client ID and client secret in the Developer Hub, then authorize again.',
    },
    {
      see: ['codes', 'answers'],
      on: ['api'],
      match: {
        'errors.0.code': ['unauthorized', 'token_revoked', 'token_not_found', 'token_expired', 'token_blocked'],
      },
      means: 'dead',
      cause: 'The app was removed from the workspace, its token was made anew, or the region is another.',
      remedy: 'Check the region; if it is the right one, authorize again.',
    },
    {
      see: ['codes'],
      on: ['api'],
      match: { 'errors.0.code': ['token_unauthorized', 'action_forbidden', 'api_plan_restricted', 'forbidden'] },
      means: 'denied',
      cause: 'The app lacks a permission for this, or the plan of the workspace does.',
      remedy: 'Tick the permission under Authentication in the Developer Hub and authorize again, or change the plan.',
    },
  ],
  traps: [
    'A token never ends by itself: whether it still lives is seen only when it is used.',
    'Another region than that of the workspace fails at sign-in or at the API.',
    'Permissions belong to the app: a change there asks for a new authorization.',
    'There is no address to revoke a token: remove the app in the workspace, or make its token anew.',
    'Without the header Intercom-Version the version of the app answers, which a colleague can change.',
  ],
} satisfies Provider
