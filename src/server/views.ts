/** The domain's views as the wire has them: snake_case, integer epoch seconds. Nothing here decides anything. */
import type { ActionReportOnWire, AttemptOnWire, PreviewOnWire } from '../api/action.ts'
import { maskedRequest, maskedResponse } from '../api/action.ts'
import type { AuthorizationOnWire } from '../api/authorization.ts'
import type { ApiOnWire, ConnectionOnWire } from '../api/connection.ts'
import type { KeyOnWire } from '../api/key.ts'
import type { TokenOnWire } from '../api/token.ts'
import type {
  ActionReport,
  ApiView,
  AuthorizationView,
  ConnectionView,
  Preview,
  ServedToken,
} from '../connections/connections.ts'
import { placesToChange } from '../connections/outcome.ts'
import { withLikely } from '../connections/likely.ts'
import type { ApiKeyRecord, AttemptRecord, FailureRecord } from '../store/store.ts'
import { present } from './present.ts'

/** Epoch milliseconds as seconds, rounded down: an end is never promised later than it comes. */
export const seconds = (ms: number): number => Math.floor(ms / 1000)
const maybeSeconds = (ms: number | undefined) => (ms === undefined ? undefined : seconds(ms))

/** `now` in epoch milliseconds; `expires_in` counts whole seconds from it. */
export function tokenView(served: ServedToken, now: number): TokenOnWire {
  return present({
    access_token: served.accessToken.open(),
    token_type: served.tokenType,
    expires_in: served.expiresAt === undefined ? undefined : secondsLeft(served.expiresAt, now),
    expires_at: maybeSeconds(served.expiresAt),
    scope: served.scope?.join(' '),
    connection: served.connection,
    generation: served.generation,
    warnings: [...served.warnings],
    values: Object.keys(served.shown).length === 0 ? undefined : { ...served.shown },
  })
}

export function secondsLeft(expiresAt: number, now: number): number {
  return Math.max(0, Math.floor((expiresAt - now) / 1000))
}

export function connectionView(view: ConnectionView): ConnectionOnWire {
  const { client } = view
  return present({
    name: view.name,
    provider: view.provider,
    provider_name: view.providerName,
    way: view.way,
    grant: view.grant,
    state: view.state,
    condition: view.condition,
    generation: view.generation,
    client:
      client &&
      present({
        id: client.id,
        method: client.method,
        has_secret: client.hasSecret,
        has_key: client.hasKey,
        key_id: client.keyId,
        certificate: client.certificate,
        public_key: client.publicKey,
        state: client.state,
        secret_ends_at: maybeSeconds(client.secretEndsAt),
        certificate_ends_at: maybeSeconds(client.certificateEndsAt),
        shared_with: client.sharedWith,
      }),
    inputs: view.inputs,
    captured: [...view.captured],
    scopes: [...view.scopes],
    scopes_granted: view.scopesGranted && [...view.scopesGranted],
    redirect_uri: view.redirectUri,
    overrides: view.overrides,
    created_at: seconds(view.createdAt),
    authorized_at: maybeSeconds(view.authorizedAt),
    obtained_at: maybeSeconds(view.obtainedAt),
    expires_at: typeof view.expiresAt === 'number' ? seconds(view.expiresAt) : view.expiresAt,
    has_refresh_token: view.hasRefreshToken,
    renewal: view.renewal,
    next_renewal_at: maybeSeconds(view.nextRenewalAt),
    retry_at: maybeSeconds(view.retryAt),
    callers_wait_at: maybeSeconds(view.callersWaitAt),
    person_by: maybeSeconds(view.personBy),
    actions: [...view.actions],
    deaths: view.deaths.map(({ what, at }) => ({ what, at: seconds(at) })),
    who: view.who,
    failure: view.failure && failureView(view.failure),
    warnings: [...view.warnings],
    api: view.api && apiView(view.api),
    to_choose: view.toChoose.length === 0 ? undefined : [...view.toChoose],
    settings_version: view.settingsVersion,
  })
}

