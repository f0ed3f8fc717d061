/**
 * What a person should hear of a connection as it stands: derived when somebody looks, never stored. Jobs get codes
 * with their token (`remember.ts`), people get sentences.
 */
import { EvergrantError } from '../errors.ts'
import type { End, TokenSet } from '../oauth/token-set.ts'
import { adviceAt, type Advice, type Facts } from '../provider/warnings.ts'
import type { ClientRecord } from '../store/store.ts'
import { openChoices } from './choices.ts'
import { clientAdvice, keyAdvice } from './client.ts'
import type { Plan } from './plan.ts'

/** All of it. `tokens` is the root of the connection, where it has one. */
export function adviceOf(
  plan: Plan,
  client: ClientRecord | undefined,
  tokens: TokenSet | undefined,
  now: number,
): Advice[] {
  const facts = factsOf(plan, tokens, now)
  const found = [
    ...adviceAt('request', plan.provider, plan.wayName, facts),
    ...(client === undefined ? [] : clientAdvice(plan.client, client, now)),
    ...(tokens === undefined ? [] : adviceAt('token', plan.provider, plan.wayName, facts)),
    ...(tokens === undefined ? [] : [...stepAdvice(plan, tokens), ...choiceAdvice(plan, tokens)]),
    ...(tokens?.warnings ?? []).flatMap((code) => oddities[code] ?? []),
  ]
  return found.filter(({ says }, index) => found.findIndex((other) => other.says === says) === index)
}

function choiceAdvice(plan: Plan, tokens: TokenSet): Advice[] {
  const { name } = plan.connection
  return openChoices(plan, tokens)
    .filter(({ optional }) => !optional)
    .map(({ value, label }) => ({
      path: `inputs.${value}`,
      says: `${label} is not chosen yet.`,
      remedy: `\`evergrant choices ${name} ${value}\` lists what it can be.`,
    }))
}

/** What follows a new token and failed: in the words of the service, with what is missing until it works. */
function stepAdvice(plan: Plan, tokens: TokenSet): Advice[] {
  const values = plan.values({ tokens })
  return Object.entries(tokens.steps ?? {}).flatMap(([name, { failure }]) => {
    if (failure === undefined) return []
    const step = plan.way.steps?.find((one) => one.name === name)
    const missing = Object.keys(step?.take ?? {}).filter(
      (value) => plan.provider.values?.[value] !== undefined && values[value] === undefined,
    )
    const told = [failure.words, failure.cause].flatMap((text) => (text === undefined ? [] : [text.replace(/\.$/, '')]))
    const lack = missing.length === 0 ? '' : ` Missing until it works: ${missing.join(', ')}.`
    return [
      {
        path: 'token',
        says: `The step "${name}" after the token failed: ${[failure.code, ...told].join(': ')}.${lack}`,
        remedy:
          failure.remedy ?? `It is tried again by itself; \`evergrant test ${plan.connection.name}\` tries it now.`,
      },
    ]
  })
}

/** Throws what would go wrong for sure, before anything is sent. */
export function refuse(plan: Plan, client: ClientRecord | undefined, now: number): void {
  const facts = factsOf(plan, undefined, now)
  const found = [
    ...adviceAt('request', plan.provider, plan.wayName, facts),
    ...(client === undefined ? [] : [...clientAdvice(plan.client, client, now), ...keyAdvice(plan.client, client)]),
  ].filter(({ refuses }) => refuses)
  if (found.length === 0) return
  throw new EvergrantError('invalid_value', {
    connection: plan.connection.name,
    detail: found.map(({ says }) => says.replace(/\.$/, '')).join('; '),
    remedy: found.map(({ remedy }) => remedy).join(' '),
    faults: found.map(({ path, says, remedy }) => ({ path, problem: says, remedy })),
  })
}

function factsOf(plan: Plan, tokens: TokenSet | undefined, now: number): Facts {
  const asked = plan.connection.scopes
  if (tokens === undefined) return { values: plan.values(), asked, now }
  const ends = [tokens.idleEnd, tokens.hardEnd].filter((end): end is Extract<End, number> => typeof end === 'number')
  return {
    values: plan.values({ tokens }),
    asked,
    now,
    came: {
      refreshToken: tokens.refreshToken !== undefined,
      endless: tokens.expiresAt === 'never',
      ...(tokens.scope === undefined ? {} : { granted: tokens.scope }),
      ...(ends.length === 0 ? {} : { endsIn: (Math.min(...ends) - tokens.obtainedAt) / 1000 }),
    },
  }
}

const dull = 'If requests succeed, nothing needs to be done.'

/** Codes of an answer that say something else than the advice above, as sentences. */
const oddities: Readonly<Record<string, Advice>> = {
  token_type_missing: { path: 'token', says: 'The answer names no type of token; it is used as Bearer.', remedy: dull },
  token_type_unknown: {
    path: 'token',
    says: 'The answer names a type of token that is not Bearer.',
    remedy: 'If the API refuses the token, this is why: report the service.',
  },
  scope_unreadable: { path: 'token', says: 'The scopes in the answer could not be read.', remedy: dull },
  value_too_long: {
    path: 'token',
    says: 'A value in the answer was too long and was left out.',
    remedy: 'If a request misses it, report the service.',
  },
  not_extended: {
    path: 'token',
    says: 'The renewal was accepted, but the token ends when the one before did.',
    remedy: 'Authorize again before it ends.',
  },
  expires_in_not_positive: {
    path: 'token',
    says: 'The answer says that the token had ended before it came.',
    remedy: 'Its life is taken from the definition, or as unknown; if requests are refused, compare the clocks.',
  },
  expires_in_unreadable: {
    path: 'token',
    says: 'The life of the token could not be read from the answer.',
    remedy: 'It is taken from the definition, or as unknown.',
  },
}
