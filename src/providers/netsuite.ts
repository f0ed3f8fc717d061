import type { Assertion, Call, Client, Provider, Way } from '../provider/provider.ts'

const api = 'https://{account}.suitetalk.api.netsuite.com/services/rest'
const tokenUrl = `${api}/auth/oauth2/v1/token`
const connectUrl = 'https://{account}.connect.api.netsuite.com'

/** The certificate signs the way's own assertion; no Authorization header, no second proof. */
const machine: Client = {
  see: ['conditions', 'certificates', 'request_token'],
  because: 'the assertion is made by the way itself, because scope is one of its claims',
  id: { label: 'Client id (consumer key)' },
  auth: ['none'],
  key: {
    algs: ['PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'],
    bits: [3072, 4096],
    curves: ['P-256', 'P-384', 'P-521'],
    certificate: { maxDays: 730 },
  },
}

const assertion = {
  see: ['request_token'],
  because: 'scope is a claim; RS256 appears in old examples and is refused',
  alg: ['PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'],
  header: { typ: 'JWT', kid: '{certificate_id}' },
  claims: { iss: '{client_id}', scope: '{scopes}', aud: tokenUrl },
  // Less than an hour; a short one leaves less to steal.
  life: 300,
  scopeSeparator: ',',
} satisfies Assertion

const issue: Call = {
  see: ['token_request'],
  because: 'the assertion is the only proof',
  auth: 'none',
  url: tokenUrl,
  body: {
    form: {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: '{assertion}',
    },
  },
}

const reissue: Way['renewal'] = { see: ['token_request'], by: 'reissue', rotates: 'never', oldAccess: 'lives' }

const authorize = (pkce: 'required' | 'optional'): NonNullable<Way['authorize']> => ({
  see: ['step_one', 'pkce_2027'],
  because:
    'the address without the account lets the person choose it; the callback then names it. Public clients must send a challenge, and new integrations from 2027.1 as an integrator reads the release notes',
  url: 'https://{sign_in_host}/app/login/oauth2/authorize.nl',
  pkce,
  params: {
    scope: '{scope}',
    redirect_uri: '{redirect_uri}',
    response_type: 'code',
    client_id: '{client_id}',
    state: '{state}',
    'prompt?': '{prompt}',
    'code_challenge?': '{code_challenge}',
    'code_challenge_method?': '{code_challenge_method}',
  },
})

const exchange: Call = {
  see: ['step_two'],
  url: tokenUrl,
  body: {
    form: {
      code: '{code}',
      redirect_uri: '{redirect_uri}',
      grant_type: 'authorization_code',
      'code_verifier?': '{code_verifier}',
    },
  },
}

const refresh: Call = {
  see: ['refresh'],
  url: tokenUrl,
  body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
}

