/**
 * What the services of Google share: one authorization server for people, with web, desktop and device clients.
 * Sources are named by the keys of `googleSources`; a file takes those it stands on.
 */
import type {
  Call,
  Client,
  ErrorRule,
  RedirectRule,
  Revocation,
  Source,
  Value,
  Warning,
  Way,
} from '../../provider/provider.ts'

export const tokenUrl = 'https://oauth2.googleapis.com/token'

const checked = '2026-11-22'
const identity = 'https://developers.google.com/identity/protocols/oauth2'

export const googleSources = {
  web: { url: `${identity}/web-server`, checked },
  native: { url: `${identity}/native-app`, checked },
  overview: {
    url: identity,
    checked,
    note: 'when refresh tokens end: unused for six months, more than 100, publishing status Testing, session policy',
  },
  scopes: { url: `${identity}/scopes`, checked },
  desktop_secret: {
    url: 'https://github.com/googleapis/google-api-dotnet-client/issues/1827',
    checked,
    note: 'a desktop client with PKCE and no secret is answered 400 invalid_request, client_secret is missing; so also in taylorwilsdon/google_workspace_mcp#1008',
  },
} satisfies Record<string, Source>

export const googleClient: Client = {
  see: ['web', 'native', 'desktop_secret'],
  because:
    'desktop clients need their secret although the guide calls it optional: without it the answer is invalid_request, client_secret is missing',
  auth: ['client_secret_post', 'client_secret_basic'],
}

export const googleValues = {
  login_hint: {
    label: 'E-mail of the person who will authorize',
    example: 'reports@example.com',
    shape: 'email',
    optional: true,
  },
  publishing: {
    label: 'Publishing status of the app (OAuth consent screen, Audience)',
    help: 'in Testing every authorization ends after 7 days, and a later change does not repair those made before',
    default: 'production',
    choices: [
      { value: 'production', label: 'In production' },
      { value: 'internal', label: 'Internal: people of one Workspace organization' },
      { value: 'testing', label: 'Testing: authorizations end after 7 days', sets: { grant_days: '7' } },
    ],
  },
  grant_days: {
    label: 'Days an authorization lasts',
    from: ['choice.publishing'],
    shape: 'digits',
    optional: true,
  },
} satisfies Record<string, Value>

/** Consent is asked each time: only then a refresh token comes with every authorization, not only the first. */
function authorize(pkce: 'required' | 'optional'): NonNullable<Way['authorize']> {
  return {
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
  }
}

const take: Call['take'] = { hard_end: 'refresh_token_expires_in' }

const exchange: Call = {
  see: ['web', 'native'],
  because: 'a person may untick scopes: the answer says which were granted',
  url: tokenUrl,
  body: {
    form: {
      grant_type: 'authorization_code',
      code: '{code}',
      redirect_uri: '{redirect_uri}',
      'code_verifier?': '{code_verifier}',
    },
  },
  take,
}

export const googleRenewal: Way['renewal'] = {
  see: ['web', 'overview'],
  by: 'refresh_token',
  rotates: 'never',
  reuse: 'harmless',
  oldAccess: 'lives',
  // Six months without use; in publishing status Testing 7 days whatever happens.
  ends: { idle: 15_552_000, hard: { input: 'grant_days', unit: 'd' }, from: 'authorization' },
  call: {
    see: ['web'],
    url: tokenUrl,
    body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
    take,
  },
}

const onDesktop: RedirectRule = {
  see: ['native'],
  back: ['loopback', 'callback', 'paste'],
  port: 'any',
  scheme: ['http'],
  because: 'desktop clients have nothing registered: any port of this machine',
}

export const onWeb: RedirectRule = {
  see: ['web'],
  back: ['callback', 'relay', 'paste', 'loopback'],
  host: ['localhost', '127.0.0.1'],
  port: 'registered',
  because: 'compared to the letter, slash and port included',
}

/** A client of the type Web application. */
export function webClient(): Omit<Way, 'label'> {
  return {
    grant: 'authorization_code',
    authorize: authorize('optional'),
    token: exchange,
    access: 3599,
    renewal: googleRenewal,
  }
}

