/** Values that a service lists once it knows who asks: fetched with the root token, never kept. */
import { EvergrantError } from '../errors.ts'
import { asText, lookUp, parseBody } from '../oauth/answer.ts'
import type { Failure } from '../oauth/failure.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import type { Value } from '../provider/provider.ts'
import { isTyped, valuesUsed } from '../provider/values.ts'
import type { Choices, OpenChoice } from './connections.ts'
import type { Context } from './context.ts'
import { exchange, refusalIn } from './exchange.ts'
import type { Plan } from './plan.ts'

const mostChoices = 1000

/** What can be picked from a list and is not set. */
export function openChoices(plan: Plan, tokens: TokenSet | undefined): OpenChoice[] {
  const values = plan.values({ tokens })
  return picks(plan)
    .filter(([name]) => values[name] === undefined)
    .map(([name, { label, help, optional }]) => ({
      value: name,
      label,
      ...(help === undefined ? {} : { help }),
      optional: optional === true,
    }))
}

/** Names only, before anything is sent: what is no list is told as such. */
export function pickOf(plan: Plan, name: string): NonNullable<Value['pick']> {
  const pick = plan.provider.values?.[name]?.pick
  if (pick !== undefined) return pick
  const known = picks(plan).map(([value]) => value)
  throw new EvergrantError('invalid_request', {
    connection: plan.connection.name,
    detail: `"${plan.provider.name}" lists nothing to pick "${name.slice(0, 60)}" from`,
    remedy: known.length === 0 ? 'this service lists no values' : `it lists: ${known.join(', ')}`,
  })
}

export async function fetchChoices(context: Context, plan: Plan, name: string, root: TokenSet): Promise<Choices> {
  const pick = pickOf(plan, name)
  const call = await plan.call(pick, { tokens: root }, 'none')
  const answered = await exchange(context, plan, call, { trigger: 'person', step: 'pick', generation: 0 })
  const failure = refusalIn(plan, answered)
  if (failure !== undefined || answered.response === undefined) throw notListed(plan, name, failure)
  const list = lookUp(parseBody(answered.response), pick.list)
  const choices = (Array.isArray(list) ? list.slice(0, mostChoices) : []).flatMap((item) => {
    const value = asText(lookUp(item, pick.value))
    return value === undefined || value === '' ? [] : [{ value, label: asText(lookUp(item, pick.label)) || value }]
  })
  const current = plan.values({ tokens: root })[name]
  return { choices, ...(typeof current === 'string' ? { current } : {}) }
}

/** Those a person may set: a value that only the service brings is none to choose. */
function picks(plan: Plan): [string, Value][] {
  const used = valuesUsed(plan.provider, plan.wayName)
  return Object.entries(plan.provider.values ?? {}).filter(
    ([name, value]) => value.pick !== undefined && isTyped(value) && (used.has(name) || value.shown === true),
  )
}

function notListed(plan: Plan, name: string, failure: Failure | undefined): EvergrantError {
  const passes = failure !== undefined && ['transient', 'unknown_outcome', 'not_sent'].includes(failure.kind)
  const said = [failure?.code, failure?.words, failure?.cause].filter((text) => text !== undefined)
  return new EvergrantError(passes ? 'provider_failing' : 'provider_refused', {
    connection: plan.connection.name,
    detail: `"${plan.provider.name}" did not list what "${name}" can be: ${said.join(': ')}`,
    ...(failure?.remedy === undefined ? {} : { remedy: failure.remedy }),
  })
}
