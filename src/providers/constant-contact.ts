import type { Call, Client, Provider, Way } from '../provider/provider.ts'

const authority = 'https://authz.constantcontact.com/oauth2/default/v1'
const tokenUrl = `${authority}/token`

const id = { label: 'API key', help: 'the portal calls the client id API key' }

/** Both public flows name themselves in the body and have no secret. */
const open = (see: string[]): Client => ({ see, id, auth: ['none'], because: 'the flow is for public clients' })

const exchange = (see: string[], verifier: NonNullable<Way['authorize']>['params'] = {}): Call => ({
  see,
  because: 'the pages put the parameters behind the address; the token endpoint takes them in the body as well',
  url: tokenUrl,
  body: {
    form: {
      code: '{code}',
      redirect_uri: '{redirect_uri}',
      grant_type: 'authorization_code',
      ...verifier,
    },
  },
})

/** The app's choice decides whether refresh tokens rotate; the worse is planned for. */
const refresh = (see: string[]): Way['renewal'] => ({
  see,
  because:
    'an app is set to Rotating Refresh Tokens or to Long Lived Refresh Tokens; nothing in an answer tells which, and a rotating one works once',
  by: 'refresh_token',
  rotates: 'sometimes',
  reuse: 'kills_grant',
  oldAccess: 'unknown',
  // 180 days without use.
  ends: { idle: 15_552_000, from: 'renewal' },
  call: {
    see,
    because: 'as with the code, the body is taken in place of the query',
    url: tokenUrl,
    body: { form: { refresh_token: '{refresh_token}', grant_type: 'refresh_token' } },
  },
})

const authorize = (see: string[], pkce: 'required' | 'off'): NonNullable<Way['authorize']> => ({
  see,
  because: 'the app is registered for one flow alone, with PKCE or without',
  url: `${authority}/authorize`,
  pkce,
  codeLife: 300,
  params: {
    client_id: '{client_id}',
    redirect_uri: '{redirect_uri}',
    response_type: 'code',
    scope: '{scope}',
    state: '{state}',
    ...(pkce === 'required' && {
      code_challenge: '{code_challenge}',
      code_challenge_method: '{code_challenge_method}',
    }),
  },
})

