/**
 * The load: raw sockets, fixed request bytes, responses counted by their length. Told by IPC what to do for one slice;
 * answers with the completed requests and their latencies. No HTTP parser, so that it costs less than what it measures.
 */
import { connect, type Socket } from 'node:net'

export type Slice = { port?: number; path?: string; key?: string; names: number; connections: number; ms: number }
export type Sliced = { done: number; p50: number; p99: number; ms: number }

process.on('message', (slice: Slice) => {
  void run(slice).then((result) => process.send?.(result))
})

async function run(slice: Slice): Promise<Sliced> {
  const requests = requestsOf(slice)
  // The first read may come from the store and by another way than the ones measured.
  await lengthOf(slice, requests(0))
  const length = await lengthOf(slice, requests(0))
  const latencies: number[] = []
  let done = 0
  let next = 0
  const end = performance.now() + slice.ms
  const started = performance.now()
  await Promise.all(
    Array.from({ length: slice.connections }, () => {
      const socket = open(slice)
      return new Promise<void>((resolve) => {
        let received = 0
        let sentAt = 0
        const send = () => {
          sentAt = performance.now()
          socket.write(requests(next++))
        }
        socket.on('data', (chunk) => {
          received += chunk.length
          if (received < length) return
          received = 0
          done++
          if (done % 16 === 0) latencies.push(performance.now() - sentAt)
          if (performance.now() < end) send()
          else {
            socket.destroy()
            resolve()
          }
        })
        socket.on('connect', send)
        socket.on('error', () => resolve())
      })
    }),
  )
  latencies.sort((one, other) => one - other)
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN
  return { done, p50: at(0.5), p99: at(0.99), ms: performance.now() - started }
}

function open(slice: Slice): Socket {
  return slice.path === undefined ? connect(slice.port ?? 0, '127.0.0.1') : connect(slice.path)
}

/** Names spread over the whole table by a large stride, so that a bounded memory misses as it would in life. */
function requestsOf(slice: Slice): (n: number) => string {
  const text = (name: string) =>
    `GET /v1/connections/${name}/token HTTP/1.1\r\nHost: 127.0.0.1:${slice.port ?? 7117}\r\n${slice.key === undefined ? '' : `Authorization: Bearer ${slice.key}\r\n`}\r\n`
  if (slice.names === 1) {
    const only = text('c-0000001')
    return () => only
  }
  return (n) => text(`c-${String(((n * 7919) % slice.names) + 1).padStart(7, '0')}`)
}

/** All responses of one run have the same length; the first tells it. */
function lengthOf(slice: Slice, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = open(slice)
    let text = ''
    socket.on('connect', () => socket.write(request))
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const head = text.indexOf('\r\n\r\n')
      const stated = /content-length: (\d+)/i.exec(text)?.[1]
      if (head < 0 || stated === undefined || text.length < head + 4 + Number(stated)) return
      socket.destroy()
      if (text.startsWith('HTTP/1.1 200')) resolve(head + 4 + Number(stated))
      else reject(new Error(text.slice(0, 300)))
    })
  })
}
