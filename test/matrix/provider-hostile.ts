/**
 * A process of its own that asks a service for tokens, so that its memory and its event loop can be measured:
 * `node --expose-gc provider-hostile.ts HOST ROUNDS`. Prints one line of JSON for each line of its input: what the rounds
 * after it cost.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { createOutbound } from '../../src/outbound/index.ts'
import { rehearsalClient } from '../../src/rehearsal/index.ts'
import { definitionFor } from '../harness/definition.ts'
import { outside, steppedClock } from './provider-world.ts'

const [host = '', rounds = '10'] = process.argv.slice(2)
const local = { kind: 'local' } as const
const clock = steppedClock()
const outbound = createOutbound({ allowHosts: [host], clock })
const here = await outside({ clock, override: { fetch: outbound.fetch, allowHttp: true } })
const at = (path: string): string => `http://${host}/${path}`
await here.domain.connections.create(
  {
    name: 'batch',
    provider: 'custom',
    definition: definitionFor({
      host,
      tokenUrl: at('token'),
      authorizationUrl: at('authorize'),
      revocationUrl: at('revoke'),
      introspectionUrl: at('introspect'),
      meUrl: at('api/me'),
    }),
    grant: 'machine',
    client: { id: rehearsalClient.id, secret: rehearsalClient.secret, method: 'client_secret_post' },
  },
  local,
)

for await (const _ of createInterface({ input: process.stdin })) {
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  let most = before
  const sampler = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 2)
  const blocks: number[] = []
  for (let round = 0; round < Number(rounds); round += 1) {
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    await here.domain.connections.renew('batch', local)
    // What the answer set going ends in the next turns of the loop.
    await new Promise((resolve) => setTimeout(resolve, 5))
    delay.disable()
    blocks.push(delay.max / 1e6)
    // The server's rest after failures is no part of this.
    clock.advance(600_000)
  }
  clearInterval(sampler)
  blocks.sort((a, b) => a - b)
  const { failure } = await here.domain.connections.get('batch')
  const told = { code: failure?.code ?? 'ok', grownMb: (most - before) / 1e6, blockMs: blocks[blocks.length >> 1] }
  process.stdout.write(`${JSON.stringify({ ...told, longestBlockMs: blocks.at(-1) })}\n`)
}
await here.close()
await outbound.close()
