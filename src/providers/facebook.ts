import type { Call, Provider, Step, Way } from '../provider/provider.ts'

const graph = 'https://graph.facebook.com/{version}'
const app = { client_id: '{client_id}', client_secret: '{client_secret}' }
const proof = { 'appsecret_proof?': '{appsecret_proof}' }

const tokenCall = (see: string[], query: Call['query']): Call => ({
  see,
  because: 'documented as GET with everything in the query, grant_type only for exchanges',
  method: 'GET',
  auth: 'none',
  url: `${graph}/oauth/access_token`,
  ...(query && { query }),
})

const extend = tokenCall(['long'], { grant_type: 'fb_exchange_token', ...app, fb_exchange_token: '{token}' })

const longLived: Step = { ...extend, name: 'long_lived', run: 'once', gives: 'token' }

const person: Pick<Way, 'grant' | 'authorize' | 'token' | 'access' | 'renewal'> = {
  grant: 'authorization_code',
  authorize: {
    see: ['flow', 'business'],
    because: 'PKCE belongs to a variant that Meta calls in testing; config_id takes the place of scopes',
    url: 'https://www.facebook.com/{version}/dialog/oauth',
    pkce: 'off',
    params: {
      client_id: '{client_id}',
      redirect_uri: '{redirect_uri}',
      state: '{state}',
      response_type: 'code',
      'scope?': '{scope}',
      'config_id?': '{config_id}',
    },
    error: { code: ['error', 'error_code'], text: ['error_description', 'error_message', 'error_reason'] },
  },
  token: tokenCall(['flow'], {
    client_id: '{client_id}',
    redirect_uri: '{redirect_uri}',
    client_secret: '{client_secret}',
    code: '{code}',
  }),
  // 60 days, once the long-lived token is there.
  access: 5_184_000,
  renewal: {
    see: ['long'],
    confidence: 'medium',
    because: 'there is no refresh token: a living token is exchanged, and Meta does not promise a later end',
    by: 'exchange_access_token',
    rotates: 'never',
    reuse: 'harmless',
    oldAccess: 'lives',
    age: 86_400,
    within: 864_000,
    extends: 'maybe',
    call: extend,
  },
}

