import type { Call, Choice, Provider, Renewal, Way } from '../provider/provider.ts'

const url = 'https://api.amazon.com/auth/o2/token'
const api = 'https://{api_host}'
const send = { 'x-amz-access-token': '{token}' }
// 365 days, and 180 of them.
const aYear = 31_536_000
const halfAYear = 15_552_000

type Region = 'na' | 'eu' | 'fe'

/** A marketplace with its two sites and the region of its API. Sites that differ from the pattern are written out. */
function marketplace(
  value: string,
  label: string,
  region: Region,
  domain: string,
  hosts: Record<string, string> = {},
): Choice {
  return {
    value,
    label,
    sets: {
      seller_host: `sellercentral.${domain}`,
      vendor_host: `vendorcentral.${domain}`,
      api_host: `sellingpartnerapi-${region}.amazon.com`,
      ...hosts,
    },
  }
}

const europe = { seller_host: 'sellercentral-europe.amazon.com' }
const middleEast = { vendor_host: 'vendorcentral.amazon.me' }

const marketplaces: Choice[] = [
  marketplace('US', 'United States', 'na', 'amazon.com'),
  marketplace('CA', 'Canada', 'na', 'amazon.ca'),
  marketplace('MX', 'Mexico', 'na', 'amazon.com.mx'),
  marketplace('BR', 'Brazil', 'na', 'amazon.com.br'),
  marketplace('UK', 'United Kingdom', 'eu', 'amazon.co.uk', europe),
  marketplace('DE', 'Germany', 'eu', 'amazon.de', europe),
  marketplace('FR', 'France', 'eu', 'amazon.fr', europe),
  marketplace('IT', 'Italy', 'eu', 'amazon.it', europe),
  marketplace('ES', 'Spain', 'eu', 'amazon.es', europe),
  marketplace('NL', 'Netherlands', 'eu', 'amazon.nl'),
  marketplace('SE', 'Sweden', 'eu', 'amazon.se'),
  marketplace('PL', 'Poland', 'eu', 'amazon.pl'),
  marketplace('BE', 'Belgium', 'eu', 'amazon.com.be'),
  marketplace('TR', 'Türkiye', 'eu', 'amazon.com.tr'),
  marketplace('AE', 'United Arab Emirates', 'eu', 'amazon.ae', middleEast),
  marketplace('SA', 'Saudi Arabia', 'eu', 'amazon.sa', middleEast),
  marketplace('EG', 'Egypt', 'eu', 'amazon.eg', middleEast),
  marketplace('ZA', 'South Africa', 'eu', 'amazon.co.za'),
  marketplace('IN', 'India', 'eu', 'amazon.in', { vendor_host: 'www.vendorcentral.in' }),
  marketplace('JP', 'Japan', 'fe', 'amazon.co.jp'),
  marketplace('AU', 'Australia', 'fe', 'amazon.com.au'),
  marketplace('SG', 'Singapore', 'fe', 'amazon.com.sg', { seller_host: 'sellercentral.amazon.sg' }),
]

const renewCall: Call = {
  see: ['connect', 'guide'],
  because: 'without scope, which belongs to requests without a seller',
  url,
  auth: 'none',
  body: {
    form: {
      grant_type: 'refresh_token',
      refresh_token: '{refresh_token}',
      client_id: '{client_id}',
      client_secret: '{client_secret}',
    },
  },
}

const renewal: Renewal = {
  see: ['guide', 'connect'],
  because: 'the refresh token is long-lived and comes back as it was sent',
  by: 'refresh_token',
  rotates: 'never',
  reuse: 'harmless',
  oldAccess: 'lives',
  call: renewCall,
}

/** The same page at Seller Central and at Vendor Central. */
function atCentral(host: string): Pick<Way, 'grant' | 'authorize' | 'token' | 'access' | 'renewal'> {
  return {
    grant: 'authorization_code',
    authorize: {
      see: ['website', 'guide', 'hosts'],
      because: 'application_id in place of client_id, no scope, and the code comes back as spapi_oauth_code',
      url: `https://{${host}}/apps/authorize/consent`,
      pkce: 'off',
      codeLife: 300,
      code: 'spapi_oauth_code',
      params: {
        application_id: '{application_id}',
        state: '{state}',
        'redirect_uri?': '{redirect_uri}',
        'version?': '{draft}',
      },
    },
    token: {
      see: ['guide', 'website'],
      because: 'the redirect URI stands in the table of parameters, though not in the sample',
      url,
      body: { form: { grant_type: 'authorization_code', code: '{code}', 'redirect_uri?': '{redirect_uri}' } },
    },
    access: 3600,
    renewal: {
      ...renewal,
      see: ['guide', 'connect', 'yearly'],
      confidence: 'medium',
      because:
        'the refresh token stays the same; that an authorization ends after a year is written of hybrid applications and reported of others',
      ends: { hard: aYear, from: 'authorization' },
    },
  }
}

