import type { Probe, Provider, Scopes, Warning } from '../provider/provider.ts'
import {
  applicationWays,
  cloudSources,
  clouds,
  consentAddress,
  deviceSource,
  deviceWay,
  entraRedirects,
  entraSources,
  entraWarnings,
  loginHosts,
  personWays,
  prompt,
  registerSteps,
  secretClient,
  tenant,
} from './family/entra.ts'
import { deviceErrors, entraErrors } from './family/entra-errors.ts'

const asked = { host: '{login_host}', scope: '{scope}' }
const applications = ['app_certificate', 'app_secret']
const people = ['user', 'user_certificate', 'device']
/** Scopes of people; an application has none of them. */
const delegated = {
  offline_access: 'A refresh token; without it the authorization lasts one hour',
  openid: 'Who authorized',
  profile: 'Name of the person',
  email: 'E-mail address of the person',
  'User.Read': 'The own profile',
  'Files.Read': 'Read the files of the person',
  'Files.Read.All': 'Read all files the person can read',
  'Files.ReadWrite.All': 'Read and write all files the person can open',
  'Sites.Read.All': 'Read SharePoint sites and lists',
  'Mail.Read': 'Read mail',
  'Calendars.Read': 'Read calendars',
  'Contacts.Read': 'Read contacts',
  'User.Read.All': 'Read all profiles; an administrator consents',
  'Group.Read.All': 'Read all groups; an administrator consents',
  'Directory.Read.All': 'Read the directory; an administrator consents',
  'Reports.Read.All': 'Read usage reports; an administrator consents',
}

const applicationScopes: Scopes = {
  see: ['credentials', 'storage'],
  because: 'application permissions are asked for as one word, {resource}/.default',
  separator: ' ',
  preset: ['https://graph.microsoft.com/.default'],
  known: {
    ...Object.fromEntries(
      clouds.map(({ graph, label }) => [
        `https://${graph}/.default`,
        `All application permissions for Graph that an administrator consented to; cloud: ${label}`,
      ]),
    ),
    'https://management.azure.com/.default': 'Azure Resource Manager',
    'https://storage.azure.com/.default': 'Azure Storage and Data Lake',
    'https://api.businesscentral.dynamics.com/.default': 'Business Central, which has a service of its own here',
  },
}

/** The host in the scope is the host of the cloud; the sign-in of another cloud does not know it. */
const foreignScopes: Warning[] = clouds.map(({ value, label, graph }) => ({
  see: ['clouds', 'partner_clouds'],
  at: 'request',
  when: {
    values: { cloud: [value] },
    hasScopes: clouds.filter((other) => other.graph !== graph).map((other) => `https://${other.graph}/.default`),
  },
  says: `The scope names Graph of another cloud than the one chosen, ${label}.`,
  remedy: `Ask for https://${graph}/.default.`,
  refuses: true,
}))

const graph = (path: string) =>
  ({ method: 'GET', auth: { header: 'Bearer {token}' }, url: `https://{graph_host}/v1.0/${path}` }) as const

