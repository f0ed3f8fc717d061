/** The exact requests of a connection or a draft, masked, without sending anything. */
import { EvergrantError } from '../errors.ts'
import { startAuthorization } from '../oauth/authorization.ts'
import { maskCall } from '../oauth/call.ts'
import type { CallTemplate } from '../oauth/call-template.ts'
import { nameMissing } from '../oauth/template.ts'
import { secret } from '../secret.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import { redirectAdvice } from '../provider/redirects.ts'
import { isBrought, isTyped } from '../provider/values.ts'
import { sentence } from '../provider/warnings.ts'
import type { ClientRecord } from '../store/store.ts'
import { adviceOf } from './advice.ts'
import type { MaskedRequest, Preview } from './connections.ts'
import type { Context } from './context.ts'
import { parameterSays } from './parameter-words.ts'
import type { Plan } from './plan.ts'

/** Stands for what an authorization would bring; masked like the real thing. */
const sample: TokenSet = {
  accessToken: secret('-'),
  refreshToken: secret('-'),
  tokenType: 'Bearer',
  obtainedAt: 0,
  expiresAt: 'unknown',
  values: {},
  warnings: [],
}
const sampleFlow = { code: secret('-'), code_verifier: secret('-'), state: secret('-'), device_code: secret('-') }

export async function previewOf(
  context: Pick<Context, 'publicUrl' | 'clock'>,
  plan: Plan,
  client: ClientRecord | undefined,
): Promise<Preview> {
  const missing = new Set(plan.missing())
  const redirectUri = plan.connection.redirectUri ?? `${context.publicUrl}/oauth/callback`
  const redirect =
    plan.way.authorize &&
    redirectAdvice(plan.provider, plan.wayName, redirectUri, plan.values(), { publicUrl: context.publicUrl })
  const refused = redirect === undefined || redirect.allowed ? undefined : redirect.reason
  const token = await masked(plan, plan.way.token, redirectUri, missing)
  const renewal = await masked(plan, plan.way.renewal.call, redirectUri, missing)
  return {
    ...authorizationOf(plan, redirectUri, missing),
    ...(redirect !== undefined && { register: redirect.register }),
    ...(refused !== undefined && { redirectRefused: refused }),
    ...(token === undefined ? {} : { token }),
    ...(renewal === undefined ? {} : { renewal }),
    missing: [...missing],
    advice: [
      ...adviceOf(plan, client, undefined, context.clock.now()).map((one) => ({ says: sentence(one), path: one.path })),
      ...plan.faults().map(({ path, problem, remedy }) => ({
        says: `${problem}${remedy === undefined ? '' : `: ${remedy}`}.`,
        path: `inputs.${path}`,
      })),
      ...(refused === undefined ? [] : [{ says: `The redirect URI ${refused}.`, path: 'redirect_uri' }]),
      ...notesOf(plan, token).map((says) => ({ says })),
    ],
  }
}

function authorizationOf(plan: Plan, redirectUri: string, missing: Set<string>): Partial<Preview> {
  const facts = plan.way.authorize
  if (facts === undefined) return {}
  try {
    const values = { ...plan.values(), redirect_uri: redirectUri }
    // State and challenge are drawn anew at each start: here they stand as zeros.
    const { url, parameters } = startAuthorization(
      { url: facts.url, params: facts.params, pkce: facts.pkce },
      values,
      (size) => new Uint8Array(size),
    )
    return {
      redirectUri,
      authorizationUrl: url,
      authorizationParameters: parameters.map(([name, value]) => ({
        name,
        value,
        says: parameterSays(plan, name),
      })),
    }
  } catch (error) {
    for (const name of lacking(plan, error)) missing.add(name)
    return { redirectUri }
  }
}

async function masked(
  plan: Plan,
  template: CallTemplate | undefined,
  redirectUri: string,
  missing: Set<string>,
): Promise<MaskedRequest | undefined> {
  if (template === undefined) return undefined
  try {
    return maskCall(
      await plan.call(template, { tokens: sample, flow: { ...sampleFlow, redirect_uri: redirectUri } }, 'client'),
    )
  } catch (error) {
    for (const name of lacking(plan, error)) missing.add(name)
    return undefined
  }
}

/**
 * What a request cannot be made without, by the names a person gives it under; what the service brings is left out.
 * Every other fault is the caller's to hear.
 */
function lacking({ provider, wayName }: Plan, error: unknown): string[] {
  if (!(error instanceof EvergrantError) || error.code !== 'missing_value') throw error
  return (error.facts.faults ?? [])
    .map(nameMissing)
    .filter((name) => {
      const value = provider.values?.[name]
      // One that is read from a file or set by a choice is named by `missing` of the plan, as that.
      return value === undefined || (isTyped(value) && !isBrought(value, provider, wayName))
    })
    .map((name) => (name === 'scope' ? 'scopes' : name))
}

const passwordNote =
  'The password grant is deprecated: the password itself is kept here, and a new password or a second factor may end the connection.'

function otherWays({ name, ways }: Plan['provider']): string {
  const others = Object.entries(ways).flatMap(([way, { grant, label }]) =>
    grant === 'password' ? [] : [`${way} (${label})`],
  )
  return others.length === 0
    ? `No other way to connect ${name} is known here.`
    : `Other ways to connect ${name}: ${others.join(', ')}.`
}

/** What is so with this service, whatever is set. */
function notesOf({ provider, way }: Plan, token: MaskedRequest | undefined): string[] {
  const found: string[] = []
  if (way.authorize?.pkce === 'off' && way.grant === 'authorization_code')
    found.push('This service is used without PKCE.')
  if (way.grant === 'password') found.push(`${passwordNote} ${otherWays(provider)}`)
  if (token?.method === 'GET') found.push('This service wants secrets in the address; they are never logged here.')
  return found
}
