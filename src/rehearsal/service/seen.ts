import type { Received } from './received.ts'
import type { Site } from './sites.ts'

/** One request as the service saw it. No secrets: parameters and headers by name, values of a path by theirs. */
export type Seen = {
  way?: string
  call?: string
  method: string
  /** The address as the definition writes it, where it is known. */
  path: string
  parameters: readonly string[]
  headers: readonly string[]
  /** The request as it came, without values. */
  text: string
  at: number
  acted: boolean
  status?: number
  /** Why it was refused, in words for whoever rehearses. */
  refused?: string
  fault?: string
}

export function describeRequest(request: Received, at: number, site?: Site): Seen {
  const { method, query, body } = request
  const path = site ? site.call.url.split('?')[0]! : request.path
  const inBody =
    body.kind === 'form' ? body.fields.map(([name]) => name) : body.kind === 'json' ? namesOf(body.value) : []
  const asked = query.map(([name]) => name)
  const headers = Object.keys(request.headers)
  const lines = [
    `${method} ${path}${asked.length > 0 ? `?${asked.join('&')}` : ''}`,
    ...headers.map((name) => (name === 'content-type' ? `${name}: ${request.type}` : name)),
    '',
    inBody.join('&'),
  ]
  return {
    ...(site && { way: site.wayName, call: site.name }),
    method,
    path,
    parameters: [...asked, ...inBody],
    headers,
    text: lines.join('\n').trimEnd(),
    at,
    acted: false,
  }
}

function namesOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}
