/**
 * Microsoft Entra ID, the authorization server of several services: how a client, a directory and a person are asked
 * for. Each function gives a block of a provider file for the host and scopes of the service; what the service itself
 * is stays in its file. Errors are in `entra-errors.ts`.
 */
import type {
  Call,
  Client,
  Fact,
  Provider,
  RedirectRule,
  Scopes,
  Value,
  Warning,
  Way,
} from '../../provider/provider.ts'

const learn = 'https://learn.microsoft.com/en-us/entra/identity-platform'
const checked = '2026-11-22'

export const entraSources = {
  code: { url: `${learn}/v2-oauth2-auth-code-flow`, checked },
  credentials: { url: `${learn}/v2-oauth2-client-creds-grant-flow`, checked },
  certificate: {
    url: `${learn}/certificate-credentials`,
    checked,
    note: 'PS256 with x5t#S256; older pages and many clients sign RS256 with x5t, which is not used here',
  },
  refresh: { url: `${learn}/refresh-tokens`, checked },
  reply: { url: `${learn}/reply-url`, checked },
  numbers: {
    url: `${learn}/reference-error-codes`,
    checked,
    note: 'the vendor reserves the right to change the numbers: a rule that no longer matches falls back on `error`',
  },
  reports: {
    url: 'https://github.com/Azure/azure-sdk-for-go/issues/18176',
    checked,
    note: 'numbers that the vendor’s page lacks, as its users report them: 700024 here, 1002012 in microsoftgraph/msgraph-sdk-python#181, 28000 in Earlybyte/aad_oauth#328, 7000229 in microsoft/teams.ts#224, 900023 in caddy-dns/azure#3',
  },
} satisfies Provider['sources']

/** For services with a device way; a source that no block names is a fault. */
export const deviceSource = {
  device: { url: `${learn}/v2-oauth2-device-code`, checked },
} satisfies Provider['sources']

/** For services that can be used in more than the global cloud. */
export const cloudSources = {
  clouds: {
    url: 'https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud',
    checked,
    note: 'sign-in hosts of the national clouds, each with registrations of its own',
  },
  partner_clouds: {
    url: 'https://learn.microsoft.com/en-us/powershell/module/microsoft.graph.authentication/get-mgenvironment',
    checked,
    note: 'hosts of Bleu, Delos and GovSG as built into the vendor’s own tools; the sign-in hosts also in @azure/msal-common 16.16.1',
  },
} satisfies Provider['sources']

export const clouds = [
  { value: 'global', label: 'Global', login: 'login.microsoftonline.com', graph: 'graph.microsoft.com' },
  {
    value: 'us_government',
    label: 'US Government (GCC High)',
    login: 'login.microsoftonline.us',
    graph: 'graph.microsoft.us',
  },
  {
    value: 'us_defense',
    label: 'US Government (DoD)',
    login: 'login.microsoftonline.us',
    graph: 'dod-graph.microsoft.us',
  },
  {
    value: 'china',
    label: 'China (21Vianet)',
    login: 'login.partner.microsoftonline.cn',
    graph: 'microsoftgraph.chinacloudapi.cn',
  },
  { value: 'france', label: 'France (Bleu)', login: 'login.sovcloud-identity.fr', graph: 'graph.svc.sovcloud.fr' },
  { value: 'germany', label: 'Germany (Delos)', login: 'login.sovcloud-identity.de', graph: 'graph.svc.sovcloud.de' },
  {
    value: 'singapore',
    label: 'Singapore (GovSG)',
    login: 'login.sovcloud-identity.sg',
    graph: 'graph.svc.sovcloud.sg',
  },
] as const

export const loginHosts = [...new Set(clouds.map((cloud) => cloud.login))]

/** A directory id or a domain, and the words that stand for more than one directory. */
export const tenant: Value = {
  label: 'Tenant',
  help: 'the directory: its id (Directory (tenant) id on the page Overview) or one of its verified domains',
  example: 'contoso.onmicrosoft.com',
  make: ['lower'],
  shape: 'slug',
  shown: true,
}

