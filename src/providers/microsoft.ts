import type { Call, Client, Provider, Scopes, Way } from '../provider/provider.ts'

const authority = 'https://{login_host}/{tenant}'
const tokenUrl = `${authority}/oauth2/v2.0/token`

const secret: Client = {
  see: ['code', 'credentials'],
  id: { label: 'Application (client) id' },
  secret: {
    label: 'Client secret value',
    life: 'unknown',
    help: 'the value, not the secret id; it ends after 24 months at most',
  },
  auth: ['client_secret_post', 'client_secret_basic'],
}

/** RFC 7523 section 2.2. */
const certificate: Client = {
  see: ['certificate'],
  id: { label: 'Application (client) id' },
  auth: ['private_key_jwt'],
  because: 'the header names the certificate by thumbprint (x5t#S256), not by kid',
  key: { algs: ['PS256'], bits: [2048, 3072, 4096], certificate: { maxDays: 730 } },
  assertionAudience: tokenUrl,
  thumbprint: true,
}

const refresh = (see: string[]): Way['renewal'] => ({
  see,
  because: 'each use brings a new refresh token and leaves the one before alive',
  by: 'refresh_token',
  rotates: 'always',
  grace: 7_776_000,
  reuse: 'harmless',
  oldAccess: 'lives',
  // 90 days without use.
  ends: { idle: 7_776_000, from: 'renewal' },
  call: {
    see: ['code'],
    url: tokenUrl,
    body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}', 'scope?': '{scope}' } },
  },
})

const issue: Call = {
  see: ['credentials'],
  url: tokenUrl,
  body: { form: { scope: '{scope}', grant_type: 'client_credentials' } },
}

const applicationScopes: Scopes = {
  see: ['credentials'],
  because: 'application permissions are asked for as one word, {resource}/.default',
  separator: ' ',
  preset: ['https://graph.microsoft.com/.default'],
  known: {
    'https://graph.microsoft.com/.default': 'All application permissions for Graph that an administrator consented to',
    'https://management.azure.com/.default': 'Azure Resource Manager',
    'https://api.businesscentral.dynamics.com/.default': 'Business Central',
  },
}

