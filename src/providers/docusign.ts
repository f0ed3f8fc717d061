import type { Call, Provider, Step, Way } from '../provider/provider.ts'

const site = 'https://{sign_in_host}/oauth'
const bearer = { header: 'Bearer {token}' }

/** DocuSign limits these by the hour, and what they say changes seldom. */
const userInfo: Step = {
  see: ['user_info'],
  because: 'the host of the API and the account are known only here; a person may have several accounts',
  name: 'user_info',
  run: { every: 86_400 },
  gives: 'values',
  method: 'GET',
  auth: bearer,
  url: `${site}/userinfo`,
  take: {
    account_id: 'accounts.0.account_id',
    account_name: 'accounts.0.account_name',
    base_uri: 'accounts.0.base_uri',
  },
}

const authorize = (pkce: 'required' | 'optional'): NonNullable<Way['authorize']> => ({
  see: ['code', 'public'],
  url: `${site}/auth`,
  pkce,
  params: {
    response_type: 'code',
    scope: '{scope}',
    client_id: '{client_id}',
    state: '{state}',
    redirect_uri: '{redirect_uri}',
    'code_challenge?': '{code_challenge}',
    'code_challenge_method?': '{code_challenge_method}',
  },
})

const exchange = (more: Record<string, string>): Call => ({
  see: ['code', 'public'],
  because: 'without redirect_uri, as the page shows it',
  url: `${site}/token`,
  body: { form: { grant_type: 'authorization_code', code: '{code}', ...more } },
})

const renewal: Way['renewal'] = {
  see: ['refresh'],
  confidence: 'medium',
  because:
    'each renewal brings a new refresh token; 30 days start anew with the scope extended alone, and what becomes of the one before is not said',
  by: 'refresh_token',
  rotates: 'always',
  reuse: 'unknown',
  oldAccess: 'unknown',
  extends: 'maybe',
  ends: { idle: 2_592_000, from: 'renewal' },
  call: {
    see: ['refresh'],
    url: `${site}/token`,
    body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
  },
}

