import type { Call, Provider, Way } from '../provider/provider.ts'

const url = 'https://{host}/oauth_token.do'
const api = 'https://{host}/api/now'

const authorize = (pkce: 'required' | 'optional'): NonNullable<Way['authorize']> => ({
  see: ['code'],
  url: 'https://{host}/oauth_auth.do',
  pkce,
  params: {
    response_type: 'code',
    client_id: '{client_id}',
    redirect_uri: '{redirect_uri}',
    'scope?': '{scope}',
    state: '{state}',
    'code_challenge?': '{code_challenge}',
    'code_challenge_method?': '{code_challenge_method}',
  },
})

const exchange = (more: Record<string, string>): Call => ({
  see: ['code'],
  because: 'the page lists state among what is required here too',
  url,
  body: {
    form: {
      grant_type: 'authorization_code',
      code: '{code}',
      redirect_uri: '{redirect_uri}',
      state: '{state}',
      ...more,
    },
  },
})

const renewal: Way['renewal'] = {
  see: ['requests', 'answers', 'code', 'catalogue'],
  because: 'the same refresh token comes back until its lifespan is over; the registry of the instance sets it',
  by: 'refresh_token',
  rotates: 'never',
  reuse: 'harmless',
  oldAccess: 'lives',
  ends: { hard: { input: 'refresh_seconds', unit: 's' }, from: 'authorization' },
  call: {
    see: ['requests', 'code'],
    url,
    body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
  },
}

