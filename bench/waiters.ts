/**
 * P9 in one process, and one stalled authorization server: 10,000 waiters on one expired connection must cost one token
 * request, and a server that hangs for 5 s must not slow down the reads of other connections.
 * `node bench/waiters.ts`
 */
import { createServer } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { spreadOf, startProduct, text } from './measure.ts'

const waiters = 10_000
const counted = { requests: 0, delayMs: 200 }
const authorizationServer = createServer((_request, response) => {
  counted.requests++
  setTimeout(() => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ access_token: `new-${counted.requests}`, token_type: 'Bearer', expires_in: 3600 }))
  }, counted.delayMs)
})
await new Promise<void>((resolve) => authorizationServer.listen(0, '127.0.0.1', resolve))
const tokenUrl = `http://127.0.0.1:${(authorizationServer.address() as AddressInfo).port}/token` // it listens on a port
const directory = mkdtempSync(join(tmpdir(), 'evergrant-bench-'))
// Born with one second to live, so that all of them are expired when the waiters come.
const home = join(directory, 'home')
const product = await startProduct({ home, port: 7211, connections: 3, tokenUrls: [tokenUrl], life: 1 })
const { key } = product
const agent = new Agent({ connections: 500 })
const headers = { authorization: `Bearer ${key}` }
const read = async (name: string) => {
  const started = performance.now()
  const answer = await request(`http://127.0.0.1:7211/v1/connections/${name}/token`, { headers, dispatcher: agent })
  const body = (await answer.body.json()) as { access_token?: string } // a token or a problem
  return { status: answer.statusCode, token: body.access_token, ms: performance.now() - started }
}
await new Promise((resolve) => setTimeout(resolve, 1500))

const all = await Promise.all(Array.from({ length: waiters }, () => read('c-0000001')))
const tokens = new Set(all.map((one) => one.token))
console.log(
  `P9: ${waiters} waiters, ${counted.requests} token request(s), ${all.filter((one) => one.status !== 200).length} failed, ${tokens.size} token(s), last answered after ${Math.max(...all.map((one) => one.ms)).toFixed(0)} ms`,
)

await read('c-0000002')
const probe = async (ms: number): Promise<number[]> => {
  const taken: number[] = []
  for (const end = performance.now() + ms; performance.now() < end;) {
    taken.push((await read('c-0000002')).ms)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  return taken
}
const calm = await probe(3000)
counted.delayMs = 5000
const stalled = Array.from({ length: 200 }, () => read('c-0000003'))
const during = await probe(3000)
await Promise.all(stalled)
const p99 = (values: number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length * 0.99)] ?? Number.NaN
console.log(
  `reads of another connection: calm ${text(spreadOf(calm), 2)} ms, p99 ${p99(calm).toFixed(2)}; while its neighbour's server hangs ${text(spreadOf(during), 2)} ms, p99 ${p99(during).toFixed(2)}`,
)
product.child.kill()
authorizationServer.close()
authorizationServer.closeAllConnections()
await agent.close()
rmSync(directory, { recursive: true, force: true })