export default {
  id: 'facebook',
  name: 'Facebook',
  aliases: ['Meta', 'Facebook Pages', 'Facebook Ads', 'Graph API'],
  category: 'marketing',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    flow: {
      url: 'https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow',
      checked: '2026-11-22',
    },
    long: {
      url: 'https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived',
      checked: '2026-11-22',
    },
    tokens: { url: 'https://developers.facebook.com/docs/facebook-login/guides/access-tokens', checked: '2026-11-22' },
    pages: { url: 'https://developers.facebook.com/docs/pages/access-tokens', checked: '2026-11-22' },
    system: {
      url: 'https://developers.facebook.com/docs/business-management-apis/system-users/install-apps-and-generate-tokens',
      checked: '2026-11-22',
    },
    business: {
      url: 'https://developers.facebook.com/docs/facebook-login/facebook-login-for-business',
      checked: '2026-11-22',
    },
    versions: { url: 'https://developers.facebook.com/docs/graph-api/changelog/versions', checked: '2026-11-22' },
    debug: { url: 'https://developers.facebook.com/docs/graph-api/reference/debug_token', checked: '2026-11-22' },
    errors: { url: 'https://developers.facebook.com/docs/graph-api/guides/error-handling', checked: '2026-11-22' },
    proof: { url: 'https://developers.facebook.com/docs/graph-api/guides/secure-requests', checked: '2026-11-22' },
  },
  console: {
    url: 'https://developers.facebook.com/apps/',
    steps: [
      'Create an app at developers.facebook.com and add Facebook Login, or Facebook Login for Business.',
      'Facebook Login, Settings: enter the redirect URI exactly as Evergrant shows it under Valid OAuth Redirect URIs (https; http://localhost works only while the app is in development mode).',
      'Copy app id and app secret from App settings, Basic.',
      'For unattended jobs: Business settings, System users, add one, give it the pages and ad accounts, Generate new token, choose the app and the permissions.',
      'Permissions for the data of other people need App Review before the app is live.',
    ],
  },
  values: {
    version: {
      label: 'Graph API version',
      help: 'a version that has ended is answered by the next living one, which may behave otherwise',
      default: 'v26.0',
      choices: [
        { value: 'v26.0', label: 'v26.0 (2026-07-29)' },
        { value: 'v25.0', label: 'v25.0', until: '2028-07-29' },
        { value: 'v24.0', label: 'v24.0', until: '2028-02-18' },
        { value: 'v23.0', label: 'v23.0', until: '2027-10-08' },
      ],
    },
    config_id: {
      label: 'Configuration id (Login for Business)',
      help: 'takes the place of scopes',
      shape: 'digits',
      optional: true,
    },
    page_id: {
      label: 'Page',
      help: 'the id of the page; after the authorization it can be picked from the list',
      example: '1234567890',
      shape: 'digits',
      shown: true,
      pick: {
        see: ['pages'],
        method: 'GET',
        auth: { header: 'Bearer {token}' },
        url: `${graph}/me/accounts`,
        query: { fields: 'id,name', ...proof },
        list: 'data',
        value: 'id',
        label: 'name',
      },
    },
    appsecret_proof: {
      label: 'Proof of the app secret',
      from: [{ hmacSha256Hex: { key: '{client_secret}', text: '{token}' } }],
      secret: true,
      optional: true,
    },
    data_access_end: {
      label: 'Reading data fails after',
      help: '90 days after the person last used the app, even while the token lives',
      from: ['answer'],
      optional: true,
    },
  },
  hosts: { token: ['graph.facebook.com'], api: ['graph.facebook.com', 'graph-video.facebook.com'] },
  client: {
    see: ['flow'],
    because: 'id and secret stand in the query of each call that wants them',
    id: { label: 'App id' },
    secret: { label: 'App secret' },
    auth: ['query', 'client_secret_post'],
  },
  scopes: {
    see: ['flow'],
    separator: ',',
    preset: ['public_profile'],
    known: {
      public_profile: 'Name and picture',
      email: 'E-mail address',
      pages_show_list: 'The list of pages the person manages',
      pages_read_engagement: 'Posts, followers and reactions of pages',
      read_insights: 'Statistics of pages',
      pages_manage_posts: 'Write posts of pages',
      pages_manage_metadata: 'Settings and webhooks of pages',
      ads_read: 'Reports of ad accounts',
      ads_management: 'Read and change ads',
      leads_retrieval: 'Leads of forms',
      business_management: 'Business settings',
    },
  },
  ways: {
    system_user: {
      label: 'A system user, token pasted',
      help: 'For unattended jobs: a token without end, made in Business settings.',
      grant: 'pasted',
      access: 'never',
      renewal: { see: ['system'], by: 'none', rotates: 'never' },
    },
    system_user_60_days: {
      label: 'A system user, token of 60 days pasted',
      help: 'Some businesses can make no other; it is renewed here.',
      grant: 'pasted',
      access: 5_184_000,
      renewal: {
        see: ['system'],
        confidence: 'medium',
        because: 'a new token is made from the living one, which lives on',
        by: 'exchange_access_token',
        rotates: 'never',
        reuse: 'harmless',
        oldAccess: 'lives',
        within: 864_000,
        extends: 'always',
        call: tokenCall(['system'], {
          grant_type: 'fb_exchange_token',
          ...app,
          set_token_expires_in_60_days: 'true',
          fb_exchange_token: '{token}',
        }),
      },
    },
    user: {
      label: 'A person',
      help: 'The token lives about 60 days; whether it can be prolonged is up to Meta.',
      ...person,
      steps: [longLived],
    },
    page: {
      label: 'A page, through a person',
      help: 'Jobs get the token of the page, which has no end of its own.',
      ...person,
      steps: [
        longLived,
        {
          see: ['pages'],
          name: 'page',
          run: 'each',
          gives: 'token',
          method: 'GET',
          auth: { header: 'Bearer {token}' },
          url: `${graph}/{page_id}`,
          query: { fields: 'access_token', ...proof },
        },
      ],
    },
    app: {
      label: 'The app itself',
      help: 'For debug_token and app settings; it reads no one’s data.',
      grant: 'literal',
      literal: '{client_id}|{client_secret}',
      access: 'never',
      renewal: { see: ['tokens'], by: 'none', rotates: 'never' },
    },
  },
  redirects: [
    {
      see: ['flow'],
      back: ['callback', 'relay', 'paste'],
      host: [],
      scheme: ['https'],
      because: 'strict mode compares to the letter and wants https',
    },
    {
      see: ['flow'],
      back: ['callback', 'loopback', 'paste'],
      host: ['localhost'],
      port: 'registered',
      because: 'http://localhost works only while the app is in development mode',
    },
  ],
  api: {
    see: ['flow', 'versions'],
    base: graph,
    send: { authorization: 'Bearer {token}' },
  },
  probes: [
    {
      see: ['flow', 'proof'],
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${graph}/me`,
      query: { fields: 'id,name', ...proof },
      who: ['name', 'id'],
    },
  ],
  revoke: [
    {
      see: ['tokens'],
      because: 'removes the app from the account of the person; all its tokens die',
      method: 'DELETE',
      auth: { header: 'Bearer {token}' },
      url: `${graph}/me/permissions`,
      query: proof,
    },
  ],
  introspect: {
    see: ['debug'],
    because: 'not RFC 7662: GET with the token of the app in the query; 0 means no end',
    method: 'GET',
    auth: 'none',
    url: `${graph}/debug_token`,
    query: { input_token: '{token}', access_token: '{client_id}|{client_secret}' },
    take: {
      expires: { at: ['data.expires_at'], unit: 'epoch', zero: 'never' },
      data_access_end: { at: ['data.data_access_expires_at'], unit: 'epoch', zero: 'never' },
      scope: 'data.scopes',
    },
  },
  errors: [
    {
      see: ['errors'],
      on: ['renew', 'api'],
      match: { 'error.code': [190], 'error.error_subcode': [458, 459, 460, 463, 464, 467] },
      means: 'dead',
      cause:
        'The token has ended, the person changed the password or removed the app, or Facebook wants a check of the account.',
      remedy: 'Authorize again; after a check of the account sign in at facebook.com first.',
    },
    {
      see: ['errors'],
      on: ['renew'],
      match: { 'error.code': [190] },
      means: 'dead',
      cause: 'The token is no longer valid; an ended token cannot be exchanged.',
      remedy: 'Authorize again.',
    },
    {
      see: ['errors'],
      on: ['renew', 'api', 'token'],
      match: { 'error.code': [1, 2, 4, 17, 341] },
      means: 'retry',
      cause: 'Facebook is busy or its limit of requests is reached.',
      remedy: 'Wait; it is tried again.',
    },
    {
      see: ['proof', 'errors'],
      confidence: 'medium',
      on: ['api', 'renew'],
      match: { 'error.code': [100], 'error.type': ['GraphMethodException'] },
      means: 'configuration',
      cause: 'The app wants appsecret_proof and it is missing or was made with another secret.',
      remedy: 'Give the app secret of this very app.',
    },
    {
      see: ['errors'],
      on: ['token', 'api'],
      match: { 'error.code': [10, 200, 294] },
      means: 'denied',
      cause: 'A permission is missing or was unticked by the person.',
      remedy: 'Authorize again with the scopes of the job.',
    },
  ],
  traps: [
    'A person’s token cannot surely be prolonged: it is tried in its last 10 days, and an end that did not move is told early.',
    'A token can be valid and reads fail: data access ends 90 days after the person last used the app.',
    'A change of password, a removed app, a lost role on the page or a new app secret end tokens without notice.',
    'Old API versions are silently answered by newer ones; Marketing API versions end much sooner than those of the Graph API.',
    'When the app requires appsecret_proof, each request of a job needs it beside the token.',
  ],
} satisfies Provider
