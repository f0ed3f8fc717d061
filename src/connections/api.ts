/** How a job uses a token: the address of the API and the headers it wants, from the facts of the service. */
import { EvergrantError } from '../errors.ts'
import { expand, fieldName, holdsSecret, isAbsent, joinText, nameFaults, type Values } from '../oauth/template.ts'
import { hostMatches, hostsOf } from '../provider/hosts.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import type { ApiView } from './connections.ts'
import type { Plan } from './plan.ts'

/** `{token}` stays in place and everything else is filled in. No secret: what names one is left out, and named. */
export function apiOf(plan: Plan, tokens: TokenSet | undefined): ApiView {
  const api = plan.way.api ?? plan.provider.api
  const values = { ...plan.values({ tokens }), token: '{token}' }
  const leftOut: string[] = []
  const fill = (at: string, template: string, place: 'header' | 'url'): string | undefined => {
    const problem = problemOf(template, values, place)
    if (problem === undefined) return joinText(expand(template, values, place)).replaceAll('%7Btoken%7D', '{token}')
    leftOut.push(`${at}: ${problem}`)
    return undefined
  }
  const headers: Record<string, string> = {}
  for (const [key, template] of Object.entries(api.send)) {
    if (key.endsWith('?') && isAbsent(template, values)) continue
    const value = fill(fieldName(key), template, 'header')
    if (value !== undefined) headers[fieldName(key)] = value
  }
  let base = fill('base', api.base, 'url')
  // A callback or an answer may have brought the host: a job would take the token there.
  if (base !== undefined && !hostMatches(base, hostsOf(plan.provider, values).api)) {
    leftOut.push(`base: ${URL.parse(base)?.host ?? 'its address'} is none of the hosts of the service`)
    base = undefined
  }
  return { headers, leftOut, ...(base === undefined ? {} : { base }) }
}

function problemOf(template: string, values: Values, place: 'header' | 'url'): string | undefined {
  const { unknown, missing } = nameFaults(template, values)
  const lacking = [...unknown, ...missing]
  if (lacking.length > 0) return `${lacking.join(', ')} not known yet`
  try {
    return holdsSecret(expand(template, values, place)) ? 'it holds a secret' : undefined
  } catch (error) {
    if (error instanceof EvergrantError) return error.message
    throw error
  }
}
