/** Puts an answer onto the wire, bent and delivered as a fault says. */
import { STATUS_CODES, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { createGzip, gzipSync } from 'node:zlib'
import type { Delivery, Fault, FaultyBody } from './faults.ts'
import type { Answer } from './token.ts'

const jsonType = 'application/json; charset=utf-8'

/** `sleep` passes real time, so that a client's deadline is what ends a stall. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
  sleep: (ms: number) => Promise<void>,
): Promise<void> {
  if (fault?.waitMs) await sleep(fault.waitMs)
  if (response.destroyed) return
  if (fault?.delivery?.as === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  // A refusal is not bent: bending means a good answer in an odd shape.
  const bends = fault !== undefined && (answer.status === 200 || !fault.acts)
  const status = (bends ? fault.status : undefined) ?? answer.status
  const headers = { 'cache-control': 'no-store', ...answer.headers, ...(bends ? fault.headers : {}) }
  const members = bends && !Array.isArray(answer.body) ? bend(answer.body, fault) : answer.body
  const shape = (bends ? fault.body : undefined) ?? ownShape(answer)
  if (shape?.as === 'padded') return sendPadded(response, status, headers, members, shape)
  const { text, type } = write(members, shape)
  const own = shape === undefined ? answer.headers?.['content-type'] : undefined
  const gzip = shape?.as === 'truncated' && shape.gzip === true
  const body = gzip ? gzipSync(text).subarray(0, -shape.missingBytes) : Buffer.from(text)
  const full = {
    ...headers,
    'content-type': own ?? type,
    ...(gzip && { 'content-encoding': 'gzip' }),
    'content-length': body.length + ((bends ? fault.lengthOff : undefined) ?? 0),
  }
  if (fault?.delivery?.as === 'drip' && fault.delivery.head)
    return dripAll(response, status, full, fault.delivery, sleep)
  response.writeHead(status, full)
  await deliver(response, body, fault?.delivery, sleep)
}

/** The head too goes out byte by byte; nobody waits for what would follow it. */
async function dripAll(
  response: ServerResponse,
  status: number,
  headers: Record<string, string | number>,
  { bytesPerSecond }: { bytesPerSecond: number },
  sleep: (ms: number) => Promise<void>,
): Promise<void> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  for (const byte of Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`)) {
    if (response.destroyed) return
    response.socket?.write(Buffer.of(byte))
    await sleep(1000 / bytesPerSecond)
  }
  response.socket?.destroy()
}

/** How a service writes an answer that is not JSON. */
function ownShape({ as, text = '', headers = {} }: Answer): FaultyBody | undefined {
  if (as === 'form')
    return { as: 'form', ...(headers['content-type'] !== undefined && { type: headers['content-type'] }) }
  if (as === 'text' || as === 'nothing') return { as: 'text', text, type: headers['content-type'] ?? 'text/plain' }
  return undefined
}

type Members = Answer['body']

function bend(body: Record<string, unknown>, fault: Fault): Record<string, unknown> {
  const bent: Record<string, unknown> = { ...body, ...fault.set }
  for (const name of fault.omit ?? []) delete bent[name]
  for (const [name, factor] of Object.entries(fault.scale ?? {})) bent[name] = Number(bent[name]) * factor
  return bent
}

function write(members: Members, shape: FaultyBody | undefined): { text: string; type: string } {
  const json = JSON.stringify(members)
  switch (shape?.as) {
    case 'text':
      return shape
    case 'form': {
      const fields = Object.entries(members).map(([name, value]): [string, string] => [name, String(value)])
      return { text: new URLSearchParams(fields).toString(), type: shape.type ?? 'application/x-www-form-urlencoded' }
    }
    case 'nested': {
      const nested = shape.under.toReversed().reduce<unknown>((inner, name) => ({ [name]: inner }), members)
      return { text: JSON.stringify(nested), type: jsonType }
    }
    case 'duplicate':
      return {
        text: `${json.slice(0, -1)},${JSON.stringify(shape.member)}:${JSON.stringify(shape.second)}}`,
        type: jsonType,
      }
    case 'truncated':
      return { text: shape.gzip ? json : json.slice(0, -shape.missingBytes), type: jsonType }
    case 'deep':
      return {
        text: `${json.slice(0, -1)},"deep":${'['.repeat(shape.levels)}${']'.repeat(shape.levels)}}`,
        type: jsonType,
      }
    default:
      return { text: json, type: jsonType }
  }
}

async function deliver(
  response: ServerResponse,
  body: Buffer,
  delivery: Delivery | undefined,
  sleep: (ms: number) => Promise<void>,
): Promise<void> {
  if (delivery?.as === 'drop') {
    // Nothing written means nothing sent, not even the head.
    if (delivery.afterBytes > 0)
      await new Promise((resolve) => response.write(body.subarray(0, delivery.afterBytes), resolve))
    response.socket?.destroySoon()
    return
  }
  if (delivery?.as === 'drip') {
    for (const byte of body) {
      if (response.destroyed) return
      response.write(Buffer.of(byte))
      await sleep(1000 / delivery.bytesPerSecond)
    }
  }
  response.end(delivery?.as === 'drip' ? undefined : body)
}

/** Streams the filling, so that the rehearsal itself stays small; stops when the client hangs up. */
async function sendPadded(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  members: Members,
  shape: { bytes: number; gzip: boolean },
): Promise<void> {
  response.writeHead(status, {
    ...headers,
    'content-type': jsonType,
    ...(shape.gzip && { 'content-encoding': 'gzip' }),
  })
  const sink = shape.gzip ? createGzip() : response
  if (sink !== response) sink.pipe(response)
  const hungUp = new AbortController()
  response.on('close', () => hungUp.abort())
  const chunk = Buffer.alloc(65_536, 'a')
  sink.write(`{"filling":"`)
  for (let left = shape.bytes; left > 0 && !response.destroyed; left -= chunk.length) {
    if (sink.write(chunk.subarray(0, Math.min(left, chunk.length)))) continue
    await once(sink, 'drain', { signal: hungUp.signal }).catch(() => undefined)
  }
  sink.end(`",${JSON.stringify(members).slice(1)}`)
}