/** The last is the directory id of all personal accounts. */
const manyDirectories = ['common', 'organizations', 'consumers', '9188040d-6c67-4c5b-b112-36a304b66dad']

export const prompt: Value = {
  label: 'Prompt',
  help: 'what the sign-in page must ask, also where the browser is signed in already',
  optional: true,
  choices: [
    { value: 'select_account', label: 'Ask which account' },
    { value: 'consent', label: 'Ask for consent again' },
    { value: 'login', label: 'Ask for the password again' },
  ],
}

/**
 * Where and what is asked for. `scope` is a template: `{scope}` where the person chooses. `see`: pages of the service,
 * `confidence` and `because`: how sure they make the scope.
 */
type Asked = { host: string; scope: string; scopes?: Scopes } & Partial<Fact>

const sure = ({ confidence, because }: Partial<Fact>) => ({
  ...(confidence && { confidence }),
  ...(because && { because }),
})

const urls = (host: string) => ({
  authorize: `https://${host}/{tenant}/oauth2/v2.0/authorize`,
  token: `https://${host}/{tenant}/oauth2/v2.0/token`,
  device: `https://${host}/{tenant}/oauth2/v2.0/devicecode`,
})

const id = { label: 'Application (client) id', help: 'on the page Overview of the registration; not the object id' }

const secret: NonNullable<Client['secret']> = {
  label: 'Client secret value',
  life: 'unknown',
  help: 'the value, which is shown once, not the secret id; it ends after 24 months at most',
  mistaken: { shape: 'guid', for: 'the secret id, which stands beside the value' },
}

export const secretClient: Client = {
  see: ['credentials', 'code'],
  id,
  secret,
  auth: ['client_secret_post', 'client_secret_basic'],
}

/** `none`: a registration of the platform Mobile and desktop applications has no secret and is bound by PKCE. */
export const personClient: Client = { ...secretClient, auth: ['client_secret_post', 'client_secret_basic', 'none'] }

/** RFC 7523 section 2.2. */
export const certificateClient = (host: string): Client => ({
  see: ['certificate'],
  because: 'the header names the certificate by its thumbprint (x5t#S256), not by kid',
  id,
  auth: ['private_key_jwt'],
  key: { algs: ['PS256'], bits: [2048, 3072, 4096], certificate: { maxDays: 730 } },
  assertionAudience: urls(host).token,
  thumbprint: true,
})

/** The application itself: no person, nothing to renew but the token. */
export function applicationWays({ host, scope, scopes, see = [], ...doubt }: Asked) {
  const rest = {
    grant: 'client_credentials' as const,
    ...(scopes && { scopes }),
    token: {
      see: ['credentials', ...see],
      ...sure(doubt),
      url: urls(host).token,
      body: { form: { scope, grant_type: 'client_credentials' } },
    } satisfies Call,
    access: 3599,
    renewal: { see: ['credentials'], by: 'reissue', rotates: 'never', oldAccess: 'lives' } satisfies Way['renewal'],
  }
  return {
    app_certificate: {
      label: 'The application itself, with a certificate',
      help: 'For unattended jobs: nothing secret is typed, and the key never leaves.',
      client: certificateClient(host),
      ...rest,
    },
    app_secret: {
      label: 'The application itself, with a secret',
      help: 'For unattended jobs; the secret ends after 24 months at most.',
      client: secretClient,
      ...rest,
    },
  } satisfies Record<string, Way>
}

