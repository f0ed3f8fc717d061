import type { Provider, Warning } from '../provider/provider.ts'
import {
  applicationWays,
  cloudSources,
  clouds,
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
import { entraErrors } from './family/entra-errors.ts'

const docs = 'https://learn.microsoft.com/en-us/dynamics365/business-central/dev-itpro'
const checked = '2026-11-22'

const host = '{login_host}'
const hosted = ['clouds', 'partner_clouds']
const api = 'https://{host}:{port}/{instance}/api/v2.0'
const people = ['user', 'user_certificate']
const everyone = ['app_certificate', 'app_secret', ...people]

/** How the server signs people in decides whether it takes tokens at all: one setting, the same for all its users. */
const signIns = {
  entra: 'AccessControlService with Microsoft Entra ID',
  adfs: 'AccessControlService with AD FS',
  nav_user_password: 'NavUserPassword',
  user_name: 'UserName',
  windows: 'Windows',
}

function withoutOAuth(kind: keyof typeof signIns, confidence: Warning['confidence'], remedy: string): Warning {
  return {
    see: ['credential_types', 'access_keys'],
    ...(confidence && { confidence }),
    at: 'request',
    when: { values: { credential_type: [kind] } },
    says: `A server with the credential type ${signIns[kind]} takes no OAuth token: there is nothing to authorize.`,
    remedy,
    refuses: true,
  }
}

export default {
  id: 'business-central',
  name: 'Business Central',
  aliases: [
    'Business Central on-premises',
    'Dynamics 365 Business Central on-premises',
    'Microsoft Dynamics NAV',
    'Navision',
  ],
  category: 'erp',
  checked,
  tried: 'never',
  sources: {
    ...entraSources,
    ...cloudSources,
    openid: {
      url: `${docs}/administration/authenticating-users-with-azure-ad-openid-connect`,
      checked,
      note: 'registration of the server, AppIdUri, ValidAudiences, the audience for service-to-service tokens',
    },
    walkthrough: {
      url: `${docs}/webservices/walkthrough-authenticate-web-services-using-oauth`,
      checked,
      note: 'scope of a person: the server’s Application ID URI with /.default; delegated permission user_impersonation',
    },
    s2s: {
      url: `${docs}/administration/automation-apis-using-s2s-authentication`,
      checked,
      note: 'unattended on-premises from versions 18.11 and 19.5',
    },
    addresses: { url: `${docs}/api-reference/v2.0/endpoints-apis-for-dynamics`, checked },
    enabling: { url: `${docs}/api-reference/v2.0/enabling-apis-for-dynamics-nav`, checked },
    companies: { url: `${docs}/api-reference/v2.0/api/dynamics_company_get`, checked },
    credential_types: { url: `${docs}/administration/users-credential-types`, checked },
    access_keys: {
      url: `${docs}/webservices/web-services-authentication`,
      checked,
      note: 'Basic with a web service access key',
    },
    codes: { url: `${docs}/webservices/dynamics-error-codes`, checked },
    statuses: { url: `${docs}/webservices/web-service-troubleshooting`, checked },
    multitenant: {
      url: 'https://github.com/microsoft/navcontainerhelper/blob/master/Api/Invoke-NavContainerApi.ps1',
      checked,
      note: 'the vendor’s own tool names the tenant of a multitenant server in the query',
    },
    audiences: {
      url: 'https://github.com/microsoft/nav-docker/issues/570',
      checked,
      note: 'unattended tokens with the scope of the online service; 401 Authentication_InvalidCredentials',
    },
  },
  console: {
    url: 'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade',
    steps: [
      'On the server: the credential type (ClientServicesCredentialType) must be AccessControlService with Microsoft Entra ID. With Windows, UserName or NavUserPassword there is no OAuth, and this service cannot be used.',
      'The registration of the server itself, which exists already: copy its Application ID URI from Expose an API (api://… or https://…). The server setting AppIdUri must hold the same, and ValidAudiences its Application (client) id.',
      'For unattended jobs ValidAudiences must hold https://api.businesscentral.dynamics.com as well: Set-NAVServerConfiguration -ServerInstance BC -KeyName ValidAudiences -KeyValue "APPLICATION_ID;https://api.businesscentral.dynamics.com", then restart the instance.',
      'On the server: switch on ODataServicesEnabled, ODataServicesSSLEnabled and ApiServicesEnabled, and choose Integrate APIs on the page API Setup.',
      `A second registration, for Evergrant. ${registerSteps.register}`,
      registerSteps.redirect,
      'API permissions: for a person, APIs my organization uses, the server’s registration, Delegated permissions, user_impersonation; for unattended jobs, Dynamics 365 Business Central, Application permissions, API.ReadWrite.All, then Grant admin consent.',
      'For unattended jobs, in Business Central: search for Microsoft Entra applications, New, enter the Application (client) id of the second registration, set State to Enabled, and assign permission sets. SUPER cannot be assigned.',
      registerSteps.credentials,
      registerSteps.ids,
      'A certificate of an authority of your own: put {"hosts":{"ca":"-----BEGIN CERTIFICATE-----…"}} into a file, the authority in PEM and not the server’s certificate, and give it as --overrides of the connection. It counts for this connection alone, and nothing else is trusted less.',
      'A server in your own network must be allowed by whoever runs Evergrant: --allow-hosts HOST:PORT, or EVERGRANT_ALLOW_HOSTS.',
    ],
  },
  values: {
    credential_type: {
      label: 'Credential type of the server',
      help: 'ClientServicesCredentialType of the Business Central Server instance; only Microsoft Entra ID knows OAuth',
      default: 'entra',
      choices: Object.entries(signIns).map(([value, label]) => ({ value, label })),
    },
    cloud: {
      label: 'Cloud',
      help: 'where the directory of the server is',
      default: 'global',
      // Both US clouds sign in at one host.
      choices: clouds
        .filter((cloud) => cloud.value !== 'us_defense')
        .map(({ value, label, login }) => ({
          value,
          label: value === 'us_government' ? 'US Government' : label,
          sets: { login_host: login },
        })),
    },
    login_host: { label: 'Sign-in host', from: ['choice.cloud'], shape: 'domain' },
    tenant: { ...tenant, help: 'the directory the server signs in with: its id or one of its domains' },
    app_id_uri: {
      label: 'Application ID URI of the server',
      help: 'of the server’s own registration, under Expose an API; without /.default',
      example: 'api://44444444-cccc-5555-dddd-666666666666',
      shape: 'uri',
    },
    unattended_resource: {
      label: 'Resource of unattended tokens',
      help: 'one of the ValidAudiences of the server; without /.default',
      default: 'https://api.businesscentral.dynamics.com',
      shape: 'uri',
    },
    host: {
      label: 'Host of the API',
      help: 'as in PublicODataBaseUrl of the server, and in its certificate',
      example: 'nav.contoso.com',
      make: ['lower'],
      shape: 'host',
      shown: true,
    },
    port: {
      label: 'Port of the API',
      help: 'ODataServicesPort of the server, or the one of a proxy in front of it',
      default: '7048',
      shape: 'digits',
      shown: true,
    },
    instance: {
      label: 'Server instance',
      help: 'the name in the address after host and port',
      example: 'BC250',
      shape: 'slug',
      shown: true,
    },
    server_tenant: {
      label: 'Tenant of the server',
      help: 'of a multitenant server only: the tenant’s id there, not the directory; jobs add it to each address as ?tenant=',
      example: 'default',
      shape: 'slug',
      optional: true,
      shown: true,
    },
    prompt,
  },
  hosts: { token: loginHosts, api: ['{host}:{port}'] },
  client: secretClient,
  ways: {
    ...applicationWays({
      host,
      scope: '{unattended_resource}/.default',
      see: ['s2s', 'openid', 'audiences', ...hosted],
      confidence: 'medium',
      because: 'one page of the vendor names the audience of the online service, and its users report it',
    }),
    ...personWays({
      host,
      scope: '{app_id_uri}/.default offline_access',
      see: ['walkthrough', ...hosted],
      confidence: 'medium',
      because: 'one page of the vendor shows the scope; the URI itself is whatever the server was registered with',
    }),
  },
  redirects: entraRedirects,
  api: { see: ['addresses'], base: api, send: { authorization: 'Bearer {token}' } },
  probes: [
    {
      see: ['companies', 'addresses', 'multitenant'],
      confidence: 'medium',
      because:
        'a token alone proves nothing: the server decides by its audiences, applications and users; that a multitenant server is told its tenant in the query rests on the vendor’s own tool',
      name: 'companies',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${api}/companies`,
      query: { 'tenant?': '{server_tenant}' },
      who: ['value.0.name'],
    },
  ],
  errors: [
    {
      see: ['audiences', 'openid', 'codes'],
      on: ['api'],
      status: [401],
      means: 'configuration',
      cause:
        'The token is good, but the server does not take it: its audience is missing in ValidAudiences, the application is not enabled on the page Microsoft Entra applications, the person has no user with this authentication e-mail, or the server does not sign in with Microsoft Entra ID.',
      remedy:
        'Check ClientServicesCredentialType, AppIdUri and ValidAudiences of the server instance (its event log says securitytokeninvalidaudienceexception where the audience is missing), restart it, and then the page Microsoft Entra applications or the user.',
    },
    {
      see: ['statuses', 's2s'],
      on: ['api'],
      status: [403],
      means: 'denied',
      cause: 'The permission sets of the application or the user do not allow this.',
      remedy: 'Assign permission sets on the page Microsoft Entra applications or Users.',
    },
    {
      see: ['statuses', 'enabling'],
      on: ['api'],
      status: [405],
      means: 'configuration',
      cause: 'The web services of the server are switched off.',
      remedy: 'Switch on ODataServicesEnabled and ApiServicesEnabled for the server instance, and restart it.',
    },
    {
      see: ['codes'],
      on: ['api'],
      match: { 'error.code': ['Internal_TenantUnavailable', 'Internal_CompanyNotFound'] },
      means: 'configuration',
      cause: 'The server has no such tenant or company, or the tenant is not mounted.',
      remedy: 'Give the tenant of a multitenant server, and see that it is mounted.',
    },
    {
      see: ['statuses', 'addresses'],
      confidence: 'medium',
      because: 'the page gives 404 for what does not exist; the answer for a wrong instance is not shown',
      on: ['api'],
      status: [404],
      means: 'configuration',
      cause: 'The server has no instance of this name, or no such API.',
      remedy:
        'Compare the address with PublicODataBaseUrl of the server, and choose Integrate APIs on the page API Setup.',
    },
    {
      see: ['statuses'],
      on: ['api'],
      status: [429],
      means: 'retry',
      cause: 'The server has more requests than its limits allow.',
      remedy: 'Let jobs run one after the other, or raise the limits of the server.',
    },
    ...entraErrors,
  ],
  warnings: [
    withoutOAuth(
      'nav_user_password',
      undefined,
      'Send user name and web service access key as HTTP Basic from the job itself, or change the server to Microsoft Entra ID.',
    ),
    withoutOAuth(
      'windows',
      undefined,
      'Run the job under a Windows account and let it sign in by Kerberos or NTLM, or change the server to Microsoft Entra ID.',
    ),
    withoutOAuth(
      'user_name',
      undefined,
      'Its web services end with version 20: change the server to Microsoft Entra ID, or to NavUserPassword and let the job send a web service access key as HTTP Basic.',
    ),
    withoutOAuth(
      'adfs',
      'medium',
      'AD FS signs people in and no token for web services is documented: use a web service access key as HTTP Basic, or change the server to Microsoft Entra ID.',
    ),
    entraWarnings.oneDirectory(everyone, 'a server belongs to one directory'),
    entraWarnings.endsSoon(people),
  ],
  traps: [
    'Without Microsoft Entra ID there is no OAuth on-premises: Windows signs in by Kerberos or NTLM, NavUserPassword by HTTP Basic with a web service access key, and jobs do that themselves.',
    'A token is given to any consented application; whether the server takes it shows only in the test request.',
    'Unattended tokens are for the online service’s address, which ValidAudiences must therefore hold; without it every request is answered 401.',
    'Unattended use needs version 18.11, 19.5 or newer.',
    'Application permissions need the service Dynamics 365 Business Central in the directory; a directory that never had it does not find it (AADSTS500011) until a trial was started.',
    'The host must be the name in the server’s certificate; a certificate of your own authority needs the override hosts.ca.',
    'The API must answer by https (ODataServicesSSLEnabled): a token is not sent over plain http.',
    'The instance name is part of the address, and the port of the API (7048) is not the one of the web client.',
    'The vendor advises access tokens of ten minutes on-premises; renewal follows what the token says.',
    'Client secrets end after 24 months at most and jobs stop that day; a certificate made here carries its end date.',
  ],
} satisfies Provider