export default {
  id: 'servicenow',
  name: 'ServiceNow',
  category: 'it service management',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    code: {
      url: 'https://www.servicenow.com/docs/r/platform-security/authentication/authorization-workflow.html',
      checked: '2026-11-22',
      note: 'authorization code with and without a secret, renewal for clients with a secret alone',
    },
    machine: {
      url: 'https://www.servicenow.com/docs/r/platform-security/authentication/client-credentials-grant-workflow.html',
      checked: '2026-11-22',
    },
    requests: {
      url: 'https://www.servicenow.com/docs/r/platform-security/authentication/r_OAuthAPIRequestParameters.html',
      checked: '2026-11-22',
      note: 'literal requests; form bodies alone; within its life the same token comes back',
    },
    answers: {
      url: 'https://www.servicenow.com/docs/r/platform-security/authentication/r_OAuthAPIResponseParameters.html',
      checked: '2026-11-22',
      note: 'literal answer of 1800 seconds, scope useraccount',
    },
    enabling: {
      url: 'https://www.servicenow.com/community/servicenow-ide-sdk-and-fluent/how-to-generate-oauth-token-with-grant-type-client-credentials/td-p/3252663',
      checked: '2026-11-22',
      note: 'the property that switches client credentials on, and the user that the application acts as',
    },
    refused: {
      url: 'https://openillumi.com/?p=87705',
      checked: '2026-11-22',
      note: 'refusals read server_error with access_denied in the description',
    },
    catalogue: {
      url: 'https://github.com/NangoHQ/nango',
      checked: '2026-11-22',
      note: 'addresses, 30 minutes and 100 days as defaults; also n8n',
    },
  },
  console: {
    url: 'https://{host}/oauth_entity_list.do',
    steps: [
      'As an administrator open System OAuth, Application Registry, New, Create an OAuth API endpoint for external clients (newer releases: Machine Identity Console, Inbound integrations).',
      'Redirect URL: enter the redirect URI exactly as Evergrant shows it.',
      'Note Refresh Token Lifespan and Access Token Lifespan in seconds, and give the first here; tick Public Client only if there shall be no secret.',
      'Save, and copy client id and client secret.',
      'For client credentials: set the system property glide.oauth.inbound.client.credential.grant_type.enabled to true, and choose the OAuth Application User with the roles of the job.',
      'API access policies of the instance must let OAuth in on the tables of the job.',
    ],
  },
  values: {
    host: {
      label: 'Host of the instance',
      help: 'as in the address of the instance, without https://',
      example: 'dev12345.service-now.com',
      make: ['lower'],
      shape: 'domain',
      shown: true,
    },
    refresh_seconds: {
      label: 'Refresh token lifespan (seconds)',
      help: 'as set in the application registry; 8640000 (100 days) where nothing was set',
      default: '8640000',
      shape: 'digits',
    },
  },
  hosts: { token: ['{host}'], api: ['{host}'] },
  client: {
    see: ['requests', 'code', 'machine'],
    auth: ['client_secret_post', 'client_secret_basic'],
  },
  scopes: {
    see: ['answers', 'code'],
    because:
      'useraccount is answered where none was asked for: all that the person may; others are made at the instance',
    separator: ' ',
    preset: [],
    known: {},
  },
  ways: {
    machine: {
      label: 'The application itself',
      help: 'For unattended jobs: acts as the OAuth Application User of the registry.',
      grant: 'client_credentials',
      token: {
        see: ['machine'],
        url,
        body: { form: { grant_type: 'client_credentials', 'scope?': '{scope}' } },
      },
      access: 1800,
      renewal: {
        see: ['machine', 'requests'],
        confidence: 'medium',
        because: 'while a token lives the same one comes back, with what is left of its life',
        by: 'reissue',
        rotates: 'never',
        oldAccess: 'lives',
      },
    },
    user: {
      label: 'A person',
      help: 'Half an hour at a time; ends with the refresh token lifespan of the registry, 100 days at first.',
      grant: 'authorization_code',
      authorize: authorize('optional'),
      token: exchange({ 'code_verifier?': '{code_verifier}' }),
      access: 1800,
      renewal,
    },
    user_public: {
      label: 'A person, application without a secret',
      help: 'ServiceNow renews only for applications with a secret: a person authorizes again when the token ends.',
      grant: 'authorization_code',
      client: { see: ['code'], because: 'the code verifier stands in the place of the secret', auth: ['none'] },
      authorize: authorize('required'),
      token: exchange({ code_verifier: '{code_verifier}' }),
      access: 1800,
      renewal: { see: ['code'], because: 'renewal is for clients with a secret alone', by: 'none', rotates: 'never' },
    },
    password: {
      label: 'User name and password',
      help: 'The legacy way, for integration users without single sign-on or a second factor.',
      grant: 'password',
      token: {
        see: ['requests'],
        url,
        body: { form: { grant_type: 'password', username: '{user_name}', password: '{password}' } },
      },
      access: 1800,
      renewal,
    },
  },
  redirects: [
    {
      see: ['code'],
      back: ['callback', 'relay', 'paste', 'loopback'],
      port: 'registered',
      confidence: 'medium',
      because: 'compared with the redirect URL of the registry; pages show https and http',
    },
  ],
  api: { see: ['code'], base: api, send: { authorization: 'Bearer {token}' } },
  probes: [
    {
      see: ['code'],
      confidence: 'medium',
      because: 'the person’s own record, where the role may read it',
      name: 'person',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${api}/table/sys_user`,
      headers: { accept: 'application/json' },
      query: {
        sysparm_query: 'user_name=javascript:gs.getUserName()',
        sysparm_fields: 'user_name,name,email',
        sysparm_limit: '1',
      },
      who: ['result.0.user_name', 'result.0.email'],
    },
  ],
  errors: [
    {
      see: ['refused', 'requests'],
      confidence: 'medium',
      because: 'ServiceNow writes server_error for refusals that no retry repairs',
      on: ['renew'],
      status: [400, 401],
      match: { error: ['server_error', 'invalid_grant'] },
      means: 'dead',
      cause:
        'The refresh token is over: its lifespan has passed, it was revoked, or the person is locked out or inactive.',
      remedy: 'Look at Manage Tokens and at the person in the instance, then authorize again.',
    },
    {
      see: ['refused', 'enabling'],
      confidence: 'medium',
      because: 'ServiceNow writes server_error for refusals that no retry repairs',
      on: ['token'],
      status: [400, 401],
      match: { error: ['server_error', 'access_denied', 'unauthorized_client'] },
      means: 'configuration',
      cause:
        'The instance refused without saying why: secret or password wrong, the person locked out, client credentials switched off, or no OAuth Application User.',
      remedy:
        'Check client id and secret of this very instance, the property for client credentials and the OAuth Application User; the system log of the instance names the reason.',
    },
    {
      see: ['requests'],
      confidence: 'medium',
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause: 'Client id and secret are no pair, or belong to another instance.',
      remedy: 'Copy both anew from the application registry of this instance.',
    },
    {
      see: ['code'],
      confidence: 'medium',
      on: ['api'],
      status: [401],
      means: 'dead',
      cause: 'The token has ended or was revoked, or the person became inactive.',
      remedy: 'Let jobs read the token anew for every run; if that does not help, authorize again.',
    },
    {
      see: ['answers'],
      confidence: 'medium',
      on: ['api'],
      status: [403],
      means: 'denied',
      cause: 'The person lacks the role for this table, or an API access policy refuses it.',
      remedy: 'Give the person or the OAuth Application User the role, or have the policy changed.',
    },
  ],
  traps: [
    'Lifetimes belong to the instance: both are set in its application registry.',
    'While a token lives, asking again brings the same one with less time left.',
    'Registrations are not copied between instances, and a clone from production replaces those of the test instance.',
    'Client credentials are off until a system property switches them on.',
    'The body must be a form: JSON is answered with an error that says nothing.',
    'A token may do all that its person may; choose an integration user with few roles.',
    'Tokens are revoked in the instance, under System OAuth, Manage Tokens.',
  ],
} satisfies Provider
