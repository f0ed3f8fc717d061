/** A request as it came, its parameters kept in order and with repetitions. */
import type { IncomingMessage } from 'node:http'

export type Parameters = readonly (readonly [name: string, value: string])[]

export type ReceivedBody =
  | { kind: 'none' }
  | { kind: 'form'; fields: Parameters }
  | { kind: 'json'; value: unknown }
  | { kind: 'text'; text: string }
  /** Says it is something that it is not. */
  | { kind: 'broken'; problem: string }

export type Received = {
  method: string
  /** As sent, not decoded, without the query. */
  path: string
  query: Parameters
  headers: Readonly<Record<string, string>>
  type: string
  body: ReceivedBody
}

/** Told of each request as it came, secrets included. For tests of what goes over the wire, and for nothing else. */
export type Tap = (raw: string) => void

export async function receive(request: IncomingMessage, tap?: Tap): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )
  const [method, target, body] = [request.method ?? 'GET', request.url ?? '/', Buffer.concat(chunks).toString()]
  if (tap) {
    const fields = request.rawHeaders.flatMap((name, at, all) => (at % 2 === 0 ? `${name}: ${all[at + 1]}` : []))
    tap([`${method} ${target}`, ...fields, '', body].join('\n'))
  }
  return received(method, target, headers, body)
}

/** `target` is the path with the query; header names are in lower case. */
export function received(method: string, target: string, headers: Record<string, string>, body: string): Received {
  const cut = target.indexOf('?')
  const [path, query] = cut < 0 ? [target, ''] : [target.slice(0, cut), target.slice(cut + 1)]
  const type = (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  return { method, path, query: [...new URLSearchParams(query)], headers, type, body: readBody(type, body) }
}

function readBody(type: string, text: string): ReceivedBody {
  if (text === '') return { kind: 'none' }
  if (type === 'application/x-www-form-urlencoded') return { kind: 'form', fields: [...new URLSearchParams(text)] }
  if (type !== 'application/json' && !type.endsWith('+json')) return { kind: 'text', text }
  try {
    return { kind: 'json', value: JSON.parse(text) as unknown }
  } catch {
    return { kind: 'broken', problem: 'the body is not the JSON that it claims to be' }
  }
}

export function searchParams(parameters: Parameters): URLSearchParams {
  return new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value]))
}
