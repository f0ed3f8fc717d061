import type { Call, Client, Provider, Way } from '../provider/provider.ts'

const url = 'https://github.com/login/oauth/access_token'

/** Without it the answer is a form. */
const headers = { accept: 'application/json' }
const rest = { accept: 'application/vnd.github+json', 'x-github-api-version': '{version}' }
const bearer = { header: 'Bearer {token}' }

const authorize = (asked: 'scopes' | 'permissions'): NonNullable<Way['authorize']> => ({
  see: ['oauth', 'pkce', 'user_token'],
  because:
    asked === 'scopes'
      ? 'response_type is not among the parameters'
      : 'no scopes: the permissions of the app and the person’s own decide; response_type is not among the parameters',
  url: 'https://github.com/login/oauth/authorize',
  pkce: 'optional',
  codeLife: 600,
  params: {
    client_id: '{client_id}',
    redirect_uri: '{redirect_uri}',
    ...(asked === 'scopes' && { 'scope?': '{scope}' }),
    state: '{state}',
    'code_challenge?': '{code_challenge}',
    'code_challenge_method?': '{code_challenge_method}',
  },
})

const exchange: Call = {
  see: ['oauth', 'pkce', 'user_token'],
  because: 'grant_type is not among the parameters; refusals come with status 200',
  url,
  headers,
  body: { form: { code: '{code}', redirect_uri: '{redirect_uri}', 'code_verifier?': '{code_verifier}' } },
}

const deviceToken: Call = {
  see: ['oauth'],
  because: 'the client id alone proves the client; refusals come with status 200',
  url,
  headers,
  body: {
    form: { device_code: '{device_code}', grant_type: 'urn:ietf:params:oauth:grant-type:device_code' },
  },
}

const endless: Way['renewal'] = {
  see: ['oauth', 'endings'],
  because: 'the token has no end; unused for a year it is removed',
  by: 'none',
  rotates: 'never',
}

const withoutSecret: Client = {
  see: ['oauth'],
  because: 'the device flow wants no secret',
  auth: ['none'],
}

const noScopes = {
  see: ['user_token', 'installation'],
  because: 'there are none: the permissions of the app decide',
  separator: ' ' as const,
  preset: [],
  known: {},
  closed: true as const,
}