export default {
  id: 'docusign',
  name: 'DocuSign',
  aliases: ['Docusign', 'DocuSign eSignature'],
  category: 'documents',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    jwt: {
      url: 'https://developers.docusign.com/platform/auth/jwt-get-token',
      checked: '2026-11-22',
      note: 'claims, consent that is given once, no refresh token, five key pairs at most',
    },
    code: {
      url: 'https://developers.docusign.com/platform/auth/confidential-authcode-get-token',
      checked: '2026-11-22',
      note: 'with a secret; PKCE optional',
    },
    public: {
      url: 'https://developers.docusign.com/platform/auth/authcode/public-authcode-get-token',
      checked: '2026-11-22',
      note: 'without a secret, with PKCE',
    },
    refresh: {
      url: 'https://www.docusign.com/blog/developers/authorization-code-grant-refresh-tokens',
      checked: '2026-11-22',
      note: 'literal answer of 8 hours, 30 days, the scope extended',
    },
    user_info: {
      url: 'https://developers.docusign.com/platform/auth/reference/user-info',
      checked: '2026-11-22',
      note: 'accounts and base_uri; limited by the hour',
    },
    service: {
      url: 'https://docs.sim.ai/integrations/docusign-service-account',
      checked: '2026-11-22',
      note: 'how a key pair and the consent are made; keys are shown a single time',
    },
  },
  console: {
    url: 'https://admindemo.docusign.com/apps-and-keys',
    steps: [
      'Apps and Keys of the account (developer accounts: admindemo.docusign.com): Add app and integration key. The key is the client id.',
      'For jobs: Service Integration, Upload RSA, and give the public key that Evergrant shows; five pairs at most. Copy the user id of the person to act as from the top of the page.',
      'Redirect URIs: enter the redirect URI exactly as Evergrant shows it; consent needs one too.',
      'For jobs, once: open https://account-d.docusign.com/oauth/auth?response_type=code&scope=signature%20impersonation&client_id=INTEGRATION_KEY&redirect_uri=REDIRECT_URI as that person and allow it (account.docusign.com in production).',
      'For people: Authorization Code Grant, Add secret key, and copy it: it is shown a single time. Without a secret answer No to the question whether the app can keep one.',
      'Keys work in the developer environment until the app has passed the go-live review.',
    ],
  },
  values: {
    environment: {
      label: 'Environment',
      help: 'integration keys, people and consents of one are unknown to the other until go-live',
      default: 'production',
      choices: [
        { value: 'production', label: 'Production', sets: { sign_in_host: 'account.docusign.com' } },
        { value: 'demo', label: 'Developer (demo)', sets: { sign_in_host: 'account-d.docusign.com' } },
      ],
    },
    sign_in_host: { label: 'Sign-in host', from: ['choice.environment'], shape: 'domain' },
    user_id: {
      label: 'User id to act as',
      help: 'a GUID, at the top of Apps and Keys or with the user; not the e-mail address',
      example: '4799e5e9-0000-4000-8000-cf4713bbcacc',
      make: ['lower'],
      shape: 'guid',
    },
    account_id: {
      label: 'Account id',
      help: 'the first account of the person unless another is given',
      example: 'a4ec37d6-0000-4000-8000-143885c220e1',
      from: ['person', 'answer'],
      make: ['lower'],
      shape: 'guid',
      shown: true,
      optional: true,
      pick: {
        see: ['user_info'],
        method: 'GET',
        auth: bearer,
        url: `${site}/userinfo`,
        list: 'accounts',
        value: 'account_id',
        label: 'account_name',
      },
    },
    account_name: { label: 'First account', from: ['answer'], shown: true, optional: true },
    base_uri: {
      label: 'Host of the API (base_uri)',
      help: 'DocuSign says it right after the authorization; of another account than the first it must be given',
      example: 'https://na2.docusign.net',
      from: ['person', 'answer'],
      shape: 'url',
      shown: true,
      optional: true,
    },
  },
  hosts: { token: ['account.docusign.com', 'account-d.docusign.com'], api: ['*.docusign.net'] },
  client: {
    see: ['code'],
    id: { label: 'Integration key' },
    secret: { label: 'Secret key', help: 'shown once, when it is made' },
    auth: ['client_secret_basic'],
  },
  scopes: {
    see: ['code', 'refresh'],
    separator: ' ',
    preset: ['signature', 'extended'],
    known: {
      signature: 'Envelopes, templates and documents',
      extended: 'Refresh tokens that start their 30 days anew with each renewal',
      impersonation: 'Act as the person without them (JWT)',
      'click.manage': 'Clickwraps',
      'click.send': 'Send clickwraps',
      organization_read: 'The organization and its accounts',
      user_read: 'People of the organization',
      user_write: 'Create and change people of the organization',
    },
  },
  ways: {
    machine: {
      label: 'An integration acting as one person (JWT)',
      help: 'For unattended jobs: the person consents once, and no refresh token can die.',
      grant: 'jwt_bearer',
      client: {
        see: ['jwt', 'service'],
        because: 'the key pair is the only proof',
        id: { label: 'Integration key' },
        auth: ['none'],
        key: { algs: ['RS256'], bits: [2048, 3072, 4096] },
      },
      scopes: {
        see: ['jwt'],
        separator: ' ',
        preset: ['signature', 'impersonation'],
        known: {
          signature: 'Envelopes, templates and documents',
          impersonation: 'Act as the person without them; always needed here',
          'click.manage': 'Clickwraps',
          organization_read: 'The organization and its accounts',
          user_read: 'People of the organization',
          user_write: 'Create and change people of the organization',
        },
      },
      assertion: {
        see: ['jwt'],
        because: 'the audience is the host alone, without https and path',
        alg: ['RS256'],
        claims: { iss: '{client_id}', sub: '{user_id}', aud: '{sign_in_host}', scope: '{scope}' },
        // An hour at most.
        life: 3600,
      },
      token: {
        see: ['jwt'],
        auth: 'none',
        url: `${site}/token`,
        body: {
          form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: '{assertion}' },
        },
      },
      steps: [userInfo],
      access: 3600,
      renewal: { see: ['jwt'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
    user: {
      label: 'A person',
      help: 'Eight hours at a time; lasts as long as it is renewed within 30 days, which Evergrant does.',
      grant: 'authorization_code',
      authorize: authorize('optional'),
      token: exchange({ 'code_verifier?': '{code_verifier}' }),
      steps: [userInfo],
      access: 28_800,
      renewal,
    },
    user_public: {
      label: 'A person, app without a secret',
      grant: 'authorization_code',
      client: {
        see: ['public'],
        because: 'the code verifier stands in the place of the secret',
        id: { label: 'Integration key' },
        auth: ['none'],
      },
      authorize: authorize('required'),
      token: exchange({ code_verifier: '{code_verifier}' }),
      steps: [userInfo],
      access: 28_800,
      renewal,
    },
  },
  redirects: [
    {
      see: ['code', 'jwt'],
      confidence: 'medium',
      back: ['callback', 'relay', 'paste', 'loopback'],
      port: 'registered',
      because:
        'compared with those of the app; samples of the vendor use http://localhost in the developer environment',
    },
  ],
  api: {
    see: ['user_info'],
    base: '{base_uri}/restapi/v2.1/accounts/{account_id}',
    send: { authorization: 'Bearer {token}' },
  },
  probes: [
    {
      see: ['user_info'],
      name: 'person',
      method: 'GET',
      auth: bearer,
      url: `${site}/userinfo`,
      who: ['name', 'email', 'sub'],
    },
  ],
  errors: [
    {
      see: ['jwt'],
      on: ['token'],
      match: { error: ['consent_required'] },
      means: 'denied',
      cause: 'The person has not allowed this integration to act for them, or not with these scopes.',
      remedy:
        'Open the consent address of Apps and Keys as that person, with signature and impersonation as scopes, then try again.',
    },
    {
      see: ['jwt'],
      confidence: 'medium',
      on: ['token'],
      match: {
        error: ['invalid_grant'],
        error_description: ['no_valid_keys_or_signatures', 'issuer_not_found', 'user_not_found', 'invalid_audience'],
      },
      means: 'configuration',
      cause:
        'The assertion was refused: the public key is not with this integration key, the user id is none here, or the environment is the other one.',
      remedy: 'Compare integration key, user id and environment, and upload the public key again under Apps and Keys.',
    },
    {
      see: ['code'],
      confidence: 'medium',
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The code was used before or is too old.',
      remedy: 'Authorize again.',
    },
    {
      see: ['refresh'],
      confidence: 'medium',
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The refresh token is over: 30 days have passed, since the authorization where extended was not asked for, or the person took the consent back.',
      remedy: 'Authorize again with the scope extended, or use JWT for unattended jobs.',
    },
    {
      see: ['code'],
      confidence: 'medium',
      on: ['token', 'renew'],
      match: { error: ['invalid_client', 'invalid_client_id', 'unauthorized_client'] },
      means: 'client',
      cause: 'Integration key and secret key are no pair, or the key has not passed go-live for this environment.',
      remedy: 'Compare the environment, then copy both anew from Apps and Keys.',
    },
    {
      see: ['refresh'],
      confidence: 'medium',
      on: ['api'],
      status: [401],
      means: 'dead',
      cause:
        'The token has ended, belongs to the other environment, or the request went to the host of another account.',
      remedy: 'Use the base address that Evergrant hands out; if that does not help, authorize again.',
    },
  ],
  warnings: [
    {
      see: ['refresh'],
      at: 'request',
      ways: ['user', 'user_public'],
      when: { lacksScopes: ['extended'] },
      says: 'Without the scope extended the authorization ends 30 days after it was given, however often it is renewed.',
      remedy: 'Add extended to the scopes.',
    },
    {
      see: ['jwt'],
      at: 'request',
      ways: ['machine'],
      when: { lacksScopes: ['impersonation'] },
      says: 'Without the scope impersonation DocuSign answers consent_required to every request.',
      remedy: 'Add impersonation to the scopes.',
      refuses: true,
    },
  ],
  traps: [
    'The host of the API belongs to the account: base_uri of userinfo, not the sign-in host.',
    'A person may belong to several accounts; the first is taken unless another one is given with its base_uri.',
    'userinfo is limited by the hour: it is asked once a day and kept.',
    'Integration keys live in the developer environment until go-live, and have another secret afterwards.',
    'The audience of the assertion is the host alone, without https.',
    'Consent is taken back under Connected apps by the person; there is no documented address to revoke a token.',
  ],
} satisfies Provider
