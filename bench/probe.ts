/**
 * Reads one good token over and over at a fixed rate, each on time whatever became of the one before. Told by IPC for
 * how long; answers with the latencies.
 */
import { Agent, request } from 'undici'

export type ProbeSlice = { url: string; key: string; perSecond: number; ms: number }
export type Probed = { count: number; failed: number; p50: number; p99: number; max: number }

const agent = new Agent({ connections: 32 })

process.on('message', (slice: ProbeSlice) => void run(slice).then((probed) => process.send?.(probed)))
process.send?.('ready')

async function run({ url, key, perSecond, ms }: ProbeSlice): Promise<Probed> {
  const headers = { authorization: `Bearer ${key}` }
  const taken: number[] = []
  let failed = 0
  const read = async () => {
    const started = performance.now()
    const { statusCode, body } = await request(url, { headers, dispatcher: agent })
    await body.dump()
    if (statusCode !== 200) failed++
    taken.push(performance.now() - started)
  }
  const all: Promise<void>[] = []
  const started = performance.now()
  for (let sent = 0; sent < (ms / 1000) * perSecond;) {
    const due = Math.floor(((performance.now() - started) / 1000) * perSecond)
    for (; sent < due; sent++) all.push(read().catch(() => void failed++))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(all)
  taken.sort((one, other) => one - other)
  const at = (share: number) => taken[Math.min(taken.length - 1, Math.floor(taken.length * share))] ?? Number.NaN
  return { count: taken.length, failed, p50: at(0.5), p99: at(0.99), max: at(1) }
}

// Whoever started it is gone.
process.once('disconnect', () => process.exit())