export default {
  id: 'constant-contact',
  name: 'ConstantContact',
  aliases: ['Constant Contact', 'Constant Contact V3', 'CTCT'],
  category: 'marketing',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    server: { url: 'https://developer.constantcontact.com/api_guide/server_flow.html', checked: '2026-11-22' },
    pkce: { url: 'https://developer.constantcontact.com/api_guide/pkce_flow.html', checked: '2026-11-22' },
    device: { url: 'https://developer.constantcontact.com/api_guide/device_flow.html', checked: '2026-11-22' },
    scopes: { url: 'https://developer.constantcontact.com/api_guide/scopes.html', checked: '2026-11-22' },
    overview: {
      url: 'https://v3.developer.constantcontact.com/api_guide/auth_overview.html',
      checked: '2026-11-22',
      note: 'client id, client secret and HTTP Basic; redirect URIs',
    },
    apps: {
      url: 'https://developer.constantcontact.com/api_guide/faqs_manage_applications.html',
      checked: '2026-11-22',
      note: 'creating an app, generating a secret, choosing how refresh tokens behave',
    },
    lives: {
      url: 'https://community.constantcontact.com/t5/API-Developer-Support/Refresh-token-expiry/td-p/402882',
      checked: '2026-11-22',
      note: 'developer support: access tokens of 24 hours, refresh tokens of 180 days, rotating and long-lived ones',
    },
    privileges: { url: 'https://developer.constantcontact.com/api_guide/user_privileges.html', checked: '2026-11-22' },
    limits: { url: 'https://developer.constantcontact.com/api_guide/rate_limits.html', checked: '2026-11-22' },
    errors: { url: 'https://developer.constantcontact.com/api_guide/glossary_responses.html', checked: '2026-11-22' },
    support: {
      url: 'https://community.constantcontact.com/t5/API-Developer-Support/V3-API-Oauth2-Server-Flow/td-p/377679',
      checked: '2026-11-22',
      note: 'developer support on exact redirect URIs, five-minute codes and offline_access; the answer to a device-flow question in the same forum names a refresh token',
    },
    okta: {
      url: 'https://github.com/okta/okta-oidc-js/issues/804',
      checked: '2026-11-22',
      note: 'the authorization server runs at Okta: its answer to a wrong verifier',
    },
  },
  console: {
    url: 'https://app.constantcontact.com/pages/dma/portal',
    steps: [
      'Open My Applications in the developer portal, signed in as the account whose data jobs will read, and choose New Application.',
      'Choose the flow: Authorization Code Flow and Implicit Flow (with a secret), PKCE Flow or Device Flow. An app can use that one alone.',
      'Refresh token type: choose Long Lived Refresh Tokens, which survive an answer that got lost. A Rotating Refresh Token works once: if its answer is lost, or another program renews too, a person must approve again.',
      'Under Edit, enter the redirect URI exactly as Evergrant shows it, scheme, port and path included; the device flow has none.',
      'Copy the API key: it is the client id. For the flow with a secret press Generate Client Secret and copy it at once: it is shown a single time, and a new one ends the one before.',
      'Save. A new app is private: only users of the account that made it can authorize it.',
    ],
  },
  hosts: { token: ['authz.constantcontact.com'], api: ['api.cc.email'] },
  client: {
    see: ['server', 'overview'],
    id,
    secret: { label: 'Client secret', help: 'shown once, when it is generated' },
    auth: ['client_secret_basic'],
  },
  scopes: {
    see: ['scopes'],
    because: 'the page names these; partners have one more of their own',
    separator: ' ',
    refresh: 'offline_access',
    preset: ['account_read', 'contact_data', 'campaign_data', 'offline_access'],
    known: {
      account_read: 'Read the account',
      account_update: 'Change the account',
      contact_data: 'Read and write contacts, lists, tags and custom fields; there is no scope for reading alone',
      campaign_data: 'Read and write campaigns and read their reports; there is no scope for reading alone',
      offline_access: 'A refresh token; without it the authorization lasts one day',
    },
  },
  ways: {
    server: {
      label: 'A person, app with a secret',
      help: 'For an app of the Authorization Code Flow. A person approves once; there is no way without one.',
      grant: 'authorization_code',
      authorize: authorize(['server', 'support'], 'off'),
      token: exchange(['server', 'overview']),
      access: 86_400,
      renewal: refresh(['server', 'apps', 'lives']),
    },
    pkce: {
      label: 'A person, app without a secret (PKCE)',
      help: 'For an app of the PKCE Flow.',
      grant: 'authorization_code',
      client: open(['pkce']),
      authorize: authorize(['pkce'], 'required'),
      token: exchange(['pkce'], { code_verifier: '{code_verifier}' }),
      access: 86_400,
      renewal: refresh(['pkce', 'apps', 'lives']),
    },
    device: {
      label: 'A person, with a code typed in elsewhere',
      help: 'For an app of the Device Flow, on machines without a browser; no redirect URI and no secret.',
      grant: 'device_code',
      client: open(['device']),
      device: {
        see: ['device'],
        url: `${authority}/device/authorize`,
        body: { form: { client_id: '{client_id}', scope: '{scope}' } },
      },
      token: {
        see: ['device'],
        url: tokenUrl,
        body: {
          form: {
            client_id: '{client_id}',
            device_code: '{device_code}',
            grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
          },
        },
      },
      access: 86_400,
      renewal: {
        ...refresh(['device', 'apps', 'lives', 'support']),
        confidence: 'medium',
        because:
          'the page has a step for refreshing and support promises a refresh token, but the list of scopes ties it to other flows; rotating or long-lived by the choice of the app, so a token counts as working once',
      },
    },
  },
  redirects: [
    {
      see: ['support', 'overview'],
      confidence: 'medium',
      back: ['callback', 'loopback', 'paste', 'relay'],
      port: 'registered',
      because:
        'compared to the letter with a registered address; loopback addresses are registered in practice, where 127.0.0.1 has worked and localhost once has not',
    },
  ],
  api: {
    see: ['server'],
    base: 'https://api.cc.email/v3',
    send: { authorization: 'Bearer {token}', accept: 'application/json' },
  },
  probes: [
    {
      see: ['scopes', 'server'],
      name: 'account',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: 'https://api.cc.email/v3/account/summary',
      headers: { accept: 'application/json' },
      onlyScope: 'account_read',
      who: ['organization_name', 'contact_email', 'encoded_account_id'],
    },
    {
      see: ['scopes'],
      name: 'lists',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: 'https://api.cc.email/v3/contact_lists',
      query: { limit: '1' },
      headers: { accept: 'application/json' },
      onlyScope: 'contact_data',
    },
  ],
  errors: [
    {
      see: ['server', 'lives', 'apps'],
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The refresh token is over: used already (rotating), 180 days without use, the app was removed from the account, or perhaps a new client secret was generated.',
      remedy:
        'Authorize again, and let nothing but Evergrant renew this authorization; if it comes back, set the app to Long Lived Refresh Tokens.',
    },
    {
      see: ['support', 'okta'],
      confidence: 'medium',
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'configuration',
      cause:
        'The code is older than five minutes, was used already, or the redirect URI is not the one of the authorization.',
      remedy: 'Check that the app has exactly the redirect URI shown here, then authorize again.',
    },
    {
      see: ['apps'],
      confidence: 'medium',
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause:
        'API key and client secret do not belong together, a newer secret was generated, or the app is of another flow.',
      remedy: 'Give the secret that was generated last, or choose the way that the app was created for.',
    },
    ...['0.error_key', 'error_key'].map((at) => ({
      see: ['limits', 'errors'],
      because: 'errors come in a list, some alone',
      on: ['api' as const],
      status: [429],
      match: { [at]: ['quota_exceeded'] },
      means: 'retry' as const,
      cause: 'The 10,000 requests a day of this API key are used up.',
      remedy: 'Wait until midnight UTC, when the count begins again; jobs that share the API key share the 10,000.',
    })),
    {
      see: ['limits', 'errors'],
      on: ['api'],
      status: [429],
      means: 'retry',
      cause: 'More than four requests in one second came with this API key, or too many bulk activities wait.',
      remedy: 'Let jobs ask more slowly; the answer does not say how long to wait.',
    },
    {
      see: ['privileges', 'errors'],
      on: ['api'],
      status: [403],
      means: 'denied',
      cause:
        'The scope is missing, the role of the person does not allow it (a Campaign Creator cannot read contacts), or the app is disabled; the answer does not say which.',
      remedy: 'Authorize as account owner or account manager, with the scope that this address needs.',
    },
  ],
  traps: [
    'There is no way without a person: neither client credentials nor a password grant.',
    'An app is of one flow; choosing another way here than the app was created for is refused.',
    'With rotating refresh tokens a second program that renews the same authorization ends it for both.',
    'Generating a new client secret ends the old one at once; refresh tokens are reported to end with it.',
    'Addresses of the old service (oauth2.constantcontact.com, api.cc.email/v3/idfed, idfed.constantcontact.com) in examples on the web have had no support since 2022-03-31.',
    'No revocation endpoint is published: remove the app from the account in Constant Contact.',
    'Access tokens are JWTs of more than 1,000 characters: leave room where jobs store them.',
  ],
} satisfies Provider