/** A person who signs in once. */
export function personWays({ host, scope, scopes, see = [], ...doubt }: Asked) {
  const rest = {
    grant: 'authorization_code' as const,
    ...(scopes && { scopes }),
    authorize: {
      see: ['code', ...see],
      ...sure(doubt),
      url: urls(host).authorize,
      pkce: 'optional',
      codeLife: 600,
      params: {
        client_id: '{client_id}',
        response_type: 'code',
        redirect_uri: '{redirect_uri}',
        response_mode: 'query',
        scope,
        state: '{state}',
        'prompt?': '{prompt}',
        'code_challenge?': '{code_challenge}',
        'code_challenge_method?': '{code_challenge_method}',
      },
    } satisfies Way['authorize'],
    token: {
      see: ['code'],
      url: urls(host).token,
      body: {
        form: {
          'scope?': scope,
          code: '{code}',
          redirect_uri: '{redirect_uri}',
          grant_type: 'authorization_code',
          'code_verifier?': '{code_verifier}',
        },
      },
    } satisfies Call,
    access: 3599,
    renewal: refresh(host, scope, ['code', 'refresh']),
  }
  return {
    user: {
      label: 'A person',
      help: 'For what belongs to a person, or must be done in the name of one. Jobs may do what that person may do.',
      client: personClient,
      ...rest,
    },
    user_certificate: {
      label: 'A person, the application with a certificate',
      help: 'As a person with a secret, but nothing secret is typed: the application proves itself with a certificate.',
      client: certificateClient(host),
      ...rest,
    },
  } satisfies Record<string, Way>
}

export function deviceWay({ host, scope, scopes, see = [] }: Asked) {
  return {
    label: 'A person, with a code typed in elsewhere',
    help: 'For machines without a browser; no redirect URI and no secret.',
    grant: 'device_code',
    client: { see: ['device'], id, auth: ['none'], because: 'the flow is for public clients' },
    ...(scopes && { scopes }),
    device: {
      see: ['device', ...see],
      url: urls(host).device,
      body: { form: { client_id: '{client_id}', scope } },
    },
    token: {
      see: ['device'],
      url: urls(host).token,
      body: {
        form: {
          grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
          client_id: '{client_id}',
          device_code: '{device_code}',
        },
      },
    },
    access: 3599,
    renewal: refresh(host, scope, ['device', 'refresh']),
  } satisfies Way
}

function refresh(host: string, scope: string, see: string[]) {
  return {
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
      url: urls(host).token,
      body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}', 'scope?': scope } },
    },
  } satisfies Way['renewal']
}

export const entraRedirects: RedirectRule[] = [
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
]

/** Steps that are the same for every service; what permissions are chosen is the service's matter. */
export const registerSteps = {
  register:
    'Entra admin center, App registrations, New registration. Supported account types: this directory only, unless people of other directories shall sign in.',
  redirect:
    'For a person: Authentication, Add a platform, Web, and enter the redirect URI exactly as Evergrant shows it (https, or http://localhost with any port). Not the platform Single-page application: its refresh tokens end after 24 hours.',
  credentials:
    'Certificates & secrets: under Certificates upload the one that Evergrant made (PEM, .cer or .crt), or under Client secrets create one and copy its value (not its id) together with its end date.',
  device: 'For a device code: Authentication, Settings, Allow public client flows: Yes.',
  ids: 'Copy Application (client) id and Directory (tenant) id from Overview.',
}

/** Addresses of the admin consent endpoint, for the steps: it asks for all permissions that the registration lists. */
export const consentAddress =
  'https://login.microsoftonline.com/TENANT/adminconsent?client_id=CLIENT_ID&redirect_uri=REDIRECT_URI (a registered redirect URI; it comes back with admin_consent=True)'

/** Warnings by what they are about; a service takes those that its ways can meet. */
export const entraWarnings = {
  /** Refuses before anything is sent; AADSTS50194 and 9001023 would come otherwise. */
  oneDirectory: (ways: string[], because: string): Warning => ({
    see: ['credentials'],
    because,
    at: 'request',
    ways,
    when: { values: { tenant: manyDirectories } },
    says: 'The tenant stands for many directories; this way needs the one it works in.',
    remedy: 'Give the Directory (tenant) id from Overview, or a domain of the directory.',
    refuses: true,
  }),
  endsSoon: (ways: string[]): Warning => ({
    see: ['code', 'refresh'],
    confidence: 'medium',
    because:
      'the lifetime of 24 hours in these two cases is documented; that the answer says it as refresh_token_expires_in is not',
    at: 'token',
    ways,
    when: { endsWithin: 604_800 },
    says: 'The refresh token ends within days: the redirect URI is probably registered for the platform Single-page application, or the person signed in with a passcode by e-mail.',
    remedy:
      'Register the redirect URI under the platform Web instead, and authorize again with an account that has a password.',
  }),
}
