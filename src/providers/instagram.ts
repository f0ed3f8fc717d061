import {
  adsVersion,
  dataAccess,
  longLived,
  metaClient,
  metaErrors,
  metaRedirects,
  metaSources,
  metaValues,
  pagePick,
  pageToken,
  person,
  personByConfiguration,
  proof,
  removal,
  systemUser,
  systemUserOf60Days,
  systemUserRevocation,
} from './family/meta.ts'
import type { Api, Call, Provider, Scopes, Step, Way } from '../provider/provider.ts'

const instagram = 'https://graph.instagram.com'
const facebook = 'https://graph.facebook.com/{version}'

const refresh: Call = {
  see: ['login'],
  because: 'a GET with the token in the query and no client',
  method: 'GET',
  auth: 'none',
  url: `${instagram}/refresh_access_token`,
  query: { grant_type: 'ig_refresh_token', access_token: '{token}' },
}

/** Not before a token is a day old, and not after its 60 days. */
const renewal: Way['renewal'] = {
  see: ['login'],
  because:
    'there is no refresh token: a living token gets 60 more days; whether its text changes and the one before lives on is not said',
  by: 'exchange_access_token',
  rotates: 'unknown',
  reuse: 'unknown',
  oldAccess: 'unknown',
  age: 86_400,
  extends: 'always',
  ends: { idle: 5_184_000, from: 'renewal' },
  call: refresh,
}

/** Ways through Facebook: those that ask for scopes, and those that ask by a configuration. */
const persons = ['facebook_page', 'facebook_user']
const configured = ['facebook_page_configured', 'facebook_user_configured']

/** Permissions of a person at Facebook, for the account behind a page. */
const facebookScopes: Scopes = {
  see: ['facebook_login'],
  separator: ',',
  preset: [
    'instagram_basic',
    'instagram_manage_insights',
    'pages_show_list',
    'pages_read_engagement',
    'business_management',
  ],
  known: {
    instagram_basic: 'The account and its media; needed for all else',
    instagram_manage_insights: 'Statistics of the account and its media',
    instagram_manage_comments: 'Read and answer comments',
    instagram_content_publish: 'Publish media',
    instagram_manage_messages: 'Read and write messages',
    pages_show_list: 'The list of pages, which leads to the account',
    pages_read_engagement: 'Posts, followers and reactions of the page',
    business_management: 'Pages that belong to a business',
    ads_read: 'Where the role on the page comes through a business: reports of ads',
    ads_management: 'Where the role on the page comes through a business: ads',
  },
}

const facebookApi: Api = {
  see: ['facebook_login', 'versions'],
  base: facebook,
  send: { authorization: 'Bearer {token}' },
}

const pageAndAccount: Step = {
  ...pageToken,
  see: ['pages', 'facebook_login'],
  query: { ...pageToken.query, fields: 'access_token,instagram_business_account' },
  take: { instagram_account: 'instagram_business_account.id' },
}

const atFacebook = { client: metaClient, scopes: facebookScopes, redirects: metaRedirects, api: facebookApi }