export default {
  id: 'amazon-sp-api',
  name: 'Amazon SP-API',
  aliases: ['Amazon Selling Partner API', 'Amazon Seller Central', 'Amazon Vendor Central'],
  category: 'commerce',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    website: {
      url: 'https://developer-docs.amazon.com/sp-api/docs/website-authorization-workflow',
      checked: '2026-11-22',
    },
    self: { url: 'https://developer-docs.amazon.com/sp-api/docs/self-authorization', checked: '2026-11-22' },
    connect: {
      url: 'https://developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api',
      checked: '2026-11-22',
      note: 'refresh_token and client_credentials with scope; the header; a User-Agent in each request',
    },
    guide: {
      url: 'https://github.com/amzn/selling-partner-api-docs',
      checked: '2026-11-22',
      note: 'guides/en-US/developer-guide: literal requests and answers of the vendor, five minutes for a code',
    },
    yearly: {
      url: 'https://developer-docs.amazon.com/sp-api/docs/authorization-api-use-case-guide',
      checked: '2026-11-22',
      note: 'authorizations of hybrid applications end after one year',
    },
    rotation: {
      url: 'https://developer-docs.amazon.com/sp-api/docs/rotating-your-apps-lwa-credentials',
      checked: '2026-11-22',
      note: 'every 180 days; the old secret lives seven days more',
    },
    hosts: {
      url: 'https://developer-docs.amazon.com/sp-api/docs/seller-central-urls',
      checked: '2026-11-22',
      note: 'and vendor-central-urls; read in the connector of airbytehq/airbyte-platform',
    },
    refused: {
      url: 'https://github.com/amzn/selling-partner-api-models/issues/921',
      checked: '2026-11-22',
      note: 'a refused refresh token; access denied at the API: issues 826 and 230',
    },
  },
  console: {
    url: 'https://sellercentral.amazon.com/sellingpartner/developerconsole',
    steps: [
      'Register as a developer in Seller Central or Vendor Central, Apps and Services, Develop Apps, with the roles that jobs need; Amazon reviews it.',
      'Add new app client. For one’s own account keep it private; there is no redirect URI then, none registered.',
      'For one’s own account: the arrow beside Edit App, Authorize, and copy the refresh token of the marketplace; it is shown a single time.',
      'For other sellers: enter the redirect URI exactly as Evergrant shows it among OAuth Redirect URIs, and copy the App ID; while the app is a draft choose that here.',
      'View LWA credentials: copy client identifier and client secret, and replace the secret within 180 days.',
    ],
  },
  values: {
    marketplace: {
      label: 'Marketplace',
      help: 'decides the site to authorize at and the region of the API',
      default: 'US',
      choices: marketplaces,
      shown: true,
    },
    seller_host: { label: 'Seller Central', from: ['choice.marketplace'], shape: 'domain' },
    vendor_host: { label: 'Vendor Central', from: ['choice.marketplace'], shape: 'domain' },
    api_host: { label: 'API host', from: ['choice.marketplace'], shape: 'domain', shown: true },
    application_id: {
      label: 'App ID',
      help: 'beside the name of the app; not the client identifier',
      example: 'amzn1.sellerapps.app.2eca283f-9f5a-4d13-b16c-474EXAMPLE57',
      shape: 'slug',
    },
    draft: {
      label: 'State of the app',
      help: 'a draft is authorized with version=beta',
      choices: [{ value: 'beta', label: 'Draft' }],
      optional: true,
    },
    selling_partner_id: {
      label: 'Seller or vendor',
      from: ['callback.selling_partner_id'],
      shape: 'slug',
      shown: true,
      optional: true,
    },
  },
  hosts: {
    token: ['api.amazon.com'],
    api: ['sellingpartnerapi-na.amazon.com', 'sellingpartnerapi-eu.amazon.com', 'sellingpartnerapi-fe.amazon.com'],
  },
  client: {
    see: ['guide', 'rotation'],
    id: { label: 'Client identifier', help: 'begins with amzn1.application-oa2-client' },
    secret: { label: 'Client secret', life: halfAYear, help: 'must be replaced within 180 days' },
    auth: ['client_secret_post'],
  },
  scopes: {
    see: ['website'],
    because: 'no scope is asked for: the roles of the app decide',
    separator: ' ',
    preset: [],
    known: {},
    closed: true,
  },
  ways: {
    own_account: {
      label: 'One’s own account, refresh token pasted',
      help: 'For a private app: Seller Central gives the refresh token, and no page is needed.',
      grant: 'pasted',
      access: 3600,
      renewal: { ...renewal, see: ['self', 'connect'] },
    },
    seller: {
      label: 'A seller authorizes a public app',
      help: 'To be renewed by the seller each year.',
      ...atCentral('seller_host'),
    },
    vendor: {
      label: 'A vendor authorizes a public app',
      help: 'To be renewed by the vendor each year.',
      ...atCentral('vendor_host'),
    },
    grantless: {
      label: 'The app itself (grantless operations)',
      help: 'For notifications and the like: no seller, no refresh token.',
      grant: 'client_credentials',
      scopes: {
        see: ['connect'],
        separator: ' ',
        preset: ['sellingpartnerapi::notifications'],
        known: {
          'sellingpartnerapi::notifications': 'Destinations of notifications',
          'sellingpartnerapi::migration': 'Authorizations of Amazon MWS',
          'sellingpartnerapi::client_credential:rotation': 'Replace the client secret',
        },
      },
      token: {
        see: ['connect', 'guide'],
        url,
        body: { form: { grant_type: 'client_credentials', scope: '{scope}' } },
      },
      access: 3600,
      renewal: { see: ['connect'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
  },
  redirects: [
    {
      see: ['website', 'guide'],
      confidence: 'medium',
      back: ['callback', 'relay', 'paste'],
      host: [],
      scheme: ['https'],
      because: 'among the OAuth Redirect URIs of the app; all samples are https',
    },
  ],
  api: {
    see: ['connect'],
    because: 'a header of its own in place of Authorization; signatures of AWS are no longer asked for',
    base: api,
    send,
  },
  probes: [
    {
      see: ['connect'],
      confidence: 'medium',
      because: 'sellers only, with a role for it; vendors have no such request',
      name: 'marketplaces',
      ways: ['own_account', 'seller'],
      method: 'GET',
      auth: 'none',
      headers: send,
      url: `${api}/sellers/v1/marketplaceParticipations`,
      who: ['payload.0.storeName', 'payload.0.marketplace.name'],
    },
  ],
  errors: [
    {
      see: ['refused', 'yearly'],
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The refresh token is over: the seller took it back, a year has passed, or it belongs to another app.',
      remedy: 'Authorize again, or copy a new refresh token from Develop Apps.',
    },
    {
      see: ['guide'],
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The code was used before or is older than five minutes.',
      remedy: 'Authorize again.',
    },
    {
      see: ['rotation'],
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause: 'Client identifier and secret are no pair, or the secret is older than 180 days.',
      remedy: 'Replace the secret under View LWA credentials and give the new one here.',
    },
    {
      see: ['connect'],
      on: ['token'],
      match: { error: ['invalid_scope'] },
      means: 'configuration',
      cause: 'The app may not ask for this scope; grantless operations must be switched on for it.',
      remedy: 'Give the app the role, or leave the scope out.',
    },
    {
      see: ['refused'],
      on: ['api'],
      status: [403],
      match: { 'errors.0.code': ['Unauthorized'] },
      means: 'denied',
      cause: 'The token is over, the app lacks the role, or the request went to another region.',
      remedy: 'Compare marketplace and roles; authorize again after roles were added.',
    },
    {
      see: ['connect'],
      on: ['api'],
      status: [429],
      means: 'retry',
      cause: 'More requests came than the usage plan of this operation allows.',
      remedy: 'Let jobs wait and ask more slowly.',
    },
  ],
  warnings: [
    {
      see: ['yearly'],
      confidence: 'medium',
      at: 'token',
      ways: ['seller', 'vendor'],
      when: { endsWithin: 2_592_000 },
      says: 'This authorization is a year old within a month, and Amazon may end it then.',
      remedy: 'Have the seller or vendor authorize again before that day.',
    },
  ],
  traps: [
    'The client secret must be replaced every 180 days, or every request is refused; the old one lives seven days more, and authorizations stay.',
    'App ID and client identifier are two things: the one is for the page, the other for tokens.',
    'A code lives five minutes.',
    'Buyers’ names and addresses need a restricted data token beside this one.',
    'An account that sells in several regions has a refresh token for each.',
    'Roles that are added later need another authorization.',
    'Each request should name its User-Agent.',
    'The sandbox has hosts of its own, sandbox.sellingpartnerapi-na.amazon.com and the like, and takes the same tokens.',
  ],
} satisfies Provider
