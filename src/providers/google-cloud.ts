import type { Assertion, Call, Provider, RedirectRule, Way } from '../provider/provider.ts'

const tokenUrl = 'https://oauth2.googleapis.com/token'

const renewal: Way['renewal'] = {
  see: ['web'],
  by: 'refresh_token',
  rotates: 'never',
  reuse: 'harmless',
  oldAccess: 'lives',
  // Six months without use.
  ends: { idle: 15_552_000, from: 'renewal' },
  call: {
    see: ['web'],
    url: tokenUrl,
    body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
    take: { hard_end: 'refresh_token_expires_in' },
  },
}

const exchange: Call = {
  see: ['web', 'native'],
  url: tokenUrl,
  body: {
    form: {
      grant_type: 'authorization_code',
      code: '{code}',
      redirect_uri: '{redirect_uri}',
      'code_verifier?': '{code_verifier}',
    },
  },
  take: { hard_end: 'refresh_token_expires_in' },
}

const authorize = (pkce: 'required' | 'optional'): NonNullable<Way['authorize']> => ({
  see: ['web', 'native'],
  because: 'access_type and prompt bring a refresh token each time, not only at the first consent',
  url: 'https://accounts.google.com/o/oauth2/v2/auth',
  pkce,
  params: {
    client_id: '{client_id}',
    redirect_uri: '{redirect_uri}',
    response_type: 'code',
    scope: '{scope}',
    access_type: 'offline',
    prompt: 'consent',
    state: '{state}',
    'login_hint?': '{login_hint}',
    'code_challenge?': '{code_challenge}',
    'code_challenge_method?': '{code_challenge_method}',
  },
})

/** The audience is written here and never read from the key file: a forged `token_uri` would carry assertions off. */
const assertion = (claims: Assertion['claims']): Assertion => ({
  see: ['service'],
  alg: ['RS256'],
  key: '{private_key}',
  header: { typ: 'JWT', kid: '{private_key_id}' },
  claims: { iss: '{client_email}', ...claims, aud: tokenUrl },
  life: 3600,
})

const signed: Call = {
  see: ['service'],
  auth: 'none',
  because: 'the assertion is the proof; there is no client beside it',
  url: tokenUrl,
  body: { form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: '{assertion}' } },
}

const onDesktop: RedirectRule = {
  see: ['native'],
  back: ['loopback', 'callback', 'paste'],
  port: 'any',
  scheme: ['http'],
  because: 'desktop clients have nothing registered: any port of this machine',
}

