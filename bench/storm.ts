/**
 * P6, P7, P8 and P16: many connections that are expired at once, over many authorization servers that answer after
 * 200 ms and rotate. `node bench/storm.ts`
 *
 * Every origin has the product's own pace (20 requests a second, 16 under way), so the load is spread over many.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import type { Seen, ServersSpec } from './authorization-servers.ts'
import { cpuOf, start, startProduct, type Product, type Started } from './measure.ts'
import type { Probed, ProbeSlice } from './probe.ts'
import { nameOf } from './seed.ts'

const delayMs = 200
const origins = 250
const directory = mkdtempSync(join(tmpdir(), 'evergrant-bench-'))
const urlsAt = (port: number) =>
  Array.from({ length: origins }, (_, n) => `http://127.0.${Math.floor(n / 250)}.${(n % 250) + 1}:${port}/token`)
const agent = new Agent({ connections: 1100, keepAliveTimeout: 60_000 })

const asked = <Answer>({ child }: Started, message: object | string): Promise<Answer> =>
  new Promise((resolve) => {
    child.once('message', (answer) => resolve(answer as Answer)) // each program's own answer
    child.send(message)
  })

const servers = (spec: ServersSpec) => start('./authorization-servers.ts', JSON.stringify(spec))
const product = (port: number, connections: number, tokenUrls: string[], more: object = {}) =>
  startProduct({ home: join(directory, String(port)), port, connections, tokenUrls, life: 1, refresh: true, ...more })

async function read({ key }: Product, port: number, n: number): Promise<boolean> {
  const url = `http://127.0.0.1:${port}/v1/connections/${nameOf(n)}/token`
  const { statusCode, body } = await request(url, { headers: { authorization: `Bearer ${key}` }, dispatcher: agent })
  await body.dump()
  return statusCode === 200
}

type Burst = { perSecond: number; cpuUs: number; writes: number; failed: number }

/** Reads expired connections, so many at a time, each once. */
async function burst(from: Product, port: number, range: { first: number; count: number }, inFlight: number) {
  const before = { cpu: cpuOf(from.pid), disk: await from.disk() }
  let next = range.first
  let failed = 0
  const started = performance.now()
  const lane = async () => {
    while (next < range.first + range.count) if (!(await read(from, port, next++).catch(() => false))) failed++
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  const seconds = (performance.now() - started) / 1000
  const disk = await from.disk()
  const result: Burst = {
    perSecond: range.count / seconds,
    cpuUs: (cpuOf(from.pid) - before.cpu) / range.count,
    writes: (disk.commits - before.disk.commits + disk.syncs - before.disk.syncs) / range.count,
    failed,
  }
  return result
}

const calm = await servers({ port: 7301, delayMs })
const urls = urlsAt(7301)
const bare = await start('./bare-post.ts', JSON.stringify(urls))
const subject = await product(7231, 22_000, urls)
await asked(bare, { count: 2000, inFlight: 256 })
await burst(subject, 7231, { first: 1, count: 1000 }, 64)
let first = 1001
for (const inFlight of [256, 800]) {
  const count = inFlight * 12
  const cpuBefore = cpuOf(bare.child.pid ?? 0)
  const begun = performance.now()
  await asked(bare, { count, inFlight })
  const floor = {
    perSecond: count / ((performance.now() - begun) / 1000),
    cpuUs: (cpuOf(bare.child.pid ?? 0) - cpuBefore) / count,
  }
  const ideal = inFlight / (delayMs / 1000)
  const { perSecond, cpuUs, writes, failed } = await burst(subject, 7231, { first, count }, inFlight)
  first += count
  console.log(
    `P6 ${inFlight} in flight: ${perSecond.toFixed(0)} renewals/s of ${ideal} (${(perSecond / ideal).toFixed(2)}; bare POST ${(floor.perSecond / ideal).toFixed(2)}), ${cpuUs.toFixed(0)} us CPU each, bare POST ${floor.cpuUs.toFixed(0)} (${(cpuUs / floor.cpuUs).toFixed(1)} times), ${writes.toFixed(2)} commits and syncs each, ${failed} failed`,
  )
}

const probe = await start('./probe.ts')
await read(subject, 7231, 1)
const slice: ProbeSlice = {
  url: `http://127.0.0.1:7231/v1/connections/${nameOf(1)}/token`,
  key: subject.key,
  perSecond: 400,
  ms: 6000,
}
await asked<Probed>(probe, { ...slice, ms: 2000 })
const idle = await asked<Probed>(probe, slice)
const paced = 1000
const before = await subject.disk()
const during = asked<Probed>(probe, slice)
const started = performance.now()
const running: Promise<boolean>[] = []
for (let sent = 0; sent < (slice.ms / 1000) * paced;) {
  const due = Math.floor(((performance.now() - started) / 1000) * paced)
  for (; sent < due; sent++) running.push(read(subject, 7231, first++).catch(() => false))
  await new Promise((resolve) => setTimeout(resolve, 1))
}
const failed = (await Promise.all(running)).filter((ok) => !ok).length
const storm = await during
const after = await subject.disk()
const commits = after.commits - before.commits
const syncs = after.syncs - before.syncs
console.log(
  `P7 ${paced} renewals/s: reads' p99 ${storm.p99.toFixed(1)} ms, idle ${idle.p99.toFixed(1)} (${(storm.p99 / idle.p99).toFixed(1)} times), max ${storm.max.toFixed(1)} ms; ${failed + storm.failed} failed`,
)
console.log(
  `P8 ${paced} renewals/s: ${commits} commits and ${syncs} syncs of the spool for ${running.length} tokens: ${((commits + syncs) / running.length).toFixed(2)} each`,
)
const seen = await asked<Seen>(calm, 'seen')
console.log(`    ${seen.requests} token requests in all, ${seen.repeated} refresh tokens used twice`)
for (const { child } of [subject, bare, calm, probe]) child.kill()

const count = 4000
const rough = await servers({ port: 7302, delayMs, busy: 0.1, broken: 0.05 })
const rougher = await product(7232, count, urlsAt(7302), { refreshes: true })
const begun = performance.now()
const missing = new Set(Array.from({ length: count }, (_, n) => n + 1))
// Some meet four failures in a row, and wait the longer for it.
let most = Number.NaN
while (missing.size > 0 && performance.now() - begun < 600_000) {
  const some = [...missing].slice(0, 400)
  const got = await Promise.all(some.map((n) => read(rougher, 7232, n).catch(() => false)))
  for (const [place, ok] of got.entries()) if (ok) missing.delete(some[place] ?? 0)
  if (Number.isNaN(most) && missing.size < count / 100) most = (performance.now() - begun) / 1000
}
const rest = await asked<Seen>(rough, 'seen')
console.log(
  `P16 10 % 429, 5 % 500: ${count - missing.size} of ${count} renewed in ${((performance.now() - begun) / 1000).toFixed(1)} s, 99 % in ${most.toFixed(1)} s, with ${rest.requests} requests (${(rest.requests / count).toFixed(2)} each); ${rest.early} sent while an origin wanted quiet, ${rest.repeated} refresh tokens used twice`,
)
for (const { child } of [rougher, rough]) child.kill()
await agent.close()
rmSync(directory, { recursive: true, force: true })