export default {
  id: 'netsuite',
  name: 'NetSuite',
  aliases: ['Oracle NetSuite', 'SuiteTalk', 'SuiteQL', 'SuiteAnalytics Connect'],
  category: 'erp',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    step_one: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_158081944642.html',
      checked: '2026-11-22',
      note: 'authorization request, scopes',
    },
    step_two: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_158081952044.html',
      checked: '2026-11-22',
      note: 'code exchange',
    },
    refresh: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_158082518856.html',
      checked: '2026-11-22',
      note: 'refresh request, literal; public clients send client_id without Authorization and get a refresh token for one use',
    },
    revoke: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_161071224088.html',
      checked: '2026-11-22',
    },
    token_request: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_162755359851.html',
      checked: '2026-11-22',
      note: 'client credentials request and answer, literal',
    },
    request_token: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_162790605110.html',
      checked: '2026-11-22',
      note: 'header and claims of the assertion',
    },
    certificates: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_162686838198.html',
      checked: '2026-11-22',
      note: 'mapping of user, role and integration',
    },
    conditions: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/subsect_162755332391.html',
      checked: '2026-11-22',
      note: 'key lengths, two years at most, mails before the end, one certificate for one integration, role and entity',
    },
    integration: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_157771733782.html',
      checked: '2026-11-22',
      note: 'integration records, redirect URIs, scopes',
    },
    oidc: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_160855585734.html',
      checked: '2026-11-22',
      note: 'scopes openid and email, where NetSuite tells who signed in',
    },
    connect: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/article_0907013045.html',
      checked: '2026-11-22',
      note: 'SuiteAnalytics Connect with OAuth 2.0; two public clients name its host as audience and ask the usual token address',
    },
    validity: {
      url: 'https://netsuitechangelog.com/articles/create-integration-records-oauth-2-0-netsuite',
      checked: '2026-11-22',
      note: '2026.1: validity of refresh tokens 1 to 720 hours (48 if untouched), time for rotation 1 to 720 hours (168); records of confidential clients are shown with 168 and no rotation',
    },
    releases: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_158921905537.html',
      checked: '2026-11-22',
      note: '25.2: settable validity, mails before a certificate ends; 2026.1: five active certificates, several redirect URIs',
    },
    pkce_2027: {
      url: 'https://adaptivesuitesolutions.com/release-notes/2026-1-authentication-oauth2-tba-sunset-pkce-dcr',
      checked: '2026-11-22',
      note: 'an integrator on the release notes: PKCE is required of new integrations from 2027.1',
    },
    step_one_errors: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/subsect_161252455245.html',
      checked: '2026-11-22',
    },
    audit_trail: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/subsect_158711892221.html',
      checked: '2026-11-22',
      note: 'the true reason of a refusal stands in the Login Audit Trail; a state has 22 to 1024 characters',
    },
    api_errors: {
      url: 'https://adaptivesuitesolutions.com/blog/netsuite-401-not-credentials',
      checked: '2026-11-22',
      note: 'INVALID_LOGIN is also the answer to tokens that ended and to requests with a Cookie header',
    },
  },
  console: {
    url: 'https://{account}.app.netsuite.com/app/common/integration/integrapp.nl',
    steps: [
      'Setup, Company, Enable Features, SuiteCloud: switch on OAuth 2.0 and REST Web Services.',
      'Setup, Integration, Manage Integrations, New. For unattended jobs tick Client Credentials (Machine to Machine) Grant; for a person tick Authorization Code Grant and enter the redirect URI exactly as Evergrant shows it: https only, http is refused.',
      'For a person: note Refresh Token Validity and Maximum Time for Token Rotation as they are set there, in hours, and give them here. Tick Public Client only if there shall be no secret.',
      'Tick the scopes (REST Web Services, RESTlets, SuiteAnalytics Connect), save, and copy client id and secret at once: they are shown a single time.',
      'Machine to machine: Setup, Integration, Manage Authentication, OAuth 2.0 Client Credentials (M2M) Setup, Create New: choose user, role and the integration, and upload the certificate that Evergrant made. Copy the certificate id from the list. An integration holds five active certificates.',
      'The role needs Log in using OAuth 2.0 Access Tokens and REST Web Services; for SuiteAnalytics Connect also SuiteAnalytics Connect.',
      'Sandbox and release preview need their own mapping; a refresh of the sandbox wipes it.',
    ],
  },
  values: {
    account: {
      label: 'Account id',
      help: 'as NetSuite shows it, 1234567_SB1 for a sandbox, 1234567_RP for a release preview',
      example: '1234567_SB1',
      from: ['person', 'callback.company'],
      make: ['lower', 'underscore_to_dash'],
      shape: 'host_label',
      shown: true,
    },
    certificate_id: {
      label: 'Certificate id',
      help: 'shown in the list of OAuth 2.0 Client Credentials (M2M) Setup once the certificate is uploaded',
      shape: 'slug',
    },
    sign_in_host: {
      label: 'Host to sign in at',
      help: 'system.netsuite.com lets the person choose the account; single sign-on needs the host of the account, such as 1234567-sb1.app.netsuite.com',
      default: 'system.netsuite.com',
      make: ['lower'],
      shape: 'domain',
    },
    prompt: {
      label: 'Prompt',
      optional: true,
      choices: [
        { value: 'consent', label: 'Ask for consent again' },
        { value: 'login', label: 'Ask for the password again (at the host of the account only)' },
      ],
    },
    refresh_hours: {
      label: 'Refresh token validity (hours), integration with a secret',
      help: 'as set on the integration record, 1 to 720; 168 (7 days) where nothing was set',
      default: '168',
      shape: 'digits',
    },
    public_hours: {
      label: 'Refresh token validity (hours), public client',
      help: 'as set on the integration record, 1 to 720; 48 where nothing was set',
      default: '48',
      shape: 'digits',
    },
    rotation_hours: {
      label: 'Maximum time for token rotation (hours), public client',
      help: 'as set on the integration record, 1 to 720; 168 (7 days) where nothing was set. The person must approve again after it',
      default: '168',
      shape: 'digits',
    },
    role: {
      label: 'Role id',
      help: 'comes with the authorization: the role in which the person approved',
      from: ['callback.role'],
      shape: 'digits',
      shown: true,
      optional: true,
    },
    entity: {
      label: 'Entity id',
      help: 'comes with the authorization: the person who approved',
      from: ['callback.entity'],
      shape: 'digits',
      shown: true,
      optional: true,
    },
  },
  hosts: {
    token: ['*.suitetalk.api.netsuite.com'],
    api: ['*.suitetalk.api.netsuite.com', '*.restlets.api.netsuite.com', '*.connect.api.netsuite.com'],
  },
  client: {
    see: ['step_two', 'refresh'],
    id: { label: 'Client id (consumer key)', help: 'shown once, when the integration is saved' },
    secret: { label: 'Client secret (consumer secret)', help: 'shown once, when the integration is saved' },
    auth: ['client_secret_basic'],
  },
  scopes: {
    see: ['step_one', 'integration', 'oidc'],
    separator: ' ',
    preset: ['rest_webservices'],
    known: {
      rest_webservices: 'REST records and SuiteQL',
      restlets: 'RESTlets',
      suite_analytics: 'SuiteAnalytics Connect',
      mcp: 'AI connector; cannot be combined with others',
      openid: 'Who authorized; integrations with NetSuite as OIDC provider',
      email: 'E-mail address of the person; integrations with NetSuite as OIDC provider',
    },
  },
  ways: {
    machine: {
      label: 'Machine to machine (certificate)',
      help: 'For unattended jobs: no person, and nothing that dies after a week.',
      grant: 'client_credentials',
      client: machine,
      scopes: {
        see: ['request_token'],
        because: 'the claim takes fewer scopes than the authorization page',
        separator: ' ',
        preset: ['rest_webservices'],
        known: {
          rest_webservices: 'REST records and SuiteQL',
          restlets: 'RESTlets',
          suite_analytics: 'SuiteAnalytics Connect; see the way for it',
        },
      },
      assertion,
      token: issue,
      access: 3600,
      renewal: reissue,
    },
    machine_connect: {
      label: 'Machine to machine, for SuiteAnalytics Connect',
      help: 'For ODBC and JDBC drivers, which take the token in place of a password.',
      grant: 'client_credentials',
      client: machine,
      scopes: {
        see: ['request_token', 'connect'],
        confidence: 'medium',
        because: 'Oracle names suite_analytics; public clients write SuiteAnalytics',
        separator: ' ',
        preset: ['suite_analytics'],
        known: {
          suite_analytics: 'SuiteAnalytics Connect',
          SuiteAnalytics: 'The same, as public clients write it',
        },
      },
      assertion: {
        ...assertion,
        see: ['request_token', 'connect'],
        confidence: 'medium',
        because: 'as for REST, but the audience names the host of the driver',
        claims: { ...assertion.claims, aud: `${connectUrl}/services/rest/auth/oauth2/v1/token` },
      },
      token: { ...issue, see: ['token_request', 'connect'] },
      api: { see: ['connect'], because: 'the driver sends the token itself', base: connectUrl, send: {} },
      access: 3600,
      renewal: reissue,
    },
    user: {
      label: 'A person',
      help: 'The refresh token dies after the hours set at NetSuite; prefer machine to machine for jobs.',
      grant: 'authorization_code',
      authorize: authorize('optional'),
      token: exchange,
      access: 3600,
      renewal: {
        see: ['refresh', 'validity', 'releases'],
        confidence: 'medium',
        because:
          'a new refresh token is documented for public clients only, so this one is kept; what else happens to it is not written, and the worst is planned for',
        by: 'refresh_token',
        rotates: 'unknown',
        reuse: 'unknown',
        oldAccess: 'unknown',
        ends: { hard: { input: 'refresh_hours', unit: 'h' }, from: 'authorization' },
        call: refresh,
      },
    },
    user_public: {
      label: 'A person, integration without a secret',
      help: 'For an integration with Public Client ticked: each refresh token works once and dies after days.',
      grant: 'authorization_code',
      client: {
        see: ['refresh', 'integration'],
        because: 'a public client names itself in the body, without an Authorization header',
        id: { label: 'Client id (consumer key)', help: 'shown once, when the integration is saved' },
        auth: ['none'],
      },
      authorize: authorize('required'),
      token: exchange,
      access: 3600,
      renewal: {
        see: ['refresh', 'validity'],
        confidence: 'medium',
        because:
          'each answer brings a refresh token for one use; the chain of them ends after the time for rotation. An older page says three hours where the record now says 48',
        by: 'refresh_token',
        rotates: 'always',
        reuse: 'unknown',
        oldAccess: 'unknown',
        ends: {
          idle: { input: 'public_hours', unit: 'h' },
          hard: { input: 'rotation_hours', unit: 'h' },
          from: 'authorization',
        },
        call: refresh,
      },
    },
  },
  redirects: [
    {
      see: ['integration'],
      back: ['callback', 'relay', 'paste', 'loopback'],
      port: 'registered',
      scheme: ['https'],
      because: 'http is refused, on this machine too',
    },
  ],
  api: {
    see: ['step_one', 'token_request'],
    base: api,
    send: { authorization: 'Bearer {token}' },
  },
  probes: [
    {
      see: ['token_request'],
      confidence: 'medium',
      because: 'the role needs REST Web Services; no record is read',
      name: 'catalogue',
      ways: ['machine', 'user', 'user_public'],
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${api}/record/v1/metadata-catalog`,
      headers: { accept: 'application/json' },
      onlyScope: 'rest_webservices',
    },
  ],
  revoke: [
    {
      see: ['revoke'],
      because:
        'ends the refresh token and the access tokens that came from it; machine to machine has nothing to revoke',
      ways: ['user', 'user_public'],
      url: `${api}/auth/oauth2/v1/revoke`,
      body: { form: { token: '{refresh_token}' } },
    },
  ],
  errors: [
    {
      see: ['step_one_errors'],
      on: ['authorize'],
      match: { error: ['access_denied'] },
      means: 'denied',
      cause: 'The person chose Deny or Back on the consent page, or the role may not approve.',
      remedy: 'Authorize again and choose Allow, in a role with Log in using OAuth 2.0 Access Tokens.',
    },
    {
      see: ['step_one_errors', 'audit_trail'],
      on: ['authorize'],
      match: { error: ['invalid_scope', 'invalid_request', 'unauthorized_client'] },
      means: 'configuration',
      cause:
        'The integration record does not allow this: a scope is not ticked there, Authorization Code Grant is off, it is blocked, or mcp is asked for with others.',
      remedy:
        'Compare the scopes with the integration record; Setup, Users/Roles, View Login Audit Trail names the reason.',
    },
    {
      see: ['audit_trail'],
      confidence: 'medium',
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause:
        'Client id and secret do not fit, or a public client sent a secret, or the certificate of machine to machine is not mapped to this client id.',
      remedy:
        'Copy client id and secret again (reset the credentials if they were not noted), or check the mapping in M2M Setup of this very account.',
    },
    {
      see: ['token_request', 'certificates', 'audit_trail'],
      confidence: 'medium',
      because: 'the answer gives no detail; the Login Audit Trail does',
      on: ['token'],
      match: { error: ['invalid_grant', 'invalid_request'] },
      means: 'configuration',
      cause:
        'Machine to machine: the mapping of user, role and certificate is missing or revoked, the certificate has ended, the key is not one NetSuite takes, or the clock is off. A person: the code was used or is too old, or the redirect URI differs.',
      remedy:
        'Look into the Login Audit Trail of this very account; check M2M Setup, the certificate id and the time of this machine.',
    },
    {
      see: ['refresh', 'audit_trail'],
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The refresh token is over: its hours have passed, it was used already (public client), the authorization was revoked, or the role or the person is inactive.',
      remedy: 'Authorize again, or use machine to machine.',
    },
    {
      see: ['api_errors'],
      confidence: 'medium',
      on: ['api'],
      status: [401],
      match: { 'o:errorDetails.0.o:errorCode': ['INVALID_LOGIN', 'INVALID_LOGIN_ATTEMPT'] },
      means: 'denied',
      cause:
        'The role lacks Log in using OAuth 2.0 Access Tokens or REST Web Services; the same answer comes for a token that ended and for a request that carries a Cookie header.',
      remedy: 'Add the permissions to the role, and let jobs send neither cookies nor tokens they kept.',
    },
  ],
  warnings: [
    {
      see: ['validity', 'refresh'],
      at: 'token',
      ways: ['user', 'user_public'],
      when: { endsWithin: 604_800 },
      says: 'NetSuite ends this authorization within seven days, however often it is used.',
      remedy: 'Use machine to machine for unattended jobs, or raise the hours on the integration record and here.',
    },
    {
      see: ['step_one'],
      at: 'request',
      ways: ['user', 'user_public'],
      when: { hasScopes: ['mcp'] },
      says: 'The scope mcp is for AI connectors, and NetSuite takes it only alone.',
      remedy: 'If other scopes are asked for too, remove mcp, or give it a connection of its own.',
    },
    {
      see: ['request_token'],
      at: 'request',
      ways: ['machine', 'machine_connect'],
      when: { hasScopes: ['mcp', 'openid', 'email'] },
      says: 'Machine to machine takes rest_webservices, restlets and suite_analytics alone; mcp, openid and email need a person.',
      remedy: 'Remove these scopes, or choose a way with a person.',
      refuses: true,
    },
  ],
  traps: [
    'Client id and secret are shown once, when the integration is saved.',
    'The certificate lives two years at most; NetSuite cuts longer ones, and mails administrators two months, one month and 14 days before.',
    'A certificate serves one integration in one role for one entity: another role needs another certificate.',
    'A mapping is not copied to sandbox or release preview, and a refresh of the sandbox wipes it.',
    'The host without the account id fails for tokens and data.',
    'The refresh token of a person ends after a fixed time however often it is used.',
    'Answers say little: the reason of a refusal stands in Setup, Users/Roles, View Login Audit Trail.',
    'A redirect URI that does not match, or an unknown client id, is refused on NetSuite’s own page and never comes back here.',
    'New integrations are said to need PKCE from 2027.1; Evergrant sends it already.',
  ],
} satisfies Provider