export default {
  id: 'microsoft',
  name: 'Microsoft OAuth',
  aliases: ['Microsoft', 'Entra ID', 'Azure AD', 'Microsoft Graph', 'Office 365'],
  category: 'identity',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    code: {
      url: 'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow',
      checked: '2026-11-22',
    },
    credentials: {
      url: 'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow',
      checked: '2026-11-22',
    },
    certificate: {
      url: 'https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials',
      checked: '2026-11-22',
    },
    device: {
      url: 'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-device-code',
      checked: '2026-11-22',
    },
    refresh: { url: 'https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens', checked: '2026-11-22' },
    reply: { url: 'https://learn.microsoft.com/en-us/entra/identity-platform/reply-url', checked: '2026-11-22' },
    graph: { url: 'https://learn.microsoft.com/en-us/graph/auth-v2-service', checked: '2026-11-22' },
    clouds: {
      url: 'https://learn.microsoft.com/en-us/graph/deployments',
      checked: '2026-11-22',
      note: 'hosts compared with those in @azure/msal-common 16.16.1',
    },
  },
  console: {
    url: 'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade',
    steps: [
      'Entra admin center, App registrations, New registration; choose which accounts may use it.',
      'For a person: Authentication, Add a platform, Web, and enter the redirect URI exactly as Evergrant shows it (https, or http://localhost with any port). Not the platform Single-page application: its refresh tokens end after 24 hours.',
      'For unattended jobs: API permissions, Application permissions, then Grant admin consent.',
      'Certificates & secrets: upload the certificate that Evergrant made, or create a client secret and copy its value (not its id) and its end date.',
      'For a device code: Authentication, Allow public client flows.',
      'Copy Application (client) id and Directory (tenant) id from Overview.',
    ],
  },
  values: {
    cloud: {
      label: 'Cloud',
      default: 'global',
      choices: [
        {
          value: 'global',
          label: 'Global',
          sets: { login_host: 'login.microsoftonline.com', graph_host: 'graph.microsoft.com' },
        },
        {
          value: 'us_government',
          label: 'US Government (GCC High)',
          sets: { login_host: 'login.microsoftonline.us', graph_host: 'graph.microsoft.us' },
        },
        {
          value: 'us_defense',
          label: 'US Government (DoD)',
          sets: { login_host: 'login.microsoftonline.us', graph_host: 'dod-graph.microsoft.us' },
        },
        {
          value: 'china',
          label: 'China (21Vianet)',
          sets: { login_host: 'login.partner.microsoftonline.cn', graph_host: 'microsoftgraph.chinacloudapi.cn' },
        },
      ],
    },
    login_host: { label: 'Sign-in host', from: ['choice.cloud'], shape: 'domain' },
    graph_host: { label: 'Graph host', from: ['choice.cloud'], shape: 'domain', shown: true },
    tenant: {
      label: 'Tenant',
      help: 'Directory id or a verified domain. For a person also organizations (any work account), consumers (personal accounts) or common (both); unattended ways need the directory itself',
      example: 'contoso.onmicrosoft.com',
      make: ['lower'],
      shape: 'slug',
      shown: true,
    },
    prompt: {
      label: 'Prompt',
      optional: true,
      choices: [
        { value: 'select_account', label: 'Ask which account' },
        { value: 'consent', label: 'Ask for consent again' },
        { value: 'login', label: 'Ask for the password again' },
      ],
    },
  },
  hosts: {
    token: ['login.microsoftonline.com', 'login.microsoftonline.us', 'login.partner.microsoftonline.cn'],
    api: ['graph.microsoft.com', 'graph.microsoft.us', 'dod-graph.microsoft.us', 'microsoftgraph.chinacloudapi.cn'],
  },
  client: secret,
  scopes: {
    see: ['code', 'refresh'],
    separator: ' ',
    refresh: 'offline_access',
    preset: ['offline_access', 'openid', 'profile', 'User.Read'],
    known: {
      offline_access: 'A refresh token; without it the authorization lasts one hour',
      openid: 'Who authorized',
      profile: 'Name of the person',
      email: 'E-mail address of the person',
      'User.Read': 'The own profile',
      'Files.Read.All': 'Read all files the person can read',
      'Sites.Read.All': 'Read SharePoint sites',
      'Mail.Read': 'Read mail',
    },
  },
  ways: {
    app_certificate: {
      label: 'The application itself, with a certificate',
      help: 'For unattended jobs: nothing secret is typed and the key never leaves.',
      grant: 'client_credentials',
      client: certificate,
      scopes: applicationScopes,
      token: issue,
      access: 3599,
      renewal: { see: ['credentials'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
    app_secret: {
      label: 'The application itself, with a secret',
      help: 'For unattended jobs; the secret ends after 24 months at most.',
      grant: 'client_credentials',
      scopes: applicationScopes,
      token: issue,
      access: 3599,
      renewal: { see: ['credentials'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
    user: {
      label: 'A person',
      grant: 'authorization_code',
      authorize: {
        see: ['code'],
        url: `${authority}/oauth2/v2.0/authorize`,
        pkce: 'optional',
        codeLife: 600,
        params: {
          client_id: '{client_id}',
          response_type: 'code',
          redirect_uri: '{redirect_uri}',
          response_mode: 'query',
          scope: '{scope}',
          state: '{state}',
          'prompt?': '{prompt}',
          'code_challenge?': '{code_challenge}',
          'code_challenge_method?': '{code_challenge_method}',
        },
      },
      token: {
        see: ['code'],
        url: tokenUrl,
        body: {
          form: {
            'scope?': '{scope}',
            code: '{code}',
            redirect_uri: '{redirect_uri}',
            grant_type: 'authorization_code',
            'code_verifier?': '{code_verifier}',
          },
        },
      },
      access: 3599,
      renewal: refresh(['code', 'refresh']),
    },
    device: {
      label: 'A person, with a code typed in elsewhere',
      help: 'For machines without a browser; no redirect URI and no secret.',
      grant: 'device_code',
      client: {
        see: ['device'],
        id: { label: 'Application (client) id' },
        auth: ['none'],
        because: 'the flow is for public clients',
      },
      device: {
        see: ['device'],
        url: `${authority}/oauth2/v2.0/devicecode`,
        body: { form: { client_id: '{client_id}', scope: '{scope}' } },
      },
      token: {
        see: ['device'],
        url: tokenUrl,
        body: {
          form: {
            grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
            client_id: '{client_id}',
            device_code: '{device_code}',
          },
        },
      },
      access: 3599,
      renewal: refresh(['device', 'refresh']),
    },
  },
  redirects: [
    {
      see: ['reply'],
      back: ['callback', 'relay', 'paste'],
      scheme: ['https'],
      because: 'https, compared to the letter and by case',
    },
    {
      see: ['reply'],
      back: ['loopback', 'callback', 'paste'],
      host: ['localhost'],
      port: 'any',
      because: 'the port of http://localhost is ignored; 127.0.0.1 needs the app manifest and [::1] is not supported',
    },
  ],
  api: { see: ['graph', 'clouds'], base: 'https://{graph_host}/v1.0', send: { authorization: 'Bearer {token}' } },
  probes: [
    {
      see: ['graph'],
      name: 'person',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: 'https://{graph_host}/v1.0/me',
      onlyScope: 'User.Read',
      who: ['userPrincipalName', 'mail'],
    },
    {
      see: ['graph'],
      confidence: 'medium',
      because: 'needs an application permission such as Organization.Read.All',
      name: 'organization',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: 'https://{graph_host}/v1.0/organization',
      onlyScope: 'https://graph.microsoft.com/.default',
      who: ['value.0.displayName'],
    },
  ],
  errors: [
    {
      see: ['code'],
      confidence: 'medium',
      on: ['token', 'renew'],
      match: { 'error_codes.0': [7000215, 7000222] },
      means: 'client',
      cause: 'The client secret is wrong or has ended; often the secret id was copied instead of its value.',
      remedy: 'Create a new client secret and give its value.',
    },
    {
      see: ['code'],
      confidence: 'medium',
      on: ['token', 'renew'],
      match: { 'error_codes.0': [700016] },
      means: 'configuration',
      cause: 'The application does not exist in this tenant.',
      remedy: 'Check the client id and the tenant.',
    },
    {
      see: ['code'],
      confidence: 'medium',
      on: ['authorize', 'token', 'renew'],
      match: { 'error_codes.0': [65001] },
      means: 'denied',
      cause: 'Nobody consented to these permissions.',
      remedy: 'Have an administrator grant consent, then authorize again.',
    },
    {
      see: ['code', 'refresh'],
      on: ['renew'],
      match: { error: ['interaction_required', 'consent_required', 'invalid_grant'] },
      means: 'dead',
      cause:
        'The person must sign in again: changed password, revoked sessions, conditional access, or 90 days without use.',
      remedy: 'Authorize again.',
    },
    {
      see: ['credentials'],
      on: ['token'],
      match: { 'error_codes.0': [70011] },
      means: 'configuration',
      cause: 'The scope does not fit: one resource per request, and unattended ways take {resource}/.default alone.',
      remedy: 'Correct the scopes.',
    },
  ],
  traps: [
    'Unattended ways need the directory itself as tenant; common, organizations and consumers fail.',
    'All scopes of one request must belong to one resource.',
    'A redirect URI of the platform Single-page application gives refresh tokens of 24 hours and refuses requests without an Origin header.',
    'Client secrets end after 24 months at most and jobs stop that day; a certificate made here carries its end date.',
    'In the other clouds the scopes name their own hosts, such as https://graph.microsoft.us/.default.',
    'There is no revocation endpoint: an administrator ends sign-in sessions in the Entra admin center.',
  ],
} satisfies Provider
