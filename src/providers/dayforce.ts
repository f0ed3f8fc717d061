import type { Provider } from '../provider/provider.ts'

const metadata = 'https://{api_host}/api/{company_id}/V1/ClientMetadata'

export default {
  id: 'dayforce',
  name: 'DayForce',
  aliases: ['Dayforce', 'Dayforce HCM', 'Ceridian Dayforce'],
  category: 'hr',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    tokens: {
      url: 'https://help.dayforce.com/r/documents/Dayforce-RESTful-Web-Services-Developer-Guide/Token-Based-Authentication?contentId=ajtIdzQ~mTBGMKUbcJinig',
      checked: '2026-11-22',
      note: 'release R2025.2.1: a token of limited life that cannot be revoked',
    },
    use: {
      url: 'https://help.dayforce.com/r/documents/Dayforce-RESTful-Web-Services-Developer-Guide/Request-Dayforce-APIs-Using-an-Access-Token?contentId=asUg~g6IsGTc32du9iP3jg',
      checked: '2026-11-22',
      note: 'the word Bearer, and ClientMetadata as the example of a request',
    },
    identity: {
      url: 'https://developers.dayforce.com/Build/Dayforce-Security-Framework/Token-based-authentication.aspx',
      checked: '2026-11-22',
      note: 'behind a sign-in; read as quoted in the help text of a public PowerShell module: token addresses of the six environments, form fields, client id',
    },
    setup: {
      url: 'https://help.dayforce.com/r/ImplementationGuide/Dayforce-Implementation-Guide/HCM-Anywhere?contentId=itpTzEb7FWs1o4rEL9NtyA',
      checked: '2026-11-22',
      note: 'role features for web services',
    },
    connect: {
      url: 'https://docs.nango.dev/integrations/all/dayforce/connect',
      checked: '2026-11-22',
      note: 'where the company id stands, Is Default, field-level access',
    },
    life: {
      url: 'https://help-6719234.wisq.com/hc/en-us/articles/40553702893591-Dayforce',
      checked: '2026-11-22',
      note: 'an integrator’s guide: tokens live one hour',
    },
    answers: {
      url: 'https://github.com/goodeggs/dayforce-client',
      checked: '2026-11-22',
      note: 'a public client whose tests hold the answer of ClientMetadata; other public clients show regional hosts such as can63-services and cantest63-services',
    },
  },
  console: {
    steps: [
      'Nothing is registered at Dayforce: there is no app, no client secret and no redirect URI (none registered). What jobs need is a user of their own, made in the next steps by somebody with System Admin.',
      'System Admin, Roles, New role: under Features tick HCM Anywhere, Web Services, and Read Data (more only where jobs write).',
      'In that role, Web Services Field-Level Access: allow the fields that jobs read, XRefCode among them.',
      'System Admin, Users: make a user for these jobs alone, with a password of Dayforce itself (single sign-on does not work here), give it the role and tick Is Default for it.',
      'Give the role a password policy that does not let this password end, or note the day it ends.',
      'The company id (client namespace) stands in the address after sign-in: https://www.dayforcehcm.com/{company id}.',
    ],
  },
  values: {
    environment: {
      label: 'Environment',
      help: 'the first part of the address you sign in at; each has its own users',
      default: 'production',
      choices: [
        {
          value: 'production',
          label: 'Production (www)',
          sets: { id_host: 'dfid.dayforcehcm.com', api_host: 'www.dayforcehcm.com' },
        },
        {
          value: 'test',
          label: 'Test',
          sets: { id_host: 'dfidtst.np.dayforcehcm.com', api_host: 'test.dayforcehcm.com' },
        },
        {
          value: 'stage',
          label: 'Stage',
          sets: { id_host: 'dfidtst.np.dayforcehcm.com', api_host: 'stage.dayforcehcm.com' },
        },
        {
          value: 'config',
          label: 'Config',
          sets: { id_host: 'dfidconfig.np.dayforcehcm.com', api_host: 'config.dayforcehcm.com' },
        },
        {
          value: 'train',
          label: 'Train',
          sets: { id_host: 'dfidconfig.np.dayforcehcm.com', api_host: 'train.dayforcehcm.com' },
        },
        {
          value: 'touch',
          label: 'Touch',
          sets: { id_host: 'dfid.dayforcehcm.com', api_host: 'touch.dayforcehcm.com' },
        },
      ],
    },
    id_host: { label: 'Identity host', from: ['choice.environment'], shape: 'domain' },
    api_host: { label: 'First host of the API', from: ['choice.environment'], shape: 'domain' },
    company_id: {
      label: 'Company id (client namespace)',
      help: 'what you type first when you sign in; it stands in the address afterwards',
      example: 'acme',
      shape: 'slug',
      shown: true,
    },
    service_uri: {
      label: 'Address of the region (ServiceUri)',
      help: 'comes with the first token',
      example: 'https://usr57-services.dayforcehcm.com/api',
      from: ['answer'],
      shape: 'url',
      shown: true,
    },
  },
  hosts: {
    token: ['dfid.dayforcehcm.com', 'dfidtst.np.dayforcehcm.com', 'dfidconfig.np.dayforcehcm.com'],
    api: ['*.dayforcehcm.com'],
  },
  client: {
    see: ['identity'],
    because: 'every customer uses the same public client',
    id: { fixed: 'Dayforce.HCMAnywhere.Client' },
    auth: ['none'],
  },
  scopes: {
    see: ['identity'],
    because: 'the role of the user decides; the token request takes no scope',
    separator: ' ',
    known: {},
    closed: true,
    preset: [],
  },
  ways: {
    user: {
      label: 'A user of web services',
      help: 'For unattended jobs: user name and password of a Dayforce user made for them. No other grant for its web services is known; HTTP Basic with the same user on every call needs no token.',
      grant: 'password',
      token: {
        see: ['identity'],
        because: 'the company is a field of its own',
        url: 'https://{id_host}/connect/token',
        body: {
          form: {
            grant_type: 'password',
            companyId: '{company_id}',
            username: '{user_name}',
            password: '{password}',
            client_id: '{client_id}',
          },
        },
      },
      steps: [
        {
          see: ['use', 'answers'],
          because:
            'the first host sends every request on to the host of the region, and most programs drop the token on the way: jobs are told the region’s address instead',
          name: 'region',
          run: { every: 82_800 },
          gives: 'values',
          method: 'GET',
          url: metadata,
          auth: { header: 'Bearer {token}' },
          headers: { accept: 'application/json' },
          redirects: 'inside_hosts',
          take: { service_uri: 'ServiceUri' },
        },
      ],
      access: 3600,
      renewal: {
        see: ['identity', 'tokens', 'life'],
        confidence: 'medium',
        because: 'there is no refresh token: the same request is made again; the hour is an integrator’s word',
        by: 'reissue',
        rotates: 'never',
        oldAccess: 'lives',
      },
    },
  },
  api: {
    see: ['use', 'answers'],
    because: 'the page writes Bearer with a capital B; elsewhere at Dayforce a lower-case one is reported as refused',
    base: '{service_uri}/{company_id}/V1',
    send: { authorization: 'Bearer {token}', accept: 'application/json' },
  },
  probes: [
    {
      see: ['use'],
      because: 'the first host sends on to the region, which may see the token as well',
      name: 'metadata',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: metadata,
      headers: { accept: 'application/json' },
      redirects: 'inside_hosts',
      who: ['ServiceUri'],
    },
  ],
  errors: [
    {
      see: ['identity', 'setup'],
      confidence: 'medium',
      because:
        'Dayforce shows no error of the token address; its identity hosts publish the addresses of an ordinary OpenID Connect server, whose code is this',
      on: ['token', 'renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'User name, password or company id is wrong, the password has ended, the user is locked, signs in by single sign-on, or belongs to another environment.',
      remedy:
        'Sign in to this environment with the same company id, user and password in a browser; then give the password here again.',
    },
    {
      see: ['identity'],
      confidence: 'low',
      because: 'codes of RFC 6749, which an ordinary server gives for a client it does not know',
      on: ['token', 'renew'],
      match: { error: ['invalid_client', 'unauthorized_client'] },
      means: 'configuration',
      cause: 'The identity host does not know the client id Dayforce.HCMAnywhere.Client.',
      remedy: 'Check the environment; then ask Dayforce whether web services are switched on for the company.',
    },
    {
      see: ['setup', 'connect'],
      confidence: 'medium',
      on: ['api'],
      status: [401, 403],
      means: 'denied',
      cause:
        'The default role of the user lacks HCM Anywhere, Web Services or the field, the password has ended, or the scheme was not written Bearer.',
      remedy: 'Correct the role and tick Is Default for it, then run the test again.',
    },
  ],
  traps: [
    'The password must be kept here, because the token request is repeated; when the password ends, so does the connection.',
    'A person who signs in by single sign-on cannot be used: make a user with a password of Dayforce.',
    'Jobs should call the address in service_uri; www, test and the other first hosts send on to it, and most programs drop the token on the way.',
    'Tokens cannot be revoked; they end by themselves after an hour.',
    'The role must be the default one of the user, or the token works and every request is refused.',
    'Requests are limited for each company, for example to 10 employee details a second and 100 a minute.',
  ],
} satisfies Provider
