import type { Call, Client, Provider } from '../provider/provider.ts'

const api = 'https://{account}.suitetalk.api.netsuite.com/services/rest'
const tokenUrl = `${api}/auth/oauth2/v1/token`

/** The certificate signs the way's own assertion; no Authorization header, no second proof. */
const machine: Client = {
  see: ['certificates', 'request_token'],
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

export default {
  id: 'netsuite',
  name: 'NetSuite',
  aliases: ['Oracle NetSuite', 'SuiteTalk', 'SuiteQL'],
  category: 'erp',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    overview: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_158081944642.html',
      checked: '2026-11-22',
    },
    step_two: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_158081952044.html',
      checked: '2026-11-22',
      note: 'code exchange and refresh',
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
      note: 'mapping and keys',
    },
    integration: {
      url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_157771733782.html',
      checked: '2026-11-22',
      note: 'integration records, redirect URIs, scopes',
    },
    validity: {
      url: 'https://netsuitechangelog.com/',
      checked: '2026-11-22',
      note: '2026.1: validity of refresh tokens can be set on the integration record',
    },
  },
  console: {
    url: 'https://{account}.app.netsuite.com/app/common/integration/integrapp.nl',
    steps: [
      'Setup, Company, Enable Features, SuiteCloud: switch on OAuth 2.0 and REST Web Services.',
      'Setup, Integration, Manage Integrations, New. For unattended jobs tick Client Credentials (Machine to Machine) Grant; for a person tick Authorization Code Grant and enter the redirect URI exactly as Evergrant shows it: https only, http is refused.',
      'Tick the scopes (REST Web Services, RESTlets, SuiteAnalytics Connect), save, and copy client id and secret at once: they are shown a single time.',
      'Machine to machine: Setup, Integration, Manage Authentication, OAuth 2.0 Client Credentials (M2M) Setup, Create New: choose user, role and the integration, and upload the certificate that Evergrant made. Copy the certificate id from the list.',
      'The role needs Log in using OAuth 2.0 Access Tokens and REST Web Services.',
      'Sandbox and release preview need their own mapping; a refresh of the sandbox wipes it.',
    ],
  },
  values: {
    account: {
      label: 'Account id',
      help: 'as NetSuite shows it, 1234567_SB1 for a sandbox',
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
    refresh_hours: {
      label: 'Refresh token validity (hours)',
      help: 'as set on the integration record; 168 (7 days) where nothing can be set',
      default: '168',
      shape: 'digits',
    },
  },
  hosts: {
    token: ['*.suitetalk.api.netsuite.com'],
    api: ['*.suitetalk.api.netsuite.com', '*.restlets.api.netsuite.com'],
  },
  client: {
    see: ['step_two'],
    id: { label: 'Client id (consumer key)' },
    secret: { label: 'Client secret (consumer secret)' },
    auth: ['client_secret_basic', 'none'],
  },
  scopes: {
    see: ['integration', 'overview'],
    separator: ' ',
    preset: ['rest_webservices'],
    known: {
      rest_webservices: 'REST records and SuiteQL',
      restlets: 'RESTlets',
      suite_analytics: 'SuiteAnalytics Connect',
      mcp: 'AI connector; cannot be combined with others',
    },
  },
  ways: {
    machine: {
      label: 'Machine to machine (certificate)',
      help: 'For unattended jobs: no person, and nothing that dies after a week.',
      grant: 'client_credentials',
      client: machine,
      assertion: {
        see: ['request_token'],
        because: 'scope is a claim; RS256 appears in old examples and is refused',
        alg: ['PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'],
        header: { typ: 'JWT', kid: '{certificate_id}' },
        claims: { iss: '{client_id}', scope: '{scopes}', aud: tokenUrl },
        // At most an hour; a short one leaves less to steal.
        life: 300,
        scopeSeparator: ',',
      },
      token: {
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
      },
      access: 3600,
      renewal: { see: ['token_request'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
    user: {
      label: 'A person',
      help: 'The refresh token dies after the hours set at NetSuite; prefer machine to machine for jobs.',
      grant: 'authorization_code',
      authorize: {
        see: ['overview'],
        because: 'the address without the account lets the person choose it; the callback then names it',
        url: 'https://system.netsuite.com/app/login/oauth2/authorize.nl',
        pkce: 'optional',
        params: {
          scope: '{scope}',
          redirect_uri: '{redirect_uri}',
          response_type: 'code',
          client_id: '{client_id}',
          state: '{state}',
          'code_challenge?': '{code_challenge}',
          'code_challenge_method?': '{code_challenge_method}',
        },
      },
      token: exchange,
      access: 3600,
      renewal: {
        see: ['step_two', 'validity'],
        confidence: 'medium',
        because: 'a new refresh token is documented for public clients only, where each works once',
        by: 'refresh_token',
        rotates: 'unknown',
        reuse: 'unknown',
        oldAccess: 'unknown',
        ends: { hard: { input: 'refresh_hours', unit: 'h' }, from: 'authorization' },
        call: {
          see: ['step_two'],
          url: tokenUrl,
          body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
        },
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
    see: ['overview'],
    base: api,
    send: { authorization: 'Bearer {token}' },
  },
  probes: [
    {
      see: ['overview'],
      confidence: 'medium',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${api}/record/v1/metadata-catalog`,
      headers: { accept: 'application/json' },
    },
  ],
  revoke: [
    {
      see: ['overview'],
      url: `${api}/auth/oauth2/v1/revoke`,
      body: { form: { token: '{refresh_token}' } },
    },
  ],
  errors: [
    {
      see: ['token_request', 'certificates'],
      confidence: 'medium',
      on: ['token'],
      match: { error: ['invalid_grant', 'invalid_client', 'invalid_request'] },
      means: 'configuration',
      cause:
        'The mapping of user, role and certificate is missing or revoked, the certificate has ended, the key is not one NetSuite takes, or the clock is off.',
      remedy: 'Check M2M Setup in this very account, the certificate id, and the time of this machine.',
    },
    {
      see: ['step_two'],
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The refresh token is over: its hours have passed, or the authorization was revoked.',
      remedy: 'Authorize again, or use machine to machine.',
    },
    {
      see: ['overview'],
      confidence: 'medium',
      on: ['api'],
      status: [401],
      match: { 'o:errorDetails.0.o:errorCode': ['INVALID_LOGIN', 'INVALID_LOGIN_ATTEMPT'] },
      means: 'denied',
      cause: 'The role lacks Log in using OAuth 2.0 Access Tokens or REST Web Services.',
      remedy: 'Add the permissions to the role.',
    },
  ],
  traps: [
    'Client id and secret are shown once, when the integration is saved.',
    'The certificate lives two years at most; NetSuite cuts longer ones.',
    'A mapping is not copied to sandbox or release preview, and a refresh of the sandbox wipes it.',
    'The host without the account id fails for tokens and data.',
    'The refresh token of a person ends after a fixed time however often it is used.',
  ],
} satisfies Provider