export default {
  id: 'github',
  name: 'GitHub',
  aliases: ['GitHub App', 'GitHub REST API', 'GitHub OAuth app'],
  category: 'developer tools',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    oauth: {
      url: 'https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps',
      checked: '2026-11-22',
      note: 'web and device flow, answers in three forms, redirect and loopback URLs',
    },
    pkce: {
      url: 'https://github.blog/changelog/2025-07-14-pkce-support-for-oauth-and-github-app-authentication',
      checked: '2026-11-22',
      note: 'S256 alone; recommended, not required',
    },
    user_token: {
      url: 'https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app',
      checked: '2026-11-22',
    },
    refresh: {
      url: 'https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens',
      checked: '2026-11-22',
      note: 'eight hours and six months; both tokens before end with the renewal; expiry is a switch of the app',
    },
    installation: {
      url: 'https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app',
      checked: '2026-11-22',
      note: 'one hour; tokens grow beyond 40 characters since 2026-04-27',
    },
    jwt: {
      url: 'https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app',
      checked: '2026-11-22',
      note: 'RS256, ten minutes at most',
    },
    reference: {
      url: 'https://docs.github.com/en/rest/apps/apps',
      checked: '2026-11-22',
      note: 'the answer with token and expires_at; app tokens: rest/apps/oauth-applications',
    },
    errors: {
      url: 'https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors',
      checked: '2026-11-22',
    },
    endings: {
      url: 'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/token-expiration-and-revocation',
      checked: '2026-11-22',
      note: 'what ends tokens: a year without use, ten for a user, app and scope, secrets found in public',
    },
    versions: {
      url: 'https://github.blog/changelog/2026-03-12-rest-api-version-2026-03-10-is-now-available',
      checked: '2026-11-22',
      note: '2022-11-28 is supported for 24 months at least from that day and is what comes without the header',
    },
    refused: {
      url: 'https://docs.github.com/en/apps/creating-github-apps/about-creating-github-apps/best-practices-for-creating-a-github-app',
      checked: '2026-11-22',
      note: 'refresh tokens; bad_refresh_token and its words as many public clients have recorded them',
    },
  },
  console: {
    url: 'https://github.com/settings/apps',
    steps: [
      'For unattended jobs: Settings, Developer settings, GitHub Apps, New GitHub App (of the organization whose data the jobs read), choose the permissions, no webhook.',
      'Install App: install it in the organization; the number at the end of the address of the installation is the installation id.',
      'General, Private keys: Generate a private key, and give the whole .pem file here. Copy the client id from the same page.',
      'For a person: Callback URL: enter the redirect URI exactly as Evergrant shows it; on http://127.0.0.1 the port does not count. Generate a client secret.',
      'For the device flow: tick Enable Device Flow.',
      'An OAuth app instead (Developer settings, OAuth Apps) has scopes and tokens without an end.',
    ],
  },
  values: {
    installation_id: {
      label: 'Installation id',
      help: 'the number at the end of the address under Settings, Installed GitHub Apps, Configure',
      example: '12345678',
      shape: 'digits',
      shown: true,
    },
    private_key: {
      label: 'Private key of the app',
      help: 'the whole .pem file that GitHub made',
      shape: 'pem',
      secret: true,
    },
    version: {
      label: 'API version (X-GitHub-Api-Version)',
      default: '2026-03-10',
      shown: true,
      choices: [
        { value: '2026-03-10', label: '2026-03-10' },
        { value: '2022-11-28', label: '2022-11-28 (what comes without the header)', until: '2028-03-12' },
      ],
    },
  },
  hosts: { token: ['github.com', 'api.github.com'], api: ['api.github.com', 'uploads.github.com'] },
  client: {
    see: ['oauth', 'user_token'],
    id: { help: 'of a GitHub App it begins with Iv; the app id is another number' },
    auth: ['client_secret_post'],
  },
  scopes: {
    see: ['oauth'],
    because: 'asked for with spaces, answered with commas',
    separator: ' ',
    answer: ',',
    preset: ['read:org', 'repo'],
    known: {
      repo: 'Private and public repositories, to read and write; there is no smaller scope for private ones',
      public_repo: 'Write public repositories',
      'repo:status': 'Statuses of commits',
      'read:org': 'Organizations and teams',
      'admin:org': 'Manage organizations and teams',
      'read:user': 'The profile of the person',
      'user:email': 'E-mail addresses of the person',
      user: 'The profile, to read and change',
      'read:project': 'Projects',
      'read:packages': 'Packages',
      'read:audit_log': 'Audit log',
      'read:enterprise': 'The enterprise',
      'manage_billing:copilot': 'Seats and usage of Copilot',
      gist: 'Gists',
      notifications: 'Notifications',
      workflow: 'Workflows of Actions',
      security_events: 'Code scanning',
    },
  },
  ways: {
    installation: {
      label: 'A GitHub App in an organization (installation)',
      help: 'For unattended jobs: acts as the app, bound to no person; tokens of one hour.',
      grant: 'jwt_bearer',
      client: {
        see: ['jwt', 'installation'],
        because: 'the assertion is the only proof; the app id serves in the place of the client id too',
        id: { label: 'Client id (or app id)' },
        auth: ['none'],
      },
      scopes: noScopes,
      assertion: {
        see: ['jwt'],
        because: 'no audience; ten minutes at most, five leave room for clocks that differ',
        alg: ['RS256'],
        key: '{private_key}',
        claims: { iss: '{client_id}' },
        life: 300,
      },
      token: {
        see: ['installation', 'reference'],
        because: 'a call of the REST API instead of a token address; the end comes as a date',
        auth: { header: 'Bearer {assertion}' },
        url: 'https://api.github.com/app/installations/{installation_id}/access_tokens',
        headers: rest,
        take: { access_token: 'token', expires: { at: ['expires_at'], unit: 'date' } },
      },
      access: 3600,
      renewal: { see: ['installation'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
    app_user: {
      label: 'A person, through a GitHub App',
      help: 'Eight hours, renewed for six months at a time; or without an end where the app opted out of expiry.',
      grant: 'authorization_code',
      scopes: noScopes,
      authorize: authorize('permissions'),
      token: exchange,
      access: 'never',
      renewal: {
        see: ['refresh'],
        because: 'a renewal ends the access token and the refresh token before it at once, without any grace',
        by: 'refresh_token',
        rotates: 'always',
        reuse: 'refused',
        oldAccess: 'dies',
        // Six months.
        ends: { idle: 15_811_200, from: 'renewal' },
        call: {
          see: ['refresh'],
          because: 'refusals come with status 200',
          url,
          headers,
          body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
        },
      },
    },
    oauth_user: {
      label: 'A person, through an OAuth app',
      help: 'Has scopes; the token has no end.',
      grant: 'authorization_code',
      authorize: authorize('scopes'),
      token: exchange,
      access: 'never',
      renewal: endless,
    },
    device: {
      label: 'A person at another device (OAuth app)',
      help: 'For machines without a browser; no secret is needed.',
      grant: 'device_code',
      client: withoutSecret,
      device: {
        see: ['oauth'],
        url: 'https://github.com/login/device/code',
        headers,
        body: { form: { 'scope?': '{scope}' } },
      },
      token: deviceToken,
      access: 'never',
      renewal: endless,
    },
    personal: {
      label: 'A personal access token, pasted',
      help: 'Fine-grained (github_pat_) or classic (ghp_); ends on the day chosen when it was made.',
      grant: 'pasted',
      access: 'unknown',
      renewal: { see: ['endings'], because: 'a person makes a new one', by: 'none', rotates: 'never' },
    },
  },
  redirects: [
    {
      see: ['oauth', 'user_token'],
      back: ['callback', 'relay', 'paste'],
      host: [],
      because: 'compared with the callback URLs: to the letter for a GitHub App, a path below for an OAuth app',
    },
    {
      see: ['oauth'],
      back: ['loopback', 'callback', 'paste'],
      host: ['127.0.0.1', '[::1]'],
      port: 'any',
      because: 'on a loopback address by number the port need not be registered',
    },
    {
      see: ['oauth'],
      confidence: 'medium',
      back: ['loopback', 'callback', 'paste'],
      host: ['localhost'],
      port: 'registered',
      because: 'localhost is advised against; with its port registered it works for many',
    },
  ],
  api: {
    see: ['versions', 'oauth'],
    base: 'https://api.github.com',
    send: { authorization: 'Bearer {token}', ...rest },
  },
  probes: [
    {
      see: ['reference'],
      name: 'repositories',
      ways: ['installation'],
      method: 'GET',
      auth: bearer,
      url: 'https://api.github.com/installation/repositories',
      headers: rest,
      query: { per_page: '1' },
      who: ['repositories.0.owner.login'],
    },
    {
      see: ['oauth'],
      name: 'person',
      ways: ['app_user', 'oauth_user', 'device', 'personal'],
      method: 'GET',
      auth: bearer,
      url: 'https://api.github.com/user',
      headers: rest,
      who: ['login', 'id'],
    },
  ],
  revoke: [
    {
      see: ['reference'],
      because: 'the client proves itself with Basic; an installation ends its own token',
      ways: ['app_user', 'oauth_user'],
      method: 'DELETE',
      auth: 'client_secret_basic',
      url: 'https://api.github.com/applications/{client_id}/token',
      headers: rest,
      body: { json: { access_token: '{token}' } },
    },
    {
      see: ['reference'],
      ways: ['installation'],
      method: 'DELETE',
      auth: bearer,
      url: 'https://api.github.com/installation/token',
      headers: rest,
    },
  ],
  errors: [
    {
      see: ['refused', 'refresh'],
      because: 'the answer has status 200',
      on: ['renew'],
      match: { error: ['bad_refresh_token'] },
      means: 'dead',
      cause:
        'The refresh token is over: it was used before, six months passed, or the person took the authorization back.',
      remedy: 'Authorize again, and let nothing but Evergrant renew it.',
    },
    {
      see: ['errors'],
      because: 'the answer has status 200',
      on: ['token'],
      match: { error: ['bad_verification_code'] },
      means: 'dead',
      cause: 'The code was used before or is older than ten minutes.',
      remedy: 'Authorize again.',
    },
    {
      see: ['errors'],
      because: 'the answer has status 200',
      on: ['token', 'renew'],
      match: { error: ['incorrect_client_credentials'] },
      means: 'client',
      cause: 'Client id and client secret are no pair; the app id is no client id.',
      remedy: 'Copy the client id and generate a new client secret on the page of the app.',
    },
    {
      see: ['errors', 'oauth'],
      on: ['authorize', 'token'],
      match: { error: ['redirect_uri_mismatch'] },
      means: 'configuration',
      cause: 'The redirect URI is not a callback URL of the app.',
      remedy: 'Enter it there exactly as Evergrant shows it.',
    },
    {
      see: ['errors'],
      on: ['token'],
      match: { error: ['unverified_user_email'] },
      means: 'denied',
      cause: 'The person has not verified the primary e-mail address at GitHub.',
      remedy: 'Have it verified, then authorize again.',
    },
    {
      see: ['oauth'],
      on: ['token'],
      match: { error: ['device_flow_disabled'] },
      means: 'configuration',
      cause: 'The device flow is not switched on for this app.',
      remedy: 'Tick Enable Device Flow on the page of the app.',
    },
    {
      see: ['oauth'],
      on: ['authorize'],
      match: { error: ['application_suspended'] },
      means: 'configuration',
      cause: 'GitHub has suspended the app.',
      remedy: 'Ask GitHub’s support.',
    },
    {
      see: ['jwt', 'reference'],
      confidence: 'medium',
      on: ['token', 'renew'],
      status: [401],
      means: 'client',
      cause:
        'The assertion was not accepted: key and app are no pair, the key was deleted, or the clock of this machine is off.',
      remedy: 'Generate a private key on the page of this very app and give it here; check the time of this machine.',
    },
    {
      see: ['reference'],
      confidence: 'medium',
      on: ['token', 'renew'],
      status: [404],
      means: 'configuration',
      cause: 'There is no such installation of this app: it was uninstalled, or the id is that of another.',
      remedy: 'Look the installation id up under Installed GitHub Apps, Configure.',
    },
    {
      see: ['reference'],
      confidence: 'medium',
      on: ['token', 'renew'],
      status: [403],
      means: 'denied',
      cause: 'The installation is suspended.',
      remedy: 'Have the organization unsuspend it.',
    },
    {
      see: ['user_token', 'endings'],
      on: ['api'],
      status: [401],
      match: { message: ['Bad credentials'] },
      means: 'dead',
      cause:
        'The token has ended or was revoked: by the person, by a renewal, after a year without use, or because it was found in public.',
      remedy: 'Let Evergrant renew the token; if it stays, authorize again.',
    },
    {
      see: ['reference'],
      confidence: 'medium',
      on: ['api'],
      status: [403, 404],
      match: {
        message: [
          'Resource not accessible by integration',
          'Resource not accessible by personal access token',
          'Not Found',
        ],
      },
      means: 'denied',
      cause:
        'The app or token lacks the permission or scope, or is not installed for this repository; GitHub says Not Found for private ones.',
      remedy: 'Add the permission, have the organization accept it, and install the app for the repository.',
    },
  ],
  traps: [
    'Token answers are forms unless JSON is asked for, and refusals come with status 200.',
    'A renewal ends the token before it at once: a job that keeps a token is cut off, so jobs should ask for it each time.',
    'An organization with single sign-on must authorize tokens of persons for itself.',
    'Organizations may restrict OAuth apps until an owner approves them.',
    'Installation tokens no longer have 40 characters: leave them room.',
    'The eleventh token of a person for an app with the same scopes ends the oldest.',
    'New permissions of an app count only when the organization has accepted them.',
    'GitHub Enterprise Server and ghe.com have other hosts, which this definition does not know: copy it and change them.',
  ],
} satisfies Provider