export function apiView({ base, headers, leftOut }: ApiView): ApiOnWire {
  return present({ base, headers, left_out: [...leftOut] })
}

function failureView(failure: FailureRecord): NonNullable<ConnectionOnWire['failure']> {
  const { kind, code, words, remedy, status, count, firstAt, lastAt, retryAt } = failure
  // What to do is told by whoever shows it: the page has the field at hand, the command line the command.
  const { cause } = withLikely(failure)
  const times = { first_at: seconds(firstAt), last_at: seconds(lastAt), retry_at: maybeSeconds(retryAt) }
  return present({ kind, code, words, cause, remedy, status, count, ...times })
}

export function actionView(report: ActionReport): ActionReportOnWire {
  const { ok, request, response, who } = report
  const failure = report.failure && withLikely(report.failure)
  const introspection = report.introspection && introspectionView(report.introspection)
  const connection = connectionView(report.connection)
  return present({ ok, request, response, failure, change: toChange(report.failure), connection, who, introspection })
}

/** A service may have its own code for a client that it does not take. */
function toChange(failure: ActionReport['failure']): string[] | undefined {
  if (failure === undefined) return undefined
  const code = failure.kind === 'client' ? 'invalid_client' : failure.code
  const places = placesToChange({ ...failure, kind: 'failed', code })
  return places.length === 0 ? undefined : places
}

function introspectionView({ active, scope, expiresAt }: NonNullable<ActionReport['introspection']>) {
  return present({ active, scope, expires_at: typeof expiresAt === 'number' ? seconds(expiresAt) : expiresAt })
}

export function previewView(preview: Preview): PreviewOnWire {
  return present({
    authorization_url: preview.authorizationUrl,
    authorization_parameters: preview.authorizationParameters,
    redirect_uri: preview.redirectUri,
    redirect_register: preview.register,
    redirect_refused: preview.redirectRefused,
    token: preview.token,
    renewal: preview.renewal,
    missing: [...preview.missing],
    warnings: preview.advice.map(({ says }) => says),
    advice: preview.advice.map((one) => ({ ...one })),
  })
}

/** Requests and responses of attempts are stored as plain JSON; what does not read as one is left out. */
export function attemptView(attempt: AttemptRecord): AttemptOnWire {
  const { trigger, step, generation, outcome, status, code } = attempt
  return present({
    at: seconds(attempt.at),
    trigger,
    step,
    generation,
    outcome,
    status,
    code,
    duration_ms: attempt.durationMs,
    request: maskedRequest.safeParse(attempt.request).data,
    response: maskedResponse.safeParse(attempt.response).data,
  })
}

/** A device flow has no page of its own to lead to. */
export function authorizationView(view: AuthorizationView, publicUrl: string): AuthorizationOnWire {
  return present({
    id: view.id,
    connection: view.connection,
    back: view.back,
    url: view.url,
    link: view.url === undefined ? undefined : `${publicUrl}/a/${view.id}`,
    authorization_url: view.authorizationUrl,
    redirect_uri: view.redirectUri,
    user_code: view.userCode,
    verification_uri: view.verificationUri,
    verification_uri_complete: view.verificationUriComplete,
    expires_at: seconds(view.expiresAt),
    outcome: outcomeView(view.outcome),
  })
}

function outcomeView(outcome: AuthorizationView['outcome']): AuthorizationOnWire['outcome'] {
  const places = placesToChange(outcome)
  const told = outcome.kind === 'failed' ? withLikely(outcome) : outcome
  return present({ ...told, change: places.length === 0 ? undefined : places })
}

export function keyView(key: ApiKeyRecord): KeyOnWire {
  const { id, prefix, name, verbs, connections, addresses } = key
  return present({
    id,
    prefix,
    name,
    verbs,
    connections,
    addresses,
    created_at: seconds(key.createdAt),
    expires_at: maybeSeconds(key.expiresAt),
    revoked_at: maybeSeconds(key.revokedAt),
    last_used_at: maybeSeconds(key.lastUsedAt),
  })
}
