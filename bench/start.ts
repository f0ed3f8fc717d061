/**
 * P13 and P14: the command line's token print against an empty Node program, and the idle server's memory.
 * `node bench/start.ts [runs]`. Uses the built bundle: run `npm run build` first.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spreadOf, startProduct, text } from './measure.ts'

const runs = Number(process.argv[2] ?? 25)
const directory = mkdtempSync(join(tmpdir(), 'evergrant-bench-'))
const home = join(directory, 'home')
const empty = join(directory, 'empty.cjs')
writeFileSync(empty, '')
const idle = join(directory, 'idle.cjs')
writeFileSync(idle, 'setInterval(() => {}, 1e6)')
const bin = new URL('../bin/evergrant.cjs', import.meta.url).pathname
const product = await startProduct({ home, port: 7221, connections: 1 })
const env = { ...process.env, EVERGRANT_HOME: home }

const time = (...argv: string[]): number => {
  const started = performance.now()
  const done = spawnSync(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  if (done.status !== 0) throw new Error(`${argv.join(' ')} ended with ${done.status}`)
  return performance.now() - started
}
const taken = { floor: [] as number[], again: [] as number[], token: [] as number[] }
for (let run = 0; run < runs; run++) {
  taken.floor.push(time(empty))
  taken.token.push(time(bin, 'token', 'c-0000001'))
  taken.again.push(time(empty))
}
const [floor, token, again] = [spreadOf(taken.floor), spreadOf(taken.token), spreadOf(taken.again)]
console.log(
  `P13: empty ${text(floor, 1)} ms, again ${text(again, 1)} ms, token ${text(token, 1)} ms: ratio ${(token.median / floor.median).toFixed(2)} (minima ${(token.min / floor.min).toFixed(2)})`,
)
product.child.kill()

const rss = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
const server = spawn(process.execPath, [bin, 'serve'], {
  env: { ...env, EVERGRANT_HOME: join(directory, 'other'), EVERGRANT_LISTEN: '127.0.0.1:7222' },
  stdio: ['ignore', 'pipe', 'inherit'],
})
await new Promise((resolve) => server.stdout.once('data', resolve))
const bare = spawn(process.execPath, [idle])
await new Promise((resolve) => setTimeout(resolve, 10_000))
console.log(
  `P14: idle server ${rss(server.pid ?? 0).toFixed(0)} MB, bare Node ${rss(bare.pid ?? 0).toFixed(0)} MB: ratio ${(rss(server.pid ?? 0) / rss(bare.pid ?? 0)).toFixed(2)}`,
)
server.kill()
bare.kill()
rmSync(directory, { recursive: true, force: true })
