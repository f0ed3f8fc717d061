import type { Call, Client, Provider, Way } from '../provider/provider.ts'

const base = '{server}'

const authorize = (pkce: 'required' | 'optional'): NonNullable<Way['authorize']> => ({
  see: ['oauth'],
  because: 'root_namespace_id sends members of a group with single sign-on to their own sign-in',
  url: `${base}/oauth/authorize`,
  pkce,
  params: {
    client_id: '{client_id}',
    redirect_uri: '{redirect_uri}',
    response_type: 'code',
    state: '{state}',
    scope: '{scope}',
    'code_challenge?': '{code_challenge}',
    'code_challenge_method?': '{code_challenge_method}',
    'root_namespace_id?': '{root_namespace_id}',
  },
})

const exchange: Call = {
  see: ['oauth'],
  url: `${base}/oauth/token`,
  body: {
    form: {
      grant_type: 'authorization_code',
      code: '{code}',
      redirect_uri: '{redirect_uri}',
      'code_verifier?': '{code_verifier}',
    },
  },
}

const renewal = (form: Record<string, string> = {}): Way['renewal'] => ({
  see: ['oauth'],
  because: 'a renewal ends both tokens before it at once',
  by: 'refresh_token',
  rotates: 'always',
  reuse: 'refused',
  oldAccess: 'dies',
  call: {
    see: ['oauth'],
    url: `${base}/oauth/token`,
    body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}', ...form } },
  },
})

const withoutSecret: Client = {
  see: ['oauth'],
  because: 'an application that is not confidential names itself alone',
  id: { label: 'Application ID' },
  auth: ['none'],
}