export default {
  id: 'google-cloud',
  name: 'Google Cloud',
  aliases: ['Google', 'GCP', 'BigQuery', 'Google Workspace'],
  category: 'cloud',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    web: { url: 'https://developers.google.com/identity/protocols/oauth2/web-server', checked: '2026-11-22' },
    native: { url: 'https://developers.google.com/identity/protocols/oauth2/native-app', checked: '2026-11-22' },
    service: { url: 'https://developers.google.com/identity/protocols/oauth2/service-account', checked: '2026-11-22' },
    overview: { url: 'https://developers.google.com/identity/protocols/oauth2', checked: '2026-11-22' },
    scopes: { url: 'https://developers.google.com/identity/protocols/oauth2/scopes', checked: '2026-11-22' },
    impersonation: {
      url: 'https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken',
      checked: '2026-11-22',
    },
    rapt: { url: 'https://support.google.com/a/answer/9368756', checked: '2026-11-22' },
  },
  console: {
    url: 'https://console.cloud.google.com/apis/credentials',
    steps: [
      'For unattended jobs: IAM & Admin, Service accounts, create one, give it the roles it needs, then Keys, Add key, JSON. Organizations often forbid keys (iam.disableServiceAccountKeyCreation); ask an administrator for an exception.',
      'To act as people of a Workspace domain, an administrator enters the client id of the service account and its scopes under Security, API controls, Domain-wide delegation.',
      'For a person: APIs & Services, OAuth consent screen; set the publishing status to In production, because in Testing every authorization dies after 7 days.',
      'Credentials, Create credentials, OAuth client id: Web application with the redirect URI exactly as Evergrant shows it, or Desktop app, which needs none registered.',
      'Enable the API you want to call in the same project.',
    ],
  },
  values: {
    key_file: {
      label: 'Key file of the service account',
      help: 'the JSON file, whole; its token_uri is not used',
      shape: 'json_file',
      secret: true,
    },
    client_email: {
      label: 'E-mail of the service account',
      from: ['file.key_file.client_email'],
      shape: 'email',
      shown: true,
    },
    private_key: { label: 'Private key', from: ['file.key_file.private_key'], shape: 'pem', secret: true },
    private_key_id: { label: 'Key id', from: ['file.key_file.private_key_id'], shape: 'slug' },
    project_id: {
      label: 'Project',
      from: ['file.key_file.project_id'],
      shape: 'slug',
      shown: true,
      optional: true,
    },
    subject: {
      label: 'Act as this person (domain-wide delegation)',
      help: 'leave empty to act as the service account itself',
      example: 'reports@example.com',
      shape: 'email',
      optional: true,
    },
    target: {
      label: 'Service account to act as',
      help: 'the key needs the role Service Account Token Creator on it',
      example: 'loader@project.iam.gserviceaccount.com',
      shape: 'email',
    },
    login_hint: { label: 'E-mail of the person who will authorize', shape: 'email', optional: true },
  },
  hosts: { token: ['oauth2.googleapis.com', 'iamcredentials.googleapis.com'], api: ['*.googleapis.com'] },
  client: {
    see: ['web', 'native'],
    because: 'desktop clients need their secret although the guide calls it optional',
    auth: ['client_secret_post', 'client_secret_basic'],
  },
  scopes: {
    see: ['scopes'],
    separator: ' ',
    preset: ['https://www.googleapis.com/auth/bigquery.readonly'],
    known: {
      'https://www.googleapis.com/auth/bigquery.readonly': 'Read data in BigQuery',
      'https://www.googleapis.com/auth/bigquery': 'Read and change data in BigQuery',
      'https://www.googleapis.com/auth/devstorage.read_only': 'Read Cloud Storage',
      'https://www.googleapis.com/auth/devstorage.read_write': 'Read and write Cloud Storage',
      'https://www.googleapis.com/auth/cloud-platform.read-only': 'Read all Google Cloud data',
      'https://www.googleapis.com/auth/cloud-platform': 'Everything in Google Cloud; prefer a narrower one',
      openid: 'Who authorized',
      email: 'E-mail address of the person',
    },
  },
  ways: {
    service_account: {
      label: 'Service account (key file)',
      help: 'For unattended jobs. Optionally acts as a person of the Workspace domain.',
      grant: 'jwt_bearer',
      client: { see: ['service'], auth: ['none'], because: 'the key file is the client' },
      assertion: assertion({ scope: '{scope}', 'sub?': '{subject}' }),
      token: signed,
      access: 3600,
      renewal: { see: ['service'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
    impersonated: {
      label: 'Service account acting as another one',
      help: 'The key signs for itself; jobs get tokens of the account it acts as.',
      grant: 'jwt_bearer',
      client: { see: ['service'], auth: ['none'], because: 'the key file is the client' },
      assertion: assertion({ scope: 'https://www.googleapis.com/auth/cloud-platform' }),
      token: signed,
      steps: [
        {
          see: ['impersonation'],
          name: 'impersonate',
          run: 'each',
          gives: 'token',
          auth: { header: 'Bearer {token}' },
          url: 'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{target}:generateAccessToken',
          body: { json: { scope: '{scopes}', lifetime: '3600s' } },
          take: { access_token: 'accessToken', expires: { at: ['expireTime'], unit: 'date' } },
        },
      ],
      access: 3600,
      renewal: { see: ['service'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
    user: {
      label: 'A person (web client)',
      grant: 'authorization_code',
      authorize: authorize('optional'),
      token: exchange,
      access: 3599,
      renewal,
    },
    desktop: {
      label: 'A person (desktop client)',
      help: 'No redirect URI has to be registered.',
      grant: 'authorization_code',
      redirects: [onDesktop],
      authorize: authorize('required'),
      token: exchange,
      access: 3599,
      renewal,
    },
  },
  redirects: [
    {
      see: ['web'],
      back: ['callback', 'relay', 'paste', 'loopback'],
      host: ['localhost', '127.0.0.1'],
      port: 'registered',
      because: 'compared to the letter, slash and port included',
    },
  ],
  api: { see: ['overview'], base: 'https://www.googleapis.com', send: { authorization: 'Bearer {token}' } },
  probes: [
    {
      see: ['overview'],
      name: 'person',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: 'https://openidconnect.googleapis.com/v1/userinfo',
      onlyScope: 'openid',
      who: ['email', 'sub'],
    },
    {
      see: ['overview'],
      confidence: 'medium',
      because: 'works with every scope; numbers in its answer are texts',
      name: 'token',
      auth: 'none',
      url: 'https://www.googleapis.com/oauth2/v3/tokeninfo',
      body: { form: { access_token: '{token}' } },
      who: ['email', 'azp'],
    },
  ],
  revoke: [
    {
      see: ['web'],
      because: 'takes the token alone and asks for no client',
      auth: 'none',
      url: 'https://oauth2.googleapis.com/revoke',
      body: { form: { token: '{refresh_token}' } },
    },
  ],
  introspect: {
    see: ['overview'],
    because: 'not RFC 7662: the token in a form, no client',
    auth: 'none',
    url: 'https://www.googleapis.com/oauth2/v3/tokeninfo',
    body: { form: { access_token: '{token}' } },
    take: { expires: { at: ['exp'], unit: 'epoch' }, scope: 'scope' },
  },
  errors: [
    {
      see: ['rapt'],
      on: ['renew'],
      match: { error: ['invalid_grant'], error_subtype: ['invalid_rapt', 'rapt_required'] },
      means: 'dead',
      cause: 'The Workspace session policy wants the person to sign in again, as it does for Cloud scopes.',
      remedy:
        'Authorize again; for unattended jobs use a service account, or have the client trusted by an administrator.',
    },
    {
      see: ['overview', 'web'],
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The authorization is over: revoked, unused for six months, one of more than 100 for this account, or the consent screen is in Testing (7 days).',
      remedy: 'Authorize again, with the publishing status In production.',
    },
    {
      see: ['service'],
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'configuration',
      cause:
        'The assertion was refused: a key that was deleted, a clock that is off, or a subject that does not exist in the domain.',
      remedy: 'Check the key file, the time of this machine and the subject.',
    },
    {
      see: ['service'],
      on: ['token'],
      match: { error: ['unauthorized_client', 'access_denied'] },
      means: 'configuration',
      cause: 'Domain-wide delegation lacks this client or one of the scopes.',
      remedy: 'Have an administrator enter the client id of the service account with exactly these scopes.',
    },
    {
      see: ['web'],
      on: ['authorize'],
      match: { error: ['redirect_uri_mismatch'] },
      means: 'configuration',
      cause: 'The redirect URI is not registered to the letter.',
      remedy: 'Copy it from here into the OAuth client, slash and port included.',
    },
    {
      see: ['overview'],
      on: ['authorize'],
      match: { error: ['org_internal', 'admin_policy_enforced'] },
      means: 'denied',
      cause: 'The organization does not let this account use this client.',
      remedy: 'Use an account of the organization, or ask its administrator.',
    },
  ],
  traps: [
    'In publishing status Testing every authorization dies after 7 days; changing the status later does not repair those made before.',
    'More than 100 authorizations of one account and client silently end the oldest: keep one connection and share it.',
    'A person can untick single scopes: compare the scopes granted with those asked for.',
    'With Cloud scopes a Workspace session policy ends the authorization daily (invalid_rapt).',
    'Error texts are not documented; only error and error_subtype are looked at.',
  ],
} satisfies Provider
