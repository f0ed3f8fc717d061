/**
 * Answers of Microsoft Entra ID that say no. The number stands first in `error_codes`; the answers to the browser carry
 * `error` alone. Rules are tried in order: numbers first, then what `error` says.
 */
import type { ErrorRule } from '../../provider/provider.ts'

type Rule = Omit<ErrorRule, 'see' | 'match'>

/** A rule for numbers of the vendor's page; those that it lacks rest on reports. */
function numbered(numbers: number[], rule: Rule, reported: number[] = []): ErrorRule[] {
  const match = (codes: number[]) => ({ 'error_codes.0': codes })
  return [
    { see: ['numbers'], ...rule, match: match(numbers) },
    ...(reported.length > 0
      ? [{ see: ['reports'], confidence: 'medium' as const, ...rule, match: match(reported) }]
      : []),
  ]
}

const asking: ErrorRule['on'] = ['token', 'renew']

const ofTheClient: ErrorRule[] = [
  ...numbered([7000215, 70002], {
    on: asking,
    means: 'client',
    cause: 'The client secret is wrong; most often its id was copied instead of its value.',
    remedy: 'Create a new client secret under Certificates & secrets and give its value, which is shown only once.',
  }),
  ...numbered([7000222], {
    on: asking,
    means: 'client',
    cause: 'The client secret has ended.',
    remedy: 'Create a new client secret and give its value with its end date, or change to a certificate.',
  }),
  ...numbered([700027, 700030, 50012, 50027], {
    on: asking,
    means: 'client',
    cause: 'The certificate is not one of this registration, or it has ended.',
    remedy:
      'Upload the certificate of this client under Certificates & secrets, Certificates, and compare thumbprint and end date.',
  }),
  {
    see: ['reports'],
    confidence: 'medium',
    on: asking,
    match: { 'error_codes.0': [700024] },
    means: 'configuration',
    cause: 'The signed proof of the application was too old or from the future when it arrived.',
    remedy: 'Set the clock of this machine by a time server, and try again.',
  },
  ...numbered([7000218], {
    on: asking,
    means: 'configuration',
    cause: 'The application is registered as confidential, and no secret or certificate was sent.',
    remedy:
      'Use a way with a secret or a certificate; for a device code switch on Allow public client flows under Authentication.',
  }),
  ...numbered([700025], {
    on: asking,
    means: 'configuration',
    cause: 'The redirect URI is registered for a public application, which sends no secret and no certificate.',
    remedy: 'Register the redirect URI under the platform Web, or choose the client authentication none.',
  }),
  ...numbered(
    [700016, 700011],
    {
      on: asking,
      means: 'configuration',
      cause: 'This directory does not know the application.',
      remedy:
        'Compare Application (client) id and Directory (tenant) id with Overview; if both are right, have an administrator of the directory open the admin consent address.',
    },
    [7000229],
  ),
  ...numbered([7000112, 70001], {
    on: asking,
    means: 'configuration',
    cause: 'The application is disabled in this directory.',
    remedy:
      'Have an administrator switch it on under Enterprise applications, Properties, Enabled for users to sign in.',
  }),
]

const ofTheDirectory: ErrorRule[] = [
  ...numbered(
    [90002, 50059, 50128, 90019],
    {
      on: asking,
      means: 'configuration',
      cause: 'There is no such tenant in this cloud.',
      remedy: 'Copy Directory (tenant) id from Overview, without spaces, and check the cloud.',
    },
    [900023],
  ),
  ...numbered([90038, 90051, 900382, 900432], {
    on: asking,
    means: 'configuration',
    cause: 'The directory belongs to another national cloud.',
    remedy: 'Choose the cloud of the directory, and register the application there.',
  }),
  ...numbered([50194, 9001023, 90124, 90130, 9002332], {
    on: asking,
    means: 'configuration',
    cause:
      'The application does not serve every directory or account, as common, organizations or consumers would need.',
    remedy: 'Give the Directory (tenant) id of the directory as tenant.',
  }),
]

const ofTheScopes: ErrorRule[] = [
  ...numbered(
    [70011, 28002, 28003, 700022, 700023],
    {
      on: asking,
      means: 'configuration',
      cause:
        'The scopes do not fit each other: all are of one service, /.default stands beside no other scope of it, and unattended ways take /.default alone.',
      remedy:
        'Take the scopes that Evergrant proposes, or name single permissions of one service without /.default; where the scope is made of an address that you gave, check that address.',
    },
    [1002012, 28000],
  ),
  ...numbered([500011, 50001, 650052, 650054, 650056, 650057, 65005], {
    on: asking,
    means: 'configuration',
    cause:
      'The directory does not have the service that the scope names, or the application lists no permission of it.',
    remedy:
      'Check the address in the scope, add a permission of that service under API permissions, and have an administrator consent.',
  }),
  ...numbered([65001, 65004], {
    on: ['renew'],
    means: 'dead',
    cause: 'The consent was taken back, or another permission is asked for than was consented to.',
    remedy: 'Authorize again; where that asks for an administrator, have one open the admin consent address first.',
  }),
  ...numbered([65001, 65004, 90008, 90094, 90095, 90099], {
    on: ['token'],
    means: 'denied',
    cause: 'Nobody consented to these permissions for this directory.',
    remedy:
      'Have an administrator choose Grant admin consent under API permissions, or open the admin consent address; then authorize again.',
  }),
]

