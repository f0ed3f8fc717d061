import type { Call, Provider, Step, Way } from '../provider/provider.ts'

const url = 'https://identity.xero.com/connect/token'
const connectionsUrl = 'https://api.xero.com/connections'
const bearer = { header: 'Bearer {token}' }

const authorize = (pkce: 'optional' | 'required'): NonNullable<Way['authorize']> => ({
  see: ['code', 'pkce'],
  url: 'https://login.xero.com/identity/connect/authorize',
  pkce,
  codeLife: 300,
  params: {
    response_type: 'code',
    client_id: '{client_id}',
    redirect_uri: '{redirect_uri}',
    scope: '{scope}',
    state: '{state}',
    'code_challenge?': '{code_challenge}',
    'code_challenge_method?': '{code_challenge_method}',
  },
})

const exchange: Call = {
  see: ['code', 'pkce'],
  url,
  body: {
    form: {
      grant_type: 'authorization_code',
      code: '{code}',
      redirect_uri: '{redirect_uri}',
      'code_verifier?': '{code_verifier}',
    },
  },
}

/** The organizations of the authorization; which of them jobs read is typed, or picked, else it is the first. */
const connections: Step = {
  see: ['identity', 'code'],
  name: 'connections',
  run: 'once',
  gives: 'values',
  method: 'GET',
  auth: bearer,
  url: connectionsUrl,
  headers: { accept: 'application/json' },
  take: { tenant_id: '0.tenantId', tenant_name: '0.tenantName' },
}

const renewal: Way['renewal'] = {
  see: ['faq', 'code'],
  because: 'each answer brings a new refresh token; the one before may be used again for 30 minutes',
  by: 'refresh_token',
  rotates: 'always',
  grace: 1800,
  reuse: 'refused',
  oldAccess: 'unknown',
  ends: { idle: 5_184_000, from: 'renewal' },
  call: {
    see: ['code', 'pkce'],
    url,
    body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
  },
}

const known = {
  'accounting.settings.read': 'Organization, accounts, currencies, tax rates, tracking categories',
  'accounting.settings': 'The same, to read and change',
  'accounting.contacts.read': 'Contacts',
  'accounting.contacts': 'Contacts, to read and change',
  'accounting.invoices.read': 'Invoices, credit notes, quotes, purchase orders, items',
  'accounting.invoices': 'The same, to read and change',
  'accounting.payments.read': 'Payments, prepayments, overpayments, batch payments',
  'accounting.payments': 'The same, to read and change',
  'accounting.banktransactions.read': 'Bank transactions and transfers',
  'accounting.banktransactions': 'The same, to read and change',
  'accounting.manualjournals.read': 'Manual journals',
  'accounting.manualjournals': 'Manual journals, to read and change',
  'accounting.reports.aged.read': 'Aged receivables and payables',
  'accounting.reports.balancesheet.read': 'Balance sheet',
  'accounting.reports.profitandloss.read': 'Profit and loss',
  'accounting.reports.trialbalance.read': 'Trial balance',
  'accounting.journals.read': 'All journals (apps of the Advanced tier)',
  'accounting.attachments.read': 'Attachments',
  'accounting.budgets.read': 'Budgets',
  'accounting.transactions.read': 'Apps made before 2026-03-02: all transactions, until September 2027',
  'accounting.transactions': 'Apps made before 2026-03-02: all transactions, to read and change, until September 2027',
  'accounting.reports.read': 'Apps made before 2026-03-02: all reports, until September 2027',
  'assets.read': 'Fixed assets',
  'projects.read': 'Projects',
  'files.read': 'Files',
  'payroll.employees.read': 'Employees',
  'payroll.payruns.read': 'Pay runs',
  'payroll.timesheets.read': 'Timesheets',
}