/** A client of the type Desktop app. */
export function desktopClient(): Omit<Way, 'label'> {
  return {
    grant: 'authorization_code',
    redirects: [onDesktop],
    authorize: authorize('required'),
    token: exchange,
    access: 3599,
    renewal: googleRenewal,
  }
}

export const googleRevocation: Revocation = {
  see: ['web'],
  because: 'takes the token alone and asks for no client; what the access token may goes with it',
  auth: 'none',
  url: 'https://oauth2.googleapis.com/revoke',
  body: { form: { token: '{refresh_token}' } },
}

export const googleIntrospection: Call = {
  see: ['overview'],
  because: 'not RFC 7662: the token in a form, no client',
  auth: 'none',
  url: 'https://www.googleapis.com/oauth2/v3/tokeninfo',
  body: { form: { access_token: '{token}' } },
  take: { expires: { at: ['exp'], unit: 'epoch' }, scope: 'scope' },
}

/** Only `error` and `error_subtype` are looked at: the words are not documented. */
export const personErrors: ErrorRule[] = [
  {
    see: ['overview', 'web'],
    on: ['renew'],
    match: { error: ['invalid_grant'] },
    means: 'dead',
    cause:
      'The authorization is over: revoked, unused for six months, one of more than 100 for this account, a changed password with Gmail scopes, or the consent screen is in Testing (7 days).',
    remedy: 'Authorize again, with the publishing status In production.',
  },
  {
    see: ['web'],
    on: ['token', 'renew'],
    match: { error: ['deleted_client', 'invalid_client'] },
    means: 'client',
    cause: 'The OAuth client was not found, was deleted, or its secret is wrong.',
    remedy: 'Compare client id and secret with Google Cloud, Clients; a deleted client can be restored for 30 days.',
  },
  {
    see: ['web', 'native'],
    on: ['token'],
    match: { error: ['redirect_uri_mismatch'] },
    means: 'configuration',
    cause: 'The redirect URI is not the one the authorization began with.',
    remedy: 'Start the authorization again, and keep the redirect URI as it is registered.',
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
    see: ['web', 'native'],
    on: ['authorize', 'token', 'renew'],
    match: { error: ['admin_policy_enforced'] },
    means: 'denied',
    cause: 'The administrator of the Workspace organization does not let this client have one of the scopes.',
    remedy: 'Have the administrator trust the client id under Security, API controls, App access control.',
  },
  {
    see: ['web', 'native'],
    on: ['authorize', 'token', 'renew'],
    match: { error: ['org_internal'] },
    means: 'denied',
    cause: 'The app is internal to another organization than that of this account.',
    remedy: 'Use an account of the organization, or make the app external.',
  },
  {
    see: ['web', 'native'],
    on: ['authorize'],
    match: { error: ['disallowed_useragent'] },
    means: 'configuration',
    cause: 'Google does not show its page inside another program.',
    remedy: 'Open the authorization link in an ordinary browser.',
  },
  {
    see: ['web'],
    on: ['authorize'],
    match: { error: ['access_denied'] },
    means: 'denied',
    cause: 'The person declined, or the app is in Testing and the account is not on its list of test users.',
    remedy: 'Authorize again and confirm; in Testing add the account under Audience, Test users.',
  },
]

/** What can be seen of a person's authorization. */
export function personWarnings(ways: string[]): Warning[] {
  return [
    {
      see: ['overview'],
      at: 'request',
      ways,
      when: { values: { publishing: ['testing'] } },
      says: 'In publishing status Testing this authorization will end after 7 days.',
      remedy: 'Set the publishing status to In production before authorizing; a later change does not repair it.',
    },
    {
      see: ['overview', 'web'],
      confidence: 'medium',
      because: 'refresh_token_expires_in is documented for time-limited grants and was seen in Testing too',
      at: 'token',
      ways,
      when: { endsWithin: 604_800 },
      says: 'This authorization ends within 7 days: the app is in Testing, or the person gave access for a limited time.',
      remedy: 'Set the publishing status to In production and authorize again without a limit of time.',
    },
  ]
}

export const personTraps = [
  'In publishing status Testing every authorization dies after 7 days; changing the status later does not repair those made before.',
  'More than 100 authorizations of one account and client silently end the oldest: keep one connection and share it.',
  'A person can untick single scopes: compare the scopes granted with those asked for.',
]
