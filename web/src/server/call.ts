/**
 * Asks the server by the names of its contract:
 *
 *     const { connections } = await call('listConnections', { query: { limit: 100 } })
 *
 * The session travels in a cookie that no script can read. What the server refuses is thrown as a `Problem`.
 */
import { routes } from 'virtual:contract'
import type { z } from 'zod'
import type { contract, RouteName } from '../../../src/api/contract.ts'
import type { Problem as ProblemDocument } from '../../../src/api/problem.ts'

type Contract = typeof contract
type Part<Name extends RouteName, Key extends 'params' | 'query' | 'body'> = Contract[Name] extends {
  [K in Key]: infer Schema extends z.ZodType
}
  ? { [K in Key]: z.input<Schema> }
  : unknown
export type Input<Name extends RouteName> = Part<Name, 'params'> & Part<Name, 'body'> & Partial<Part<Name, 'query'>>
export type Answer<Name extends RouteName> = Contract[Name] extends { response: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined

/** A problem document of the server (RFC 9457), or `unreachable` where none came. */
type ProblemOnWire = Omit<ProblemDocument, 'code'> & { code: ProblemDocument['code'] | 'unreachable' }

export class Problem extends Error {
  readonly facts: ProblemOnWire
  constructor(facts: ProblemOnWire) {
    super(facts.detail)
    this.facts = facts
  }
}

type Loose = { params?: object; query?: object; body?: unknown }

export async function call<Name extends RouteName>(
  name: Name,
  ...[input, signal]: unknown extends Input<Name> ? [Input<Name>?, AbortSignal?] : [Input<Name>, AbortSignal?]
): Promise<Answer<Name>> {
  const [method, path] = routes[name]
  const { params = {}, query = {}, body } = (input ?? {}) as Loose // the type of each route is Input<Name>
  const fields = Object.entries(query).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, String(value)]],
  )
  const values = new Map<string, unknown>(Object.entries(params))
  const address = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(String(values.get(key))))
  const search = new URLSearchParams(fields).toString()
  let response: Response
  try {
    response = await fetch(search === '' ? address : `${address}?${search}`, {
      method,
      credentials: 'same-origin',
      ...(signal && { signal }),
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Problem(unreached)
  }
  const text = await response.text()
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as Answer<Name> // the server holds its own schema
  throw new Problem(readProblem(text, response.status))
}

const unreached: ProblemOnWire = {
  type: 'about:blank',
  status: 0,
  code: 'unreachable',
  title: 'The server does not answer',
  detail: 'Evergrant cannot be reached from this browser.',
  remedy: 'See whether it runs; this page goes on as soon as it does.',
  retryable: true,
  request_id: '',
}

function readProblem(text: string, status: number): ProblemOnWire {
  try {
    const read: unknown = JSON.parse(text)
    if (typeof read === 'object' && read !== null && 'code' in read) return read as ProblemOnWire // by its own contract
  } catch {
    // Not ours: a proxy in between.
  }
  return {
    ...unreached,
    status,
    title: 'An answer that is not Evergrant’s',
    detail: `Status ${status} from something in between.`,
  }
}
