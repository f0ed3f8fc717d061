import type { Provider, Scopes } from '../provider/provider.ts'
import {
  applicationWays,
  consentAddress,
  deviceSource,
  deviceWay,
  entraRedirects,
  entraSources,
  entraWarnings,
  personWays,
  prompt,
  registerSteps,
  secretClient,
  tenant,
} from './family/entra.ts'
import { deviceErrors, entraErrors } from './family/entra-errors.ts'

const docs = 'https://learn.microsoft.com/en-us/dynamics365/business-central/dev-itpro'
const checked = '2026-11-22'

const service = 'https://api.businesscentral.dynamics.com'
const api = `${service}/v2.0/{tenant}/{environment}/api/v2.0`
const bearer = { header: 'Bearer {token}' }

const asked = { host: 'login.microsoftonline.com', scope: '{scope}' }
const people = ['user', 'user_certificate', 'device']
const everyone = ['app_certificate', 'app_secret', ...people]

const applicationScopes: Scopes = {
  see: ['s2s', 'credentials'],
  because: 'application permissions are asked for as one word; which ones it holds is set at the registration',
  separator: ' ',
  preset: [`${service}/.default`],
  known: { [`${service}/.default`]: 'All application permissions that an administrator consented to' },
  closed: true,
}

export default {
  id: 'business-central-online',
  name: 'Business Central Online',
  aliases: ['Dynamics 365 Business Central', 'Microsoft Dynamics 365 Business Central', 'BC SaaS', 'NAV online'],
  category: 'erp',
  checked,
  tried: 'never',
  sources: {
    ...entraSources,
    ...deviceSource,
    s2s: {
      url: `${docs}/administration/automation-apis-using-s2s-authentication`,
      checked,
      note: 'registration, application permissions, the page Microsoft Entra applications, request of a token',
    },
    connect: {
      url: `${docs}/developer/devenv-develop-connect-apps`,
      checked,
      note: 'delegated permissions; Basic authentication ended online in October 2022',
    },
    addresses: {
      url: `${docs}/webservices/api-endpoint-structure`,
      checked,
      note: 'with and without the directory in the path',
    },
    environments: {
      url: `${docs}/webservices/api-get-environments`,
      checked,
      note: 'v1.2 as of 2026; copies of the page still show v1.1',
    },
    companies: { url: `${docs}/api-reference/v2.0/api/dynamics_company_get`, checked },
    codes: { url: `${docs}/webservices/dynamics-error-codes`, checked },
    statuses: { url: `${docs}/webservices/web-service-troubleshooting`, checked },
    helper: {
      url: 'https://github.com/microsoft/navcontainerhelper/blob/master/Auth/New-BcAuthContext.ps1',
      checked,
      note: 'the vendor’s own tool asks for a device code with the scopes of Business Central',
    },
    not_enabled: {
      url: 'https://github.com/MicrosoftDocs/dynamics365smb-devitpro-pb/issues/3172',
      checked,
      note: '401 Authentication_InvalidCredentials with a good token',
    },
  },
  console: {
    url: 'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade',
    steps: [
      registerSteps.register,
      registerSteps.redirect,
      'API permissions, Add a permission, Microsoft APIs, Dynamics 365 Business Central. For unattended jobs: Application permissions, API.ReadWrite.All (APIs and web services) and, only if needed, Automation.ReadWrite.All. For a person: Delegated permissions, Financials.ReadWrite.All.',
      `For unattended jobs an administrator chooses Grant admin consent there, or opens ${consentAddress}.`,
      'For unattended jobs, in each environment of Business Central: search for Microsoft Entra applications, New, enter the Application (client) id as client id, set State to Enabled, and assign the permission sets that the jobs need. SUPER cannot be assigned. Without this step the token is good and every request is refused.',
      registerSteps.credentials,
      registerSteps.device,
      registerSteps.ids,
    ],
  },
  values: {
    tenant: {
      ...tenant,
      help: 'the directory of the Business Central customer: its id or one of its domains; it also stands in the address of the API',
    },
    environment: {
      label: 'Environment',
      help: 'its name in the Business Central administration center; it stands in the address of the API',
      example: 'Production',
      shape: 'slug',
      shown: true,
      pick: {
        see: ['environments'],
        confidence: 'medium',
        because: 'that an application may list them, and not only a person, is not documented; the name can be typed',
        method: 'GET',
        auth: bearer,
        url: `${service}/environments/v1.2`,
        list: 'value',
        value: 'name',
        label: 'name',
      },
    },
    prompt,
  },
  hosts: { token: ['login.microsoftonline.com'], api: ['api.businesscentral.dynamics.com'] },
  client: secretClient,
  scopes: {
    see: ['connect', 'code', 'refresh'],
    separator: ' ',
    refresh: 'offline_access',
    preset: [`${service}/.default`, 'offline_access'],
    known: {
      [`${service}/.default`]: 'All delegated permissions that the registration lists',
      [`${service}/Financials.ReadWrite.All`]: 'Read and write what the person may read and write',
      [`${service}/user_impersonation`]: 'The same, under its older name',
      offline_access: 'A refresh token; without it the authorization lasts one hour',
      openid: 'Who authorized',
      profile: 'Name of the person',
      email: 'E-mail address of the person',
    },
  },
  ways: {
    ...applicationWays({ ...asked, scopes: applicationScopes }),
    ...personWays(asked),
    device: deviceWay({ ...asked, see: ['helper'] }),
  },
  redirects: entraRedirects,
  api: { see: ['addresses'], base: api, send: { authorization: 'Bearer {token}' } },
  probes: [
    {
      see: ['companies', 'not_enabled'],
      because: 'a token alone proves nothing: the environment decides by its own list of applications and users',
      name: 'companies',
      method: 'GET',
      auth: bearer,
      url: `${api}/companies`,
      onlyWith: 'environment',
      who: ['value.0.name'],
    },
  ],
  errors: [
    {
      see: ['not_enabled', 's2s', 'codes'],
      on: ['api'],
      status: [401],
      match: { 'error.code': ['Authentication_InvalidCredentials'] },
      means: 'configuration',
      cause:
        'The token is good, but this environment does not let its owner in: the application is not on the page Microsoft Entra applications, is not enabled there, or the person is no user of the environment.',
      remedy:
        'In this environment of Business Central open Microsoft Entra applications, add the client id, set State to Enabled and assign permission sets; for a person add a licensed user. Then test again.',
    },
    {
      see: ['statuses'],
      on: ['api'],
      status: [401],
      means: 'configuration',
      cause:
        'Business Central does not take the token: it is meant for another service or another directory, or it has ended.',
      remedy: 'Ask for https://api.businesscentral.dynamics.com/.default, and check the tenant.',
    },
    {
      see: ['statuses', 's2s'],
      on: ['api'],
      status: [403],
      means: 'denied',
      cause: 'The permission sets of the application or the user do not allow this.',
      remedy: 'Assign permission sets on the page Microsoft Entra applications or Users of this environment.',
    },
    {
      see: ['codes'],
      on: ['api'],
      match: { 'error.code': ['Internal_CompanyNotFound'] },
      means: 'configuration',
      cause: 'There is no such company in this environment, or no default company.',
      remedy: 'Take the id of the company from the list of companies.',
    },
    {
      see: ['statuses', 'addresses'],
      confidence: 'medium',
      because: 'the page gives 404 for what does not exist; the answer for a wrong environment is not shown',
      on: ['api'],
      status: [404],
      means: 'configuration',
      cause: 'The directory has no environment of this name, or the environment has no such API.',
      remedy: 'Pick the environment from the list, or take its name from the Business Central administration center.',
    },
    {
      see: ['statuses'],
      on: ['api'],
      status: [429],
      means: 'retry',
      cause: 'Too many requests: 6,000 in five minutes and five at once for each user or application.',
      remedy: 'Let jobs run one after the other, or give them applications of their own.',
    },
    ...entraErrors,
    ...deviceErrors,
  ],
  warnings: [
    entraWarnings.oneDirectory(everyone, 'the directory stands in the address of the API as well'),
    {
      see: ['not_enabled', 'addresses'],
      at: 'token',
      when: { lacks: ['environment'] },
      says: 'No environment is chosen: jobs have no address, and nothing has shown that Business Central takes the token.',
      remedy: 'Pick the environment or type its name, then run the test request.',
    },
    entraWarnings.endsSoon(people),
  ],
  traps: [
    'A token is given to any consented application; whether Business Central takes it shows only in the test request.',
    'The page Microsoft Entra applications belongs to one environment: enabling an application in Production does nothing for a sandbox.',
    'SUPER cannot be assigned to an application; give the permission sets that the job needs.',
    'Basic authentication and web service access keys were switched off online in October 2022.',
    'Client secrets end after 24 months at most and jobs stop that day; a certificate made here carries its end date.',
    'A partner who works as a guest gives the tenant of the customer.',
    'Only the global cloud is described: no address of Business Central in a national cloud was found.',
    'There is no revocation endpoint: an administrator ends sign-in sessions in the Entra admin center, or disables the application on its page in Business Central.',
  ],
} satisfies Provider
