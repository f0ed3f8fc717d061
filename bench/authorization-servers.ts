/**
 * Many authorization servers in one process: every address of 127/8 on one port is an origin of its own. argv: a
 * `ServersSpec` as JSON. Each answer rotates the refresh token. Sends `ready`, and answers each message with what it saw.
 */
import { createServer } from 'node:http'

export type ServersSpec = {
  port: number
  /** Until an answer, in milliseconds. */
  delayMs: number
  /** Shares of requests that are answered with 429 (`Retry-After: 1`) and with 500, in place of a token. */
  busy?: number
  broken?: number
}

export type Seen = {
  requests: number
  /** Refresh tokens that came more than once after they had been answered with a new one. */
  repeated: number
  /** Refresh tokens that came again while the first request was under way. */
  overlapping: number
  /** Requests to an origin that had asked for quiet, but for those that were under way. */
  early: number
}

const { port, delayMs, busy = 0, broken = 0 } = JSON.parse(process.argv[2] ?? '{}') as ServersSpec // from bench/ alone
const seen: Seen = { requests: 0, repeated: 0, overlapping: 0, early: 0 }
const used = new Set<string>()
const underWay = new Set<string>()
const quietUntil = new Map<string, { from: number; until: number }>()
/** A request this much behind the wish for quiet was sent in spite of it. */
const underWayMs = 50

createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const now = performance.now()
    seen.requests++
    const origin = request.headers.host ?? ''
    const quiet = quietUntil.get(origin)
    if (quiet !== undefined && now > quiet.from + underWayMs && now < quiet.until) seen.early++
    const token = new URLSearchParams(Buffer.concat(chunks).toString()).get('refresh_token') ?? ''
    if (token.includes('.') && underWay.has(token)) seen.overlapping++
    underWay.add(token)
    const fate = Math.random()
    setTimeout(() => {
      underWay.delete(token)
      if (fate < busy) {
        const from = performance.now()
        quietUntil.set(origin, { from, until: from + 990 })
        response.writeHead(429, { 'retry-after': '1' }).end()
      } else if (fate < busy + broken) {
        response.writeHead(500).end('down')
      } else {
        if (token.includes('.') && used.has(token)) seen.repeated++
        used.add(token)
        const [name = 'x', generation = '0'] = token.split('.')
        const next = `${name}.${Number(generation) + 1}.${'r'.repeat(180)}`
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(
          JSON.stringify({
            access_token: 'y'.repeat(1500),
            token_type: 'Bearer',
            expires_in: 3600,
            ...(token === '' ? {} : { refresh_token: next }),
          }),
        )
      }
    }, delayMs)
  })
}).listen(port, '0.0.0.0', () => process.send?.('ready'))
process.on('message', () => process.send?.(seen))

// Whoever started it is gone.
process.once('disconnect', () => process.exit())