export default {
  id: 'microsoft',
  name: 'Microsoft OAuth',
  aliases: ['Microsoft', 'Entra ID', 'Azure AD', 'Microsoft Graph', 'Office 365', 'SharePoint', 'OneDrive'],
  category: 'identity',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    ...entraSources,
    ...deviceSource,
    ...cloudSources,
    graph: { url: 'https://learn.microsoft.com/en-us/graph/auth-v2-service', checked: '2026-11-22' },
    deployments: {
      url: 'https://learn.microsoft.com/en-us/graph/deployments',
      checked: '2026-11-22',
      note: 'Graph hosts of the national clouds',
    },
    permissions: {
      url: 'https://learn.microsoft.com/en-us/graph/permissions-reference',
      checked: '2026-11-22',
      note: 'hundreds; those that data jobs ask for most are listed here',
    },
    storage: {
      url: 'https://learn.microsoft.com/en-us/dotnet/api/azure.storage.files.datalake.models.datalakeaudience.defaultaudience',
      checked: '2026-11-22',
    },
    me: { url: 'https://learn.microsoft.com/en-us/graph/api/user-get', checked: '2026-11-22' },
    organization: {
      url: 'https://learn.microsoft.com/en-us/graph/api/organization-list',
      checked: '2026-11-22',
      note: 'permissions that list the organization',
    },
    refusals: { url: 'https://learn.microsoft.com/en-us/graph/resolve-auth-errors', checked: '2026-11-22' },
  },
  console: {
    url: 'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade',
    steps: [
      `${registerSteps.register} In a national cloud use its own portal, such as https://portal.azure.us or https://portal.azure.cn: registrations are not shared.`,
      registerSteps.redirect,
      'API permissions, Add a permission: Delegated permissions for a person, Application permissions for unattended jobs (Organization.Read.All lets the test request name the organization).',
      `For application permissions an administrator chooses Grant admin consent there, or opens ${consentAddress}. In a national cloud the address begins with its own sign-in host.`,
      registerSteps.credentials,
      registerSteps.device,
      registerSteps.ids,
    ],
  },
  values: {
    cloud: {
      label: 'Cloud',
      help: 'where the directory is; US Government GCC (not High) uses Global',
      default: 'global',
      choices: clouds.map(({ value, label, login, graph: host }) => ({
        value,
        label,
        sets: { login_host: login, graph_host: host },
      })),
    },
    login_host: { label: 'Sign-in host', from: ['choice.cloud'], shape: 'domain' },
    graph_host: { label: 'Graph host', from: ['choice.cloud'], shape: 'domain', shown: true },
    tenant: {
      ...tenant,
      help: 'directory id or a verified domain; for a person also organizations (any work account), consumers (personal accounts) or common (both), while unattended ways need the directory itself',
    },
    prompt,
  },
  hosts: { token: loginHosts, api: clouds.map((cloud) => cloud.graph) },
  client: secretClient,
  scopes: {
    see: ['code', 'refresh', 'permissions'],
    separator: ' ',
    refresh: 'offline_access',
    preset: ['offline_access', 'openid', 'profile', 'User.Read'],
    known: delegated,
  },
  ways: {
    ...applicationWays({ ...asked, scopes: applicationScopes }),
    ...personWays(asked),
    device: deviceWay(asked),
  },
  redirects: entraRedirects,
  api: { see: ['graph', 'deployments'], base: 'https://{graph_host}/v1.0', send: { authorization: 'Bearer {token}' } },
  probes: [
    // Answers name the permission either way.
    ...['User.Read', ...clouds.map((cloud) => `https://${cloud.graph}/User.Read`)].map((onlyScope): Probe => ({
      see: ['me'],
      name: 'person',
      ways: people,
      onlyScope,
      ...graph('me'),
      who: ['userPrincipalName', 'mail', 'displayName'],
    })),
    ...clouds.map((cloud): Probe => ({
      see: ['organization'],
      because: 'needs Organization.Read.All or more: no request is open to every application',
      name: 'organization',
      ways: applications,
      onlyScope: `https://${cloud.graph}/.default`,
      ...graph('organization'),
      who: ['value.0.displayName'],
    })),
  ],
  errors: [
    ...entraErrors,
    ...deviceErrors,
    {
      see: ['refusals', 'organization'],
      on: ['api'],
      status: [403],
      means: 'denied',
      cause:
        'Graph knows the token but it lacks a permission for this request; the test request of an application needs Organization.Read.All.',
      remedy:
        'Add the permission under API permissions and have an administrator consent; a new token carries it. If the jobs need no such permission, the connection works without it.',
    },
    {
      see: ['refusals'],
      on: ['api'],
      status: [401],
      means: 'configuration',
      cause: 'Graph does not take the token: it is meant for another service or another cloud.',
      remedy: 'Ask for scopes of Graph, and choose the cloud of the directory.',
    },
  ],
  warnings: [
    entraWarnings.oneDirectory(
      applications,
      'an application works in one directory; nobody signs in who could tell which',
    ),
    {
      see: ['credentials', 'reports'],
      at: 'request',
      ways: applications,
      when: { hasScopes: Object.keys(delegated) },
      says: 'An application asks for {resource}/.default alone; these scopes are for people.',
      remedy: 'Ask for https://graph.microsoft.com/.default, and choose Application permissions at the registration.',
      refuses: true,
    },
    ...foreignScopes,
    entraWarnings.endsSoon(people),
  ],
  traps: [
    'A redirect URI that does not match is refused on Microsoft’s own page (AADSTS50011) and never comes back here.',
    'All scopes of one request must belong to one service.',
    'A redirect URI of the platform Single-page application gives refresh tokens of 24 hours and refuses requests without an Origin header.',
    'Client secrets end after 24 months at most and jobs stop that day; a certificate made here carries its end date.',
    'New application permissions reach a job with its next token, once an administrator has consented.',
    'A guest gives the tenant that owns the data, not organizations or common.',
    'Sign-in sessions that are revoked end the connection of that person. A new password ends it where the client has no secret or certificate, as with a device code; a reset by an administrator may end it in any case.',
    'Unattended ways know no person: neither passwords nor sign-in policies for people end them.',
    'There is no revocation endpoint: an administrator ends sign-in sessions in the Entra admin center.',
  ],
} satisfies Provider