export default {
  id: 'instagram',
  name: 'Instagram',
  aliases: ['Instagram API', 'Instagram Graph API', 'Meta'],
  category: 'marketing',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    login: {
      url: 'https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/business-login',
      checked: '2026-11-22',
    },
    start: {
      url: 'https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/get-started',
      checked: '2026-11-22',
    },
    exchanging: {
      url: 'https://developers.facebook.com/docs/instagram-platform/reference/access_token',
      checked: '2026-11-22',
    },
    retired: {
      url: 'https://developers.facebook.com/docs/instagram-basic-display-api/getting-started',
      checked: '2026-11-22',
      note: 'the Basic Display API has answered with errors since 2024-12-04',
    },
    facebook_login: {
      url: 'https://developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login/get-started',
      checked: '2026-11-22',
    },
    seen: {
      url: 'https://github.com/pdir/social-feed-bundle/issues/105',
      checked: '2026-11-22',
      note: 'Invalid platform app: app id and secret of Facebook in place of those of Instagram',
    },
    ended: {
      url: 'https://github.com/in2code-de/instagram/issues/41',
      checked: '2026-11-22',
      note: 'IGApiException, code 100, Unsupported request - method type: get',
    },
    ...metaSources,
  },
  console: {
    url: 'https://developers.facebook.com/apps/',
    steps: [
      'The account must be a professional one (business or creator): Instagram, Settings, Account type.',
      'Create an app of type Business at developers.facebook.com and add Instagram.',
      'Instagram, API setup with Instagram login, 3. Set up Instagram business login, Business login settings: enter the redirect URI exactly as Evergrant shows it under OAuth redirect URIs, then look at the list again, because the page may add a slash at the end.',
      'Copy Instagram app id and Instagram app secret from the same place; app id and secret of the Facebook app are others and do not work.',
      'While the app is in development mode add the account under App roles, Instagram testers, and accept the invitation at instagram.com.',
      'For a token to paste: API setup with Instagram login, 1. Generate access tokens, Generate token beside the account.',
      'For the ways through Facebook: connect the account with a page, add Facebook Login for Business to the app, enter the redirect URI there under Settings, Valid OAuth Redirect URIs, and use app id and secret from App settings, Basic. Under Configurations create one with a user token and the permissions, and take the ways through Login for Business; an app that has the older Facebook Login asks for scopes instead.',
      'For a system user: Business settings, System users, add one, and under Add assets give it the app, the page and the Instagram account. Then Generate new token with instagram_basic and what else jobs need. The token is shown once.',
    ],
  },
  values: {
    ...metaValues,
    user_id: {
      label: 'Account id',
      help: 'comes with the authorization; longer than a number in JSON may be, so kept as text',
      from: ['answer'],
      shape: 'digits',
      shown: true,
      optional: true,
    },
    page_id: {
      label: 'Page the account is connected with',
      help: 'the id of the page; after the authorization it can be picked from the list',
      example: '1234567890',
      shape: 'digits',
      shown: true,
      pick: pagePick,
    },
    force_authentication: {
      label: 'Ask for the account’s password',
      help: 'for a person who is signed in at Instagram with another account',
      choices: [
        { value: '1', label: 'Always' },
        { value: '0', label: 'Only if nobody is signed in' },
      ],
      optional: true,
    },
    enable_fb_login: {
      label: 'Sign in through Facebook',
      choices: [
        { value: '0', label: 'No: with the account itself' },
        { value: '1', label: 'Offered, where the account is connected with a page' },
      ],
      optional: true,
    },
    instagram_account: {
      label: 'Account id behind the page',
      from: ['answer'],
      shape: 'digits',
      shown: true,
      optional: true,
    },
  },
  hosts: {
    token: ['api.instagram.com', 'graph.instagram.com', 'graph.facebook.com'],
    api: ['graph.instagram.com', 'graph.facebook.com'],
  },
  client: {
    see: ['login'],
    because: 'the app id of Instagram is another than that of the Facebook app around it',
    id: {
      label: 'Instagram app id',
      help: 'from Instagram, API setup with Instagram login, Business login settings; not the app id of Facebook',
    },
    secret: { label: 'Instagram app secret', help: 'from the same place; not the app secret of Facebook' },
    auth: ['client_secret_post'],
  },
  scopes: {
    see: ['login'],
    separator: ',',
    preset: ['instagram_business_basic', 'instagram_business_manage_insights'],
    known: {
      instagram_business_basic: 'The account and its media; needed for all else and for renewal',
      instagram_business_manage_insights: 'Statistics of the account and its media',
      instagram_business_manage_comments: 'Read and answer comments',
      instagram_business_content_publish: 'Publish media',
      instagram_business_manage_messages: 'Read and write messages',
    },
  },
  ways: {
    account: {
      label: 'A professional account (Instagram login)',
      help: 'Needs no page. The first token lives an hour and is exchanged at once for one of 60 days, which is renewed here from its second day on.',
      grant: 'authorization_code',
      authorize: {
        see: ['login'],
        because: 'PKCE is not documented; the address comes back with #_ behind it',
        url: 'https://www.instagram.com/oauth/authorize',
        pkce: 'off',
        codeLife: 3600,
        params: {
          client_id: '{client_id}',
          redirect_uri: '{redirect_uri}',
          response_type: 'code',
          scope: '{scope}',
          state: '{state}',
          'enable_fb_login?': '{enable_fb_login}',
          'force_authentication?': '{force_authentication}',
        },
        error: { code: ['error'], text: ['error_description', 'error_reason'] },
      },
      token: {
        see: ['login'],
        confidence: 'medium',
        because:
          'the page shows the answer inside data[0], clients get it flat: both are read; no life of the token is said, it is one hour',
        url: 'https://api.instagram.com/oauth/access_token',
        body: { form: { grant_type: 'authorization_code', redirect_uri: '{redirect_uri}', code: '{code}' } },
        take: {
          access_token: { at: ['data.0.access_token', 'access_token'] },
          scope: { at: ['data.0.permissions', 'permissions'] },
          user_id: { at: ['data.0.user_id', 'user_id'] },
        },
      },
      steps: [
        {
          see: ['login', 'exchanging'],
          because: 'a GET with the secret in the query; the token of one hour must never stay',
          name: 'long_lived',
          run: 'once',
          gives: 'token',
          method: 'GET',
          auth: 'none',
          url: `${instagram}/access_token`,
          query: { grant_type: 'ig_exchange_token', client_secret: '{client_secret}', access_token: '{token}' },
        },
      ],
      access: 5_184_000,
      renewal,
    },
    dashboard: {
      label: 'A token of the app dashboard, pasted',
      help: 'For your own account: lives 60 days like the others and is renewed here.',
      grant: 'pasted',
      client: { see: ['start'], auth: ['none'], because: 'the token is renewed by itself, without the app' },
      access: 5_184_000,
      renewal: { ...renewal, see: ['start', 'login'] },
    },
    facebook_page: {
      label: 'The page behind an account, through a person at Facebook',
      help: 'Jobs get the token of the page, which many calls want.',
      ...atFacebook,
      ...person([longLived, dataAccess, pageAndAccount]),
    },
    facebook_user: {
      label: 'A person at Facebook',
      help: 'For the account behind a page; whether the token can be prolonged after 60 days is up to Meta.',
      ...atFacebook,
      ...person([longLived, dataAccess]),
    },
    facebook_page_configured: {
      label: 'The page behind an account, through Login for Business',
      help: 'For an app with Facebook Login for Business: the permissions stand in a configuration, and no scopes are asked for.',
      ...atFacebook,
      ...personByConfiguration([longLived, dataAccess, pageAndAccount]),
    },
    facebook_user_configured: {
      label: 'A person at Facebook, through Login for Business',
      help: 'The same for the token of the person.',
      ...atFacebook,
      ...personByConfiguration([longLived, dataAccess]),
    },
    system_user: {
      label: 'A system user at Facebook, token pasted',
      help: 'For unattended jobs: a token without end, made in Business settings with instagram_basic and the like.',
      ...atFacebook,
      ...systemUser(),
    },
    system_user_60_days: {
      label: 'A system user at Facebook, token of 60 days pasted',
      help: 'Some businesses can make no other; it is renewed here.',
      ...atFacebook,
      ...systemUserOf60Days(),
    },
  },
  redirects: [
    {
      see: ['login'],
      confidence: 'medium',
      because:
        'http on localhost is reported as refused with Invalid redirect_uri; compared to the letter, slash included',
      back: ['callback', 'relay', 'paste'],
      host: [],
      scheme: ['https'],
    },
  ],
  api: {
    see: ['start', 'versions'],
    base: `${instagram}/{version}`,
    send: { authorization: 'Bearer {token}' },
  },
  probes: [
    {
      see: ['start'],
      confidence: 'medium',
      because: 'the page sends the token in the query; as a header it stays out of logs',
      name: 'account_info',
      ways: ['account', 'dashboard'],
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${instagram}/{version}/me`,
      query: { fields: 'user_id,username' },
      who: ['username', 'data.0.username', 'user_id'],
    },
    {
      see: ['flow', 'proof'],
      name: 'facebook_info',
      ways: [...persons, ...configured, 'system_user', 'system_user_60_days'],
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${facebook}/me`,
      query: { fields: 'id,name', ...proof },
      who: ['name', 'id'],
    },
  ],
  revoke: [removal([...persons, ...configured]), systemUserRevocation(['system_user_60_days'])],
  errors: [
    {
      see: ['seen'],
      confidence: 'medium',
      on: ['token'],
      match: { error_message: ['Invalid platform app'] },
      means: 'client',
      cause: 'These are app id and secret of the Facebook app, or there is no such app.',
      remedy:
        'Copy Instagram app id and secret from Instagram, API setup with Instagram login, Business login settings.',
    },
    {
      see: ['login'],
      on: ['token'],
      match: {
        error_message: [
          'Matching code was not found or was already used',
          'Matching code was not found or was already used.',
          'This authorization code has been used',
        ],
      },
      means: 'dead',
      cause: 'The code was used already or is older than an hour.',
      remedy: 'Start the authorization again.',
    },
    {
      see: ['login'],
      confidence: 'medium',
      because: 'the page says the URI must be the same and shows no answer; the words are reported',
      on: ['token'],
      match: { error_message: ['Invalid redirect_uri'] },
      means: 'configuration',
      cause: 'The redirect URI is not the one the authorization began with, or not registered to the letter.',
      remedy: 'Copy it from the list of the dashboard, slash at the end included, and start again.',
    },
    {
      see: ['retired', 'ended'],
      confidence: 'low',
      because: 'seen for tokens of the retired Basic Display API, for ended tokens and for wrong addresses alike',
      on: ['token', 'renew', 'api'],
      match: { 'error.type': ['IGApiException'], 'error.code': [100] },
      means: 'configuration',
      cause: 'Instagram cannot do this with this token: it may have ended, or come from the retired Basic Display API.',
      remedy: 'Authorize again, with an app that has the Instagram API with Instagram login.',
    },
    ...metaErrors,
  ],
  warnings: [
    {
      see: ['login'],
      at: 'request',
      ways: ['account'],
      when: { lacksScopes: ['instagram_business_basic'] },
      says: 'Without instagram_business_basic no call works and the token cannot be renewed.',
      remedy: 'Add the scope instagram_business_basic.',
      refuses: true,
    },
    {
      see: ['login', 'retired'],
      at: 'request',
      ways: ['account'],
      when: {
        hasScopes: [
          'business_basic',
          'business_content_publish',
          'business_manage_comments',
          'business_manage_messages',
          'user_profile',
          'user_media',
        ],
      },
      says: 'These scopes have ended: business_* on 2025-01-27, those of the Basic Display API on 2024-12-04.',
      remedy: 'Use the scopes that begin with instagram_business_.',
      refuses: true,
    },
    {
      see: ['login'],
      at: 'token',
      ways: ['account'],
      when: { lacksScopes: ['instagram_business_basic'] },
      says: 'The person did not grant instagram_business_basic: the token cannot be renewed and ends after 60 days.',
      remedy: 'Authorize again and leave that permission ticked.',
    },
    {
      see: ['facebook_login'],
      at: 'request',
      ways: persons,
      when: { lacksScopes: ['instagram_basic'] },
      says: 'Without instagram_basic the account behind the page is not seen.',
      remedy: 'Add the scope instagram_basic.',
    },
    ...adsVersion(persons, configured),
    {
      see: ['facebook_login'],
      at: 'request',
      ways: persons,
      when: {
        hasScopes: [
          'instagram_business_basic',
          'instagram_business_manage_insights',
          'instagram_business_manage_comments',
          'instagram_business_content_publish',
          'instagram_business_manage_messages',
        ],
      },
      says: 'Scopes that begin with instagram_business_ belong to the Instagram login and are unknown to Facebook.',
      remedy: 'Use instagram_basic and the like here, or the way of the professional account.',
      refuses: true,
    },
  ],
  traps: [
    'Behind the redirect address stands #_, which is no part of the code; it is cut off here.',
    'A token younger than 24 hours cannot be renewed, one older than 60 days neither: then authorize again.',
    'The first token lives one hour: if its exchange for the long one fails, that is told at once, and it is tried again meanwhile.',
    'Tokens of the Instagram login work at graph.instagram.com alone, those of Facebook at graph.facebook.com alone.',
    'A token pasted from the dashboard should be pasted on the day it was made: its end is counted from then.',
    'Only professional accounts have an API; ads and tags are reached through Facebook alone.',
    'For tokens of the Instagram login no revocation is documented: remove the app under Apps and websites at instagram.com.',
    'A token of Facebook can be valid and reads fail: data access ends 90 days after the person last used the app.',
  ],
} satisfies Provider