export default {
  id: 'xero',
  name: 'Xero',
  aliases: ['Xero Accounting'],
  category: 'accounting',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    code: { url: 'https://developer.xero.com/documentation/guides/oauth2/auth-flow', checked: '2026-11-22' },
    pkce: {
      url: 'https://developer.xero.com/documentation/oauth2/pkce-flow',
      checked: '2026-11-22',
      note: 'apps without a secret; redirect URIs are https but for localhost',
    },
    faq: {
      url: 'https://developer.xero.com/faq/oauth2',
      checked: '2026-11-22',
      note: '30 minutes, 60 days, the grace of 30 minutes, 50 redirect URIs',
    },
    custom: {
      url: 'https://developer.xero.com/documentation/guides/oauth2/custom-connections',
      checked: '2026-11-22',
      note: 'client credentials for one organization, a paid option; no tenant header',
    },
    identity: {
      url: 'https://github.com/XeroAPI/Xero-OpenAPI',
      checked: '2026-11-22',
      note: 'xero-identity.yaml: connections with an example of the answer',
    },
    library: {
      url: 'https://github.com/XeroAPI/xero-node',
      checked: '2026-11-22',
      note: 'the vendor’s library: token sets, revocation ends all connections; answers with 403 in its issues',
    },
    scopes: { url: 'https://developer.xero.com/documentation/oauth2/scopes', checked: '2026-11-22' },
    granular: {
      url: 'https://www.apideck.com/blog/xero-scopes',
      checked: '2026-11-22',
      note: 'the scopes that apps made since 2026-03-02 must ask for, and when the old ones end',
    },
    refused: { url: 'https://nango.dev/blog/xero-oauth-refresh-token-invalid-grant', checked: '2026-11-22' },
    forum: {
      url: 'https://community.xero.com/developer/discussion/125347287',
      checked: '2026-11-22',
      note: 'refresh tokens kept in several places end each other',
    },
    expired: { url: 'https://github.com/freakboy3742/pyxero/pull/337', checked: '2026-11-22' },
  },
  console: {
    url: 'https://developer.xero.com/app/manage',
    steps: [
      'Sign in at developer.xero.com, My Apps, New app.',
      'For one organization and unattended jobs choose Custom connection, its scopes and the person who authorizes it by mail; it is a paid option.',
      'For a person choose Web app, or Mobile or desktop app for PKCE without a secret.',
      'Redirect URIs: add the redirect URI exactly as Evergrant shows it: https, or http://localhost with its port.',
      'Configuration: copy the client id, generate a secret and copy it: it is shown once.',
    ],
  },
  values: {
    tenant_id: {
      label: 'Organization (tenant id)',
      help: 'empty for the only one, or the first that Xero names; otherwise its id from the list of connections',
      example: 'fe79f7dd-b6d4-4a92-ba7b-538af6289c58',
      from: ['person', 'answer'],
      shape: 'guid',
      shown: true,
      optional: true,
      pick: {
        see: ['identity'],
        because: 'the list is the answer itself',
        method: 'GET',
        auth: bearer,
        url: connectionsUrl,
        headers: { accept: 'application/json' },
        list: '',
        value: 'tenantId',
        label: 'tenantName',
      },
    },
    tenant_name: { label: 'First organization', from: ['answer'], shown: true, optional: true },
  },
  hosts: { token: ['identity.xero.com'], api: ['api.xero.com'] },
  client: { see: ['code', 'library'], auth: ['client_secret_basic'] },
  scopes: {
    see: ['scopes', 'granular'],
    because: 'apps made since 2026-03-02 are refused the broad scopes',
    separator: ' ',
    preset: [
      'offline_access',
      'accounting.settings.read',
      'accounting.contacts.read',
      'accounting.invoices.read',
      'accounting.payments.read',
      'accounting.banktransactions.read',
    ],
    refresh: 'offline_access',
    known: {
      offline_access: 'Keep the connection alive',
      openid: 'Who authorized',
      profile: 'Name of the person',
      email: 'E-mail address of the person',
      ...known,
    },
  },
  ways: {
    user: {
      label: 'A person connects organizations',
      help: 'Lasts as long as it is renewed within 60 days, which Evergrant does.',
      grant: 'authorization_code',
      authorize: authorize('optional'),
      token: exchange,
      steps: [connections],
      access: 1800,
      renewal,
    },
    user_public: {
      label: 'A person, app without a secret (PKCE)',
      grant: 'authorization_code',
      client: { see: ['pkce'], because: 'such an app has no secret', auth: ['none'] },
      authorize: authorize('required'),
      token: exchange,
      steps: [connections],
      access: 1800,
      renewal,
    },
    custom: {
      label: 'Custom connection to one organization',
      help: 'For unattended jobs: no refresh token that could be lost. A paid option of Xero.',
      grant: 'client_credentials',
      scopes: {
        see: ['custom', 'granular'],
        because: 'the same but for those of a person',
        separator: ' ',
        preset: ['accounting.settings.read', 'accounting.contacts.read', 'accounting.invoices.read'],
        known,
      },
      token: { see: ['custom'], url, body: { form: { grant_type: 'client_credentials', scope: '{scope}' } } },
      api: {
        see: ['custom'],
        because: 'the token belongs to one organization; no tenant header',
        base: 'https://api.xero.com',
        send: { authorization: 'Bearer {token}', accept: 'application/json' },
      },
      access: 1800,
      renewal: { see: ['custom'], by: 'reissue', rotates: 'never', oldAccess: 'unknown' },
    },
  },
  redirects: [
    {
      see: ['pkce'],
      back: ['callback', 'relay', 'paste'],
      host: [],
      scheme: ['https'],
      because: 'https is wanted of all but localhost',
    },
    {
      see: ['pkce'],
      back: ['loopback', 'callback', 'paste'],
      host: ['localhost'],
      port: 'registered',
      because: 'http is taken for localhost by name',
    },
  ],
  api: {
    see: ['code', 'library'],
    because: 'each request names its organization; without accept the answer is XML',
    base: 'https://api.xero.com',
    send: { authorization: 'Bearer {token}', 'xero-tenant-id?': '{tenant_id}', accept: 'application/json' },
  },
  probes: [
    {
      see: ['identity'],
      name: 'organizations',
      method: 'GET',
      auth: bearer,
      url: connectionsUrl,
      headers: { accept: 'application/json' },
      who: ['0.tenantName', '0.tenantId'],
    },
  ],
  revoke: [
    {
      see: ['library'],
      because: 'ends the refresh token and all connections of this person with the app',
      ways: ['user', 'user_public'],
      url: 'https://identity.xero.com/connect/revocation',
      body: { form: { token: '{refresh_token}' } },
    },
  ],
  errors: [
    {
      see: ['refused', 'faq', 'forum'],
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The refresh token is over: 60 days without use, the person disconnected the app, or an older one was used more than 30 minutes after its replacement came.',
      remedy: 'Authorize again, and let nothing but Evergrant renew it.',
    },
    {
      see: ['code'],
      confidence: 'medium',
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The code was used before or is older than five minutes, or the redirect URI differs.',
      remedy: 'Compare the redirect URI with the one of the app, then authorize again.',
    },
    {
      see: ['granular', 'custom'],
      on: ['authorize', 'token'],
      match: { error: ['invalid_scope', 'unauthorized_client'] },
      means: 'configuration',
      cause:
        'The app may not ask for one of these scopes: apps made since 2026-03-02 have the granular ones alone, and a custom connection only those it was made with.',
      remedy:
        'Replace accounting.transactions and accounting.reports.read by the granular scopes, or add the scope to the app.',
    },
    {
      see: ['code'],
      confidence: 'medium',
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause: 'Client id and secret are no pair, the secret was removed, or an app without a secret sent one.',
      remedy: 'Generate a secret under Configuration and enter it here, or choose the way without a secret.',
    },
    {
      see: ['library'],
      on: ['api'],
      status: [403],
      match: { Detail: ['AuthenticationUnsuccessful'] },
      means: 'configuration',
      cause: 'The organization is not one of this authorization, or the header xero-tenant-id is missing.',
      remedy:
        'Look at the list of connections and enter the id of the organization; a demo company gets a new one when it is reset.',
    },
    {
      see: ['expired', 'library'],
      on: ['api'],
      status: [401],
      means: 'dead',
      cause: 'The token has ended after 30 minutes, or it lacks the scope.',
      remedy: 'Let Evergrant renew the token; if it stays, authorize again with the scopes of the job.',
    },
    {
      see: ['library'],
      confidence: 'medium',
      on: ['api'],
      status: [429],
      means: 'retry',
      cause: 'More than 60 requests a minute, 5 at a time, or the daily number came for this organization.',
      remedy: 'Let jobs wait as long as Retry-After says.',
    },
  ],
  traps: [
    'An authorization may reach several organizations: without an id Evergrant takes the first one of the list.',
    'Scopes add up with each authorization; fewer are had only after revoking.',
    'Revoking ends all connections of this person with the app, not one organization.',
    'A refresh token kept in two places dies: each one must be renewed in one place alone.',
    'A demo company is reset after about a month and then has another id.',
    'Custom connections work in some countries only and cost a monthly fee, but for the demo company.',
  ],
} satisfies Provider