const ofThePerson: ErrorRule[] = [
  ...numbered([50105], {
    on: asking,
    means: 'denied',
    cause: 'The application asks for assignment, and this account is not assigned to it.',
    remedy: 'Have an administrator assign it under Enterprise applications, Users and groups.',
  }),
  ...numbered([16000, 16003, 50014, 50020, 50034, 51004, 90072, 500208], {
    on: asking,
    means: 'denied',
    cause: 'The account that signed in is not one of this directory.',
    remedy:
      'Sign in with an account of the directory, or have it invited as a guest; a guest gives the tenant that owns the data.',
  }),
  ...numbered([53000, 53001, 53002, 53003, 53004, 53010, 53011, 50005, 50097, 50131, 530032, 530034, 530035], {
    on: asking,
    means: 'denied',
    cause: 'A Conditional Access policy of the directory does not allow this.',
    remedy:
      'Have an administrator look into the sign-in logs for the policy, and except this application or the address of this server.',
  }),
  ...numbered([50072, 50074, 50076, 50078, 50079, 50158, 70043], {
    on: ['renew'],
    means: 'dead',
    cause: 'The directory wants the person to sign in again, with a second factor or because of its sign-in frequency.',
    remedy: 'Authorize again; for unattended jobs use a way of the application itself, which no sign-in policy ends.',
  }),
  ...numbered([70008, 700082], {
    on: ['renew'],
    means: 'dead',
    cause: 'The refresh token was not used for 90 days.',
    remedy: 'Authorize again.',
  }),
  ...numbered([700084], {
    on: ['renew'],
    means: 'dead',
    cause:
      'The redirect URI is registered for the platform Single-page application, whose refresh tokens end after 24 hours.',
    remedy: 'Register the redirect URI under the platform Web instead, and authorize again.',
  }),
  ...numbered([50173, 50089, 50132, 50133, 50055, 50144, 70000], {
    on: ['renew'],
    means: 'dead',
    cause: 'The authorization was revoked: by the person, by an administrator, or by a changed or reset password.',
    remedy: 'Authorize again.',
  }),
  ...numbered([50057], {
    on: asking,
    means: 'dead',
    cause: 'The account that authorized is disabled.',
    remedy: 'Have an administrator enable it, or authorize with another account.',
  }),
  ...numbered([54005, 70008, 501481, 50089, 700005], {
    on: ['token'],
    means: 'dead',
    cause: 'The code is over: it lives about ten minutes, works once, and only for the tenant that gave it.',
    remedy: 'Start the authorization again.',
  }),
]

/** Nothing is wrong with the request; the number says that it may be repeated. */
const passing: ErrorRule[] = [
  ...numbered([50033, 50087, 70012, 90006, 90012, 90024, 90033, 90055, 90090, 90091], {
    on: asking,
    means: 'retry',
    cause: 'Microsoft’s sign-in service is busy or partly away.',
    remedy: 'Nothing to do: the request is repeated later.',
  }),
  ...numbered([50196], {
    on: asking,
    means: 'retry',
    cause: 'The sign-in service met too many equal requests of this application in a short time.',
    remedy: 'Look for another program that asks with the same registration; the request is repeated later.',
  }),
]

const byName: ErrorRule[] = [
  {
    see: ['code', 'refresh'],
    on: ['renew'],
    match: { error: ['interaction_required', 'consent_required', 'login_required', 'invalid_grant'] },
    means: 'dead',
    cause:
      'The person must sign in again: changed password, revoked sessions, conditional access, or 90 days without use.',
    remedy: 'Authorize again.',
  },
  {
    see: ['code'],
    on: ['authorize'],
    match: { error: ['access_denied', 'consent_required'] },
    means: 'denied',
    cause: 'The person declined, or may not consent to these permissions without an administrator.',
    remedy: 'Authorize again and accept, or have an administrator open the admin consent address first.',
  },
  {
    see: ['code'],
    on: ['authorize'],
    match: { error: ['unauthorized_client'] },
    means: 'configuration',
    cause: 'This directory does not know the application, or the application may not ask for a code.',
    remedy: 'Compare client id and tenant with Overview, and have an administrator open the admin consent address.',
  },
  {
    see: ['code'],
    // At the token endpoint `invalid_client` is a refused secret: RFC 6749 section 5.2 as everywhere.
    on: ['authorize'],
    match: { error: ['invalid_client'] },
    means: 'configuration',
    cause: 'The registration lists no permission of the service that the scope names.',
    remedy: 'Add a permission of that service under API permissions.',
  },
  {
    see: ['code'],
    on: ['authorize', 'token', 'renew'],
    match: { error: ['invalid_resource', 'invalid_scope'] },
    means: 'configuration',
    cause: 'A scope names a service or a permission that the directory or the registration does not have.',
    remedy: 'Check the scopes and the permissions under API permissions.',
  },
  {
    see: ['code'],
    on: ['authorize'],
    match: { error: ['login_required', 'interaction_required'] },
    means: 'denied',
    cause: 'The sign-in page had to ask something and was not allowed to, or no single account fitted.',
    remedy: 'Authorize again with the prompt select_account.',
  },
]

/** RFC 8628 says `access_denied` where Entra says `authorization_declined`. */
export const deviceErrors: ErrorRule[] = [
  {
    see: ['device'],
    on: ['token'],
    match: { error: ['authorization_declined'] },
    means: 'denied',
    cause: 'The person declined.',
    remedy: 'Start again and accept.',
  },
  {
    see: ['device'],
    on: ['token'],
    match: { error: ['expired_token', 'bad_verification_code'] },
    means: 'dead',
    cause: 'The code was not typed in within fifteen minutes, or is not the one that was shown.',
    remedy: 'Start again, and type in the new code at once.',
  },
]

export const entraErrors: ErrorRule[] = [
  ...ofTheClient,
  ...ofTheDirectory,
  ...ofTheScopes,
  ...ofThePerson,
  ...passing,
  ...byName,
]
