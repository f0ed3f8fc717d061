/**
 * The glue between a row of the contract and a handler: reads params, query and body by their schemas, names all faults
 * at once, and lets out only what the schema of the answer declares.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Route } from '../api/contract.ts'
import { EvergrantError } from '../errors.ts'
import type { Fault } from '../errors.ts'
import type { Audited } from './audited.ts'
import type { Caller } from './callers.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | undefined
  }
  interface FastifyInstance {
    audited: Audited
  }
  interface FastifyContextConfig {
    route?: Route
  }
}

type Read<R, Part extends string> = R extends { [K in Part]: infer S extends z.ZodType } ? z.output<S> : undefined
type Answer<R> = R extends { response: infer S extends z.ZodType } ? z.input<S> : void

export type Input<R extends Route> = {
  params: Read<R, 'params'>
  query: Read<R, 'query'>
  body: Read<R, 'body'>
  request: FastifyRequest
  reply: FastifyReply
} & (R['needs'] extends 'nothing' ? { caller: Caller | undefined } : { caller: Caller })

/** Serves a row of the contract. A handler may set another status than the row's, for an answer that is not ready. */
export function implement<R extends Route>(
  app: FastifyInstance,
  route: R,
  handler: (input: Input<R>) => Promise<Answer<R>>,
): void {
  app.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: { route },
    handler: async (request, reply) => {
      // True by construction: `admit` has refused a missing caller, and the parts were read by the row's own schemas.
      const input = { ...readParts(route, request), caller: request.caller, request, reply } as Input<R>
      const answer = await app.audited.route(route, request, () => handler(input))
      // A stream goes its own way.
      if (reply.sent) return reply
      if (reply.statusCode === 200) reply.code(route.status ?? 200)
      if (route.response === undefined) return reply.send()
      return reply.type('application/json; charset=utf-8').send(JSON.stringify(route.response.parse(answer)))
    },
  })
}

function readParts(route: Route, request: FastifyRequest): { params: unknown; query: unknown; body: unknown } {
  const faults: Fault[] = []
  const read = (part: 'params' | 'query' | 'body', value: unknown): unknown => {
    const schema = route[part]
    if (schema === undefined) return undefined
    const result = schema.safeParse(value)
    if (result.success) return result.data
    faults.push(...faultsOf(result.error, part))
    return undefined
  }
  const parts = {
    params: read('params', request.params),
    query: read('query', request.query),
    body: read('body', request.body ?? {}),
  }
  if (faults.length > 0) throw invalid(faults)
  return parts
}

/** zod's issues as faults. Their messages name what was expected, never the value that came. */
export function faultsOf(error: z.ZodError, part: string): Fault[] {
  return error.issues.flatMap((issue) => {
    const path = [...(part === 'body' ? [] : [part]), ...issue.path.map(String)].join('.')
    if (issue.code !== 'invalid_union') return [{ path, problem: issue.message }]
    return [{ path, problem: `fits none of the accepted forms: ${unionForms(issue.errors)}` }]
  })
}

function unionForms(branches: readonly (readonly { path: readonly PropertyKey[]; message: string }[])[]): string {
  return branches
    .map((issues) => issues.map(({ path, message }) => [...path, message].map(String).join(': ')).join(', '))
    .join('; or ')
}

export function invalid(faults: readonly Fault[]): EvergrantError {
  const detail = faults.map(({ path, problem }) => (path === '' ? problem : `${path}: ${problem}`)).join('; ')
  return new EvergrantError('invalid_request', { detail, faults })
}
