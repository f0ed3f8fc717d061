import type { Provider } from '../provider/provider.ts'

const checked = '2026-11-22'
const docs = 'https://auth0.com/docs'
const base = 'https://{domain}'

export default {
  id: 'auth0',
  name: 'Auth0',
  aliases: ['Okta Customer Identity Cloud'],
  category: 'identity',
  checked,
  tried: 'never',
  sources: {
    machine: {
      url: `${docs}/get-started/authentication-and-authorization-flow/client-credentials-flow/call-your-api-using-the-client-credentials-flow`,
      checked,
      note: 'request and answer with audience and organization',
    },
    refused: {
      url: 'https://gist.github.com/gdestuynder/1017c2147b9e12259028a975a1c39e77',
      checked,
      note: 'access_denied for scopes that the application was not granted',
    },
    grants: { url: `${docs}/get-started/applications/application-access-to-apis-client-grants`, checked },
    tokens: {
      url: `${docs}/secure/tokens/access-tokens`,
      checked,
      note: 'without audience the token is opaque and for userinfo alone; 24 hours unless the API says otherwise; a custom domain and the domain of the tenant are two issuers',
    },
    refresh: {
      url: `${docs}/secure/tokens/refresh-tokens/use-refresh-tokens`,
      checked,
      note: 'renewal with the secret in the body or with Basic; read in the vendor’s repository of its pages',
    },
    rotation: { url: `${docs}/secure/tokens/refresh-tokens/refresh-token-rotation`, checked },
    ends: {
      url: `${docs}/secure/tokens/refresh-tokens/configure-refresh-token-expiration`,
      checked,
      note: 'idle end 30 days by default, a year at most; a longest life that counts from the first',
    },
    offline: {
      url: `${docs}/secure/tokens/refresh-tokens/get-refresh-tokens`,
      checked,
      note: 'offline_access, and Allow Offline Access at the API',
    },
    revoke: { url: `${docs}/secure/tokens/refresh-tokens/revoke-refresh-tokens`, checked },
    over: {
      url: 'https://github.com/auth0/Auth0.swift/issues/819',
      checked,
      note: 'the answer to a refresh token that is over; with 403 in other reports',
    },
    key: {
      url: `${docs}/get-started/authentication-and-authorization-flow/authenticate-with-private-key-jwt`,
      checked,
      note: 'audience is the domain with a slash at its end; five minutes at most; Enterprise plans',
    },
  },
  console: {
    url: 'https://manage.auth0.com/#/applications',
    steps: [
      'For a machine: Applications, Create Application, Machine to Machine, and authorize it for the API with the permissions of the job.',
      'For a person: Create Application, Regular Web Application; Settings, Allowed Callback URLs: enter the redirect URI exactly as Evergrant shows it.',
      'For a person: at the API (Applications, APIs, Settings) switch on Allow Offline Access, and at the application under Advanced, Grant Types tick Refresh Token.',
      'Copy Domain, Client ID and Client Secret from Settings of the application, and Identifier from the API: it is the audience.',
    ],
  },
  values: {
    domain: {
      label: 'Domain',
      help: 'of the tenant, or its custom domain; tokens of one are not those of the other',
      example: 'example.eu.auth0.com',
      make: ['lower'],
      shape: 'domain',
      shown: true,
    },
    audience: {
      label: 'Audience (Identifier of the API)',
      help: 'to the letter, often with a slash at its end; https://DOMAIN/api/v2/ is the Management API of the tenant',
      example: 'https://api.example.com/',
      shape: 'text',
      shown: true,
      optional: true,
    },
    organization: {
      label: 'Organization',
      help: 'id or name, only where the application asks for one',
      example: 'org_9ybsU1dN2dKfDkBi',
      shape: 'slug',
      optional: true,
    },
    idle_days: {
      label: 'Days a refresh token lives unused',
      help: 'Refresh Token Expiration of the application; Auth0 begins with 30',
      default: '30',
      shape: 'digits',
    },
  },
  hosts: { token: ['{domain}'], api: ['{domain}'] },
  client: {
    see: ['refresh', 'key', 'revoke'],
    because: 'as chosen under Credentials of the application; one without a secret names itself alone',
    auth: ['client_secret_post', 'client_secret_basic', 'private_key_jwt', 'none'],
    key: { algs: ['RS256', 'RS384', 'PS256'], bits: [2048, 3072, 4096] },
    assertionAudience: 'https://{domain}/',
  },
  scopes: {
    see: ['offline', 'tokens'],
    because: 'beside these, the permissions of the API',
    separator: ' ',
    preset: ['openid', 'offline_access'],
    known: {
      openid: 'Who authorized',
      profile: 'Name and picture of the person',
      email: 'E-mail address of the person',
      offline_access: 'A refresh token',
    },
    refresh: 'offline_access',
  },
  ways: {
    machine: {
      label: 'A machine, for one API',
      help: 'No person. The audience names the API.',
      grant: 'client_credentials',
      scopes: {
        see: ['machine', 'grants'],
        because: 'permissions of the API; without any, all that were granted to the application come',
        separator: ' ',
        preset: [],
        known: {},
      },
      token: {
        see: ['machine'],
        because: 'audience is required',
        url: `${base}/oauth/token`,
        body: {
          form: {
            grant_type: 'client_credentials',
            audience: '{audience}',
            'scope?': '{scope}',
            'organization?': '{organization}',
          },
        },
      },
      access: 86_400,
      renewal: { see: ['machine'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
    user: {
      label: 'A person',
      grant: 'authorization_code',
      authorize: {
        see: ['offline', 'tokens'],
        because:
          'audience is Auth0’s own; without it no API takes the token; PKCE is taken by every kind of application',
        url: `${base}/authorize`,
        pkce: 'required',
        params: {
          'audience?': '{audience}',
          scope: '{scope}',
          response_type: 'code',
          client_id: '{client_id}',
          redirect_uri: '{redirect_uri}',
          state: '{state}',
          'organization?': '{organization}',
          code_challenge: '{code_challenge}',
          code_challenge_method: '{code_challenge_method}',
        },
      },
      token: {
        see: ['offline'],
        url: `${base}/oauth/token`,
        body: {
          form: {
            grant_type: 'authorization_code',
            code: '{code}',
            redirect_uri: '{redirect_uri}',
            code_verifier: '{code_verifier}',
          },
        },
      },
      access: 86_400,
      renewal: {
        see: ['rotation', 'ends', 'refresh'],
        because:
          'set at the application: fixed or rotating; under rotation a second use ends them all, but within an overlap that is 0 unless it is set',
        by: 'refresh_token',
        rotates: 'sometimes',
        reuse: 'kills_grant',
        oldAccess: 'lives',
        ends: { idle: { input: 'idle_days', unit: 'd' }, hard: 'unknown', from: 'renewal' },
        call: {
          see: ['refresh'],
          url: `${base}/oauth/token`,
          body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
        },
      },
    },
  },
  redirects: [
    {
      see: ['offline', 'tokens'],
      confidence: 'medium',
      back: ['callback', 'relay', 'paste', 'loopback'],
      port: 'registered',
      because:
        'compared with those of the application; http is taken for this machine as everywhere in its quickstarts',
    },
  ],
  api: {
    see: ['tokens'],
    because:
      'the token is for the API that the audience names, whose address Auth0 does not know; this is the Management API',
    base: `${base}/api/v2`,
    send: { authorization: 'Bearer {token}' },
  },
  probes: [
    {
      see: ['tokens'],
      because: 'with openid the token is for userinfo too',
      name: 'person',
      ways: ['user'],
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${base}/userinfo`,
      onlyScope: 'openid',
      who: ['email', 'name', 'sub'],
    },
  ],
  revoke: [
    {
      see: ['revoke'],
      because: 'refresh tokens alone: an access token lives to its end',
      ways: ['user'],
      url: `${base}/oauth/revoke`,
      body: { form: { token: '{refresh_token}' } },
    },
  ],
  errors: [
    {
      see: ['over', 'rotation', 'ends'],
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The refresh token is over: its days have passed, it was used before under rotation, it was revoked, or the person was blocked.',
      remedy: 'Authorize again; the log of the tenant names the reason.',
    },
    {
      see: ['offline'],
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The code was used before or is too old, or redirect URI or verifier is another.',
      remedy: 'Authorize again; if that does not help, compare the redirect URI with those of the application.',
    },
    {
      see: ['revoke', 'key'],
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause: 'Client ID and secret are no pair, or the application authenticates in another way.',
      remedy: 'Compare them with Settings, and the method with Credentials of the application.',
    },
    {
      see: ['refused', 'grants'],
      on: ['token'],
      match: { error: ['access_denied'] },
      means: 'configuration',
      cause:
        'There is no API with this audience, the application is not authorized for it, or not for a scope that was asked for.',
      remedy: 'Compare the audience to the letter, and authorize the application for the API with these permissions.',
    },
    {
      see: ['grants'],
      confidence: 'medium',
      on: ['token', 'renew', 'authorize'],
      match: { error: ['unauthorized_client'] },
      means: 'configuration',
      cause: 'The grant is not ticked at the application, or the redirect URI is none of its own.',
      remedy: 'Tick the grant under Advanced, Grant Types, and compare the callback URLs.',
    },
    {
      see: ['refresh'],
      on: ['renew', 'token'],
      match: { error: ['mfa_required'] },
      means: 'denied',
      cause: 'The tenant asks for a second factor at every renewal, which nobody is there to give.',
      remedy: 'Have an Action of the tenant leave renewals out, or use a machine.',
    },
  ],
  warnings: [
    {
      see: ['machine'],
      at: 'request',
      ways: ['machine'],
      when: { lacks: ['audience'] },
      says: 'Auth0 gives a machine no token without an audience.',
      remedy: 'Enter the identifier of the API.',
      refuses: true,
    },
    {
      see: ['tokens'],
      at: 'request',
      ways: ['user'],
      when: { lacks: ['audience'] },
      says: 'Without an audience the token is opaque, and no API but userinfo takes it.',
      remedy: 'Enter the identifier of the API, unless the tenant has a default audience.',
    },
  ],
  traps: [
    'The audience is compared to the letter: a missing slash at its end is another API.',
    'No refresh token comes unless the API allows offline access.',
    'A token of a custom domain is refused where one of the tenant’s own domain is expected.',
    'Access tokens cannot be revoked: they live to their end.',
    'Tokens of machines count towards the quota of the tenant, so jobs should share one.',
    'The domain given here must be the one that issues, not manage.auth0.com.',
  ],
} satisfies Provider