export default {
  id: 'gitlab',
  name: 'GitLab',
  aliases: ['GitLab.com', 'GitLab Self-Managed', 'GitLab Dedicated'],
  category: 'development',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    oauth: {
      url: 'https://docs.gitlab.com/api/oauth2/',
      checked: '2026-11-22',
      note: 'all flows with requests and answers, token/info, revocation',
    },
    applications: {
      url: 'https://docs.gitlab.com/integration/oauth_provider/',
      checked: '2026-11-22',
      note: 'registration, scopes, tokens of two hours',
    },
    guard: {
      url: 'https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/api/api_guard.rb',
      checked: '2026-11-22',
      note: 'what the API answers to tokens that ended, were revoked or lack a scope',
    },
    doorkeeper: {
      url: 'https://github.com/doorkeeper-gem/doorkeeper',
      checked: '2026-11-22',
      note: 'the server behind it: the words of its errors',
    },
    tokens: { url: 'https://docs.gitlab.com/user/profile/personal_access_tokens/', checked: '2026-11-22' },
  },
  console: {
    url: `${base}/-/user_settings/applications`,
    steps: [
      'For a person: avatar, Edit profile, Applications, Add new application. For a team: the group, Settings, Applications. For a whole server: Admin, Applications.',
      'Redirect URI: enter the redirect URI exactly as Evergrant shows it; several stand on lines of their own.',
      'Keep Confidential ticked where Evergrant holds the secret; untick it for the way without a secret.',
      'Tick at least the scopes the job asks for: what is not ticked is refused.',
      'Save, and copy Application ID and Secret at once: the secret is shown a single time.',
    ],
  },
  values: {
    server: {
      label: 'Address of GitLab',
      help: 'https://gitlab.com, or the address of your own server with its port and path, if any',
      example: 'https://gitlab.example.com',
      default: 'https://gitlab.com',
      shape: 'url',
      shown: true,
    },
    root_namespace_id: {
      label: 'Id of the top-level group (SAML single sign-on)',
      help: 'only where the group enforces single sign-on',
      shape: 'digits',
      optional: true,
    },
  },
  hosts: { token: ['{server}'], api: ['{server}'] },
  client: {
    see: ['oauth', 'applications'],
    id: { label: 'Application ID' },
    secret: { label: 'Secret', help: 'shown once; a renewed secret stops renewals until it is entered here' },
    auth: ['client_secret_post', 'client_secret_basic'],
  },
  scopes: {
    see: ['applications'],
    separator: ' ',
    preset: ['read_api', 'read_user'],
    known: {
      api: 'Read and write everything the person may',
      read_api: 'Read everything the person may',
      read_user: 'The person’s own profile',
      read_repository: 'Read repositories over Git and as files',
      write_repository: 'Read and write repositories over Git',
      read_registry: 'Read container images of private projects',
      write_registry: 'Write container images',
      read_virtual_registry: 'Read images through the dependency proxy',
      write_virtual_registry: 'Write images through the dependency proxy',
      read_observability: 'Read GitLab Observability',
      write_observability: 'Write GitLab Observability',
      read_service_ping: 'Service Ping payloads (administrators)',
      create_runner: 'Create runners',
      manage_runner: 'Manage runners',
      ai_features: 'GitLab Duo',
      k8s_proxy: 'Kubernetes through the agent',
      sudo: 'Act as any user (administrators)',
      admin_mode: 'Act as administrator where Admin Mode is on',
      openid: 'Who authorized, and the groups of the person',
      profile: 'Profile of the person (OpenID Connect)',
      email: 'Primary e-mail address of the person',
    },
  },
  ways: {
    user: {
      label: 'A person',
      help: 'Two hours at a time; each renewal ends the tokens before it.',
      grant: 'authorization_code',
      authorize: authorize('optional'),
      token: exchange,
      access: 7200,
      renewal: renewal({ 'redirect_uri?': '{redirect_uri}' }),
    },
    user_public: {
      label: 'A person, application without a secret',
      grant: 'authorization_code',
      client: withoutSecret,
      authorize: authorize('required'),
      token: exchange,
      access: 7200,
      renewal: renewal({ 'redirect_uri?': '{redirect_uri}' }),
    },
    device: {
      label: 'A person on another device',
      help: 'GitLab 17.2 and newer; no redirect URI comes back.',
      grant: 'device_code',
      client: withoutSecret,
      device: {
        see: ['oauth'],
        url: `${base}/oauth/authorize_device`,
        body: { form: { scope: '{scope}' } },
      },
      token: {
        see: ['oauth'],
        url: `${base}/oauth/token`,
        body: {
          form: {
            grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
            device_code: '{device_code}',
          },
        },
      },
      access: 7200,
      renewal: {
        ...renewal(),
        confidence: 'medium',
        because: 'the example answer shows no refresh token; whether one comes is seen when it does',
      },
    },
    token: {
      label: 'A personal, project or group access token, pasted',
      help: 'For unattended jobs that nobody’s OAuth grant should carry. Ends on the day set at its creation.',
      grant: 'pasted',
      access: 'unknown',
      renewal: {
        see: ['tokens'],
        because: 'a person makes or rotates it; a year at most unless the server allows more',
        by: 'none',
        rotates: 'never',
      },
    },
  },
  redirects: [
    {
      see: ['oauth', 'applications'],
      back: ['callback', 'relay', 'paste', 'loopback'],
      port: 'registered',
      because: 'compared with the registered ones; https is asked for, http is taken for development',
    },
  ],
  api: { see: ['oauth'], base: `${base}/api/v4`, send: { authorization: 'Bearer {token}' } },
  probes: [
    {
      see: ['oauth', 'applications'],
      name: 'person',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${base}/api/v4/user`,
      onlyScope: 'read_user',
      who: ['username', 'email', 'id'],
    },
    {
      see: ['oauth'],
      name: 'token_info',
      ways: ['user', 'user_public', 'device'],
      because: 'works with every scope',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${base}/oauth/token/info`,
      who: ['resource_owner_id'],
    },
  ],
  revoke: [
    {
      see: ['oauth'],
      ways: ['user', 'user_public', 'device'],
      url: `${base}/oauth/revoke`,
      body: { form: { token: '{token}' } },
    },
  ],
  errors: [
    {
      see: ['doorkeeper', 'oauth'],
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The code was used before, is too old, or was asked for with another redirect URI or client.',
      remedy: 'Authorize again, with the redirect URI registered to the letter.',
    },
    {
      see: ['doorkeeper', 'oauth'],
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The refresh token was used before, the person or an administrator revoked the application, or the application was deleted.',
      remedy: 'Authorize again, and let nothing else renew with the same refresh token.',
    },
    {
      see: ['doorkeeper', 'applications'],
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause:
        'Application ID and secret are no pair, the secret was renewed, or the application lives on another server.',
      remedy: 'Check the address, then renew the secret of the application and enter it here.',
    },
    {
      see: ['doorkeeper', 'applications'],
      on: ['authorize', 'token'],
      match: { error: ['invalid_scope'] },
      means: 'configuration',
      cause: 'A scope was asked for that is not ticked at the application.',
      remedy: 'Tick it under Applications, or remove it from the scopes.',
    },
    {
      see: ['guard'],
      on: ['api'],
      status: [401],
      match: { error: ['invalid_token'] },
      means: 'dead',
      cause: 'The token ended, was revoked, or was replaced by a renewal.',
      remedy: 'Let jobs read the token anew for every run; if that does not help, authorize again.',
    },
    {
      see: ['guard'],
      on: ['api'],
      status: [403],
      match: { error: ['insufficient_scope'] },
      means: 'denied',
      cause: 'The token lacks the scope for this request.',
      remedy: 'Tick the scope at the application, add it here, and authorize again.',
    },
  ],
  warnings: [
    {
      see: ['applications'],
      at: 'request',
      when: { hasScopes: ['sudo', 'admin_mode'] },
      says: 'sudo and admin_mode work for administrators alone, and then for everything on the server.',
      remedy: 'Leave them out unless the job administers GitLab.',
    },
  ],
  traps: [
    'A renewal ends the access token before it at once: a job that kept one fails in the middle of its run.',
    'Tokens last two hours; that cannot be changed.',
    'A new secret of the application stops renewals until it is entered here; deleting the application ends all its tokens.',
    'OAuth tokens do not open the container registry or virtual registries; use a deploy or personal token there.',
    'For Git over https the token is the password, with oauth2 as the user name.',
  ],
} satisfies Provider
