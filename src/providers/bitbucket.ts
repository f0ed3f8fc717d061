import type { Call, Provider } from '../provider/provider.ts'

const checked = '2026-11-22'
const url = 'https://bitbucket.org/site/oauth2/access_token'
const api = 'https://api.bitbucket.org/2.0'

/** Since May 2026 the answer names its scopes as the RFC does; it said `scopes` before. */
const take: Call['take'] = { scope: { at: ['scope', 'scopes'] } }

export default {
  id: 'bitbucket',
  name: 'Bitbucket',
  aliases: ['Bitbucket Cloud', 'Atlassian Bitbucket'],
  category: 'development',
  checked,
  tried: 'never',
  sources: {
    oauth: {
      url: 'https://developer.atlassian.com/cloud/bitbucket/oauth-2',
      checked,
      note: 'as of 2026-02-24: addresses, requests of both grants with Basic',
    },
    consumers: { url: 'https://support.atlassian.com/bitbucket-cloud/docs/use-oauth-on-bitbucket-cloud/', checked },
    changes: {
      url: 'https://community.developer.atlassian.com/t/oauth-2-0-and-api-authentication-changes-for-bitbucket-cloud/99003',
      checked,
      note: 'enforced from 2026-05-04: rotating refresh tokens that end after three unused months, no refresh token with client credentials, which act as an app user, scope in place of scopes',
    },
    rotation: {
      url: 'https://github.com/git-ecosystem/git-credential-manager/pull/2433',
      checked,
      note: 'by a person of Atlassian, 2026-09-02: a refresh token that was used lives about ten minutes more; tokens longer than 2500 characters',
    },
    scopes: {
      url: 'https://developer.atlassian.com/cloud/bitbucket/bitbucket-cloud-rest-api-scopes',
      checked,
    },
    tokens: {
      url: 'https://www.atlassian.com/blog/bitbucket/enhancing-security-in-bitbucket-introducing-expiry-for-access-tokens',
      checked,
      note: 'access tokens of repositories, projects and workspaces: 365 days at most unless an admin allows more',
    },
    words: {
      url: 'https://github.com/drone/go-scm',
      checked,
      note: 'its tests quote the refusal of a client; other tools quote that of a consumer without callback address',
    },
    ended: {
      url: 'https://github.com/swoodford/migrate_bitbucket_server_to_bitbucket_cloud/issues/1',
      checked,
      note: 'the answer of the API to a token that has ended',
    },
  },
  console: {
    url: 'https://bitbucket.org/{workspace}/workspace/settings/api',
    steps: [
      'Open the workspace, Settings, Workspace settings, Apps and features, OAuth consumers, Add consumer.',
      'Callback URL: enter the redirect URI exactly as Evergrant shows it; the way of the workspace itself needs one too, any will do.',
      'Tick This is a private consumer for the way of the workspace itself.',
      'Tick the permissions the job needs: they belong to the consumer and are no part of the request.',
      'Save, open the consumer by its name, and copy Key and Secret.',
      'For a single repository, project or workspace: its settings, Security, Access tokens shows a token for the way with a pasted token.',
    ],
  },
  values: {
    workspace: {
      label: 'Workspace',
      help: 'what follows bitbucket.org in the address; jobs need it in most requests',
      example: 'my-team',
      make: ['lower'],
      shape: 'slug',
      shown: true,
      optional: true,
    },
  },
  hosts: { token: ['bitbucket.org'], api: ['api.bitbucket.org'] },
  client: {
    see: ['oauth', 'consumers'],
    id: { label: 'Key' },
    secret: { label: 'Secret' },
    auth: ['client_secret_basic'],
  },
  scopes: {
    see: ['scopes', 'consumers'],
    because: 'permissions are ticked at the consumer and are no part of the request; the answer names them',
    separator: ' ',
    preset: [],
    known: {},
    closed: true,
  },
  ways: {
    workspace: {
      label: 'The workspace of the consumer itself',
      help: 'No person, no refresh token. Acts as an app user and reaches what the workspace of the consumer owns.',
      grant: 'client_credentials',
      token: {
        see: ['oauth', 'changes'],
        url,
        body: { form: { grant_type: 'client_credentials' } },
        take,
      },
      access: 7200,
      renewal: { see: ['oauth', 'changes'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
    user: {
      label: 'A person',
      help: 'Lasts as long as it is renewed within three months, which Evergrant does.',
      grant: 'authorization_code',
      authorize: {
        see: ['oauth', 'consumers'],
        because: 'no scope: the consumer has them; PKCE is documented nowhere',
        url: 'https://bitbucket.org/site/oauth2/authorize',
        pkce: 'off',
        params: {
          client_id: '{client_id}',
          response_type: 'code',
          redirect_uri: '{redirect_uri}',
          state: '{state}',
        },
      },
      token: {
        see: ['oauth'],
        url,
        body: { form: { grant_type: 'authorization_code', code: '{code}', redirect_uri: '{redirect_uri}' } },
        take,
      },
      access: 7200,
      renewal: {
        see: ['changes', 'rotation'],
        confidence: 'medium',
        because:
          'announced for May 2026 and still being rolled out in September; a refresh token that was used ends about ten minutes later',
        by: 'refresh_token',
        rotates: 'always',
        grace: 600,
        reuse: 'refused',
        oldAccess: 'lives',
        // Three months, counted short.
        ends: { idle: 7_776_000, from: 'renewal' },
        call: {
          see: ['oauth'],
          url,
          body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
          take,
        },
      },
    },
    access_token: {
      label: 'An access token of a repository, project or workspace, pasted',
      help: 'Ends on the day set at its creation.',
      grant: 'pasted',
      access: 'unknown',
      renewal: {
        see: ['tokens'],
        because: 'an admin makes or rotates it; 365 days at most unless the workspace allows more',
        by: 'none',
        rotates: 'never',
      },
    },
  },
  redirects: [
    {
      see: ['consumers'],
      back: ['callback', 'relay', 'paste', 'loopback'],
      port: 'registered',
      because: 'must begin with the one callback address of the consumer',
    },
  ],
  api: { see: ['oauth', 'changes'], base: api, send: { authorization: 'Bearer {token}' } },
  probes: [
    {
      see: ['oauth', 'scopes'],
      name: 'workspace',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${api}/workspaces/{workspace}`,
      onlyWith: 'workspace',
      who: ['name', 'slug'],
    },
    {
      see: ['scopes'],
      because: 'wants the permission account',
      name: 'user',
      ways: ['user'],
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${api}/user`,
      onlyScope: 'account',
      who: ['display_name', 'uuid'],
    },
  ],
  errors: [
    {
      see: ['changes', 'rotation'],
      confidence: 'medium',
      on: ['renew'],
      match: { error: ['invalid_grant', 'invalid_request'] },
      means: 'dead',
      cause:
        'The refresh token was used before, was not used for three months, or the person took the authorization back.',
      remedy: 'Authorize again, and let nothing else renew with the same refresh token.',
    },
    {
      see: ['oauth'],
      confidence: 'medium',
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The code was used before or is too old; with client credentials, the consumer is not ticked as private.',
      remedy: 'Authorize again; with client credentials, tick This is a private consumer.',
    },
    {
      see: ['words'],
      on: ['token', 'renew'],
      match: { error: ['unauthorized_client', 'invalid_client'] },
      means: 'client',
      cause: 'Key and Secret are no pair, or the consumer was deleted.',
      remedy: 'Copy both anew from OAuth consumers in the settings of the workspace.',
    },
    {
      see: ['words'],
      on: ['token'],
      match: { error: ['invalid_request'] },
      means: 'configuration',
      cause: 'The consumer has no callback URL, which Bitbucket wants even where nobody comes back, or another one.',
      remedy: 'Enter a callback URL at the consumer.',
    },
    {
      see: ['ended'],
      on: ['api'],
      status: [401],
      means: 'dead',
      cause: 'The token has ended or was taken back.',
      remedy: 'Let jobs read the token anew for every run; if that does not help, authorize again.',
    },
    {
      see: ['scopes', 'changes'],
      on: ['api'],
      status: [403],
      means: 'denied',
      cause: 'The consumer lacks a permission for this, or its app user does not reach what another workspace owns.',
      remedy: 'Tick the permission at the consumer and authorize again, or connect as a person.',
    },
  ],
  traps: [
    'This is not the sign-in of Jira and Confluence: consumers, hosts and scopes are others.',
    'Permissions belong to the consumer: a change there asks for a new authorization.',
    'Tokens may be longer than 2500 characters since 2026: mind columns and headers that keep them.',
    'The token is taken in the Authorization header alone, no longer in the query or the body.',
    'A consumer of a personal workspace reaches only what that workspace owns when it asks for itself.',
    'There is no address to revoke a token: the person takes the authorization back in the settings of Bitbucket.',
  ],
} satisfies Provider
