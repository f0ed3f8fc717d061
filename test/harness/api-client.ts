/**
 * A client that speaks the contract of `src/api` over a real socket: paths and shapes come from its rows, and an answer
 * that its schema does not know fails the test.
 */
import { Agent, request as httpRequest } from 'node:http'
import type { z } from 'zod'
import { contract, type Route, type RouteName } from '../../src/api/contract.ts'
import { problem, type Problem } from '../../src/api/problem.ts'

type Rows = typeof contract
type Given<N extends RouteName> = {
  params?: Record<string, string>
  query?: Record<string, string>
  body?: Rows[N] extends { body: infer Body extends z.ZodType } ? z.input<Body> : undefined
}
type Answered<N extends RouteName> = Rows[N] extends { response: infer Response extends z.ZodType }
  ? z.output<Response>
  : undefined

export type Api = {
  <N extends RouteName>(name: N, given?: Given<N>): Promise<Answered<N>>
  close(): void
}

/** An error of the interface, as a client gets it. */
export class Refused extends Error {
  readonly problem: Problem

  constructor(answer: Problem) {
    super(`${answer.code}: ${answer.detail} ${JSON.stringify(answer.faults ?? [])} ${answer.admin_detail ?? ''}`)
    this.problem = answer
  }
}

/** Over the Unix socket as the person at this machine, or over TCP with a key as a job. */
export function createApi(where: { socketPath: string } | { host: string; port: number; key: string }): Api {
  const agent = new Agent({ keepAlive: true })
  const { key, ...address } = 'key' in where ? where : { ...where, key: undefined }

  async function api<N extends RouteName>(name: N, { params = {}, query, body }: Given<N> = {}): Promise<Answered<N>> {
    const route: Route = contract[name]
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, one: string) => encodeURIComponent(params[one] ?? ''))
    // Whoever writes to such a route sends an object, an empty one where nothing is to be said.
    const sent = route.body === undefined ? undefined : JSON.stringify(body ?? {})
    const { status, text } = await send(route.method, query ? `${path}?${new URLSearchParams(query)}` : path, sent)
    const value: unknown = text === '' ? undefined : JSON.parse(text)
    if (status >= 400) throw new Refused(problem.parse(value))
    return route.response?.parse(value) as Answered<N> // the schema of this row has read it
  }

  function send(method: string, path: string, body: string | undefined): Promise<{ status: number; text: string }> {
    const headers = {
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    }
    return new Promise((resolve, reject) => {
      const request = httpRequest({ ...address, agent, method, path, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      })
      request.on('error', reject)
      request.end(body)
    })
  }

  return Object.assign(api, { close: () => agent.destroy() })
}
