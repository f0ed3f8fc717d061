/** P1 to P3: the token read in memory over TCP and over the Unix socket, and from SQLite. `node bench/get.ts [rows]` */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compare, printRows, start, startProduct } from './measure.ts'

const rows = Number(process.argv[2] ?? 20_000)
const directory = mkdtempSync(join(tmpdir(), 'evergrant-bench-'))
const socket = join(directory, 'floor.sock')
const hot = await startProduct({ home: join(directory, 'hot'), port: 7202, connections: 1 })
const cold = await startProduct({ home: join(directory, 'cold'), port: 7203, connections: rows, memory: 1 })
const { key } = hot
const recorded = join(directory, 'answer.json')
for (let read = 0; read < 2; read++) {
  const answer = await fetch('http://127.0.0.1:7202/v1/connections/c-0000001/token', {
    headers: { authorization: `Bearer ${key}` },
  })
  const own = [...answer.headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name))
  writeFileSync(recorded, JSON.stringify({ headers: own.flat(), body: await answer.text() }))
}
const floor = await start('./floor.ts', recorded, '7201', socket)
const pid = (started: typeof floor) => started.child.pid ?? 0
const common = { connections: 50 }
const result = await compare([
  { name: 'floor', pid: pid(floor), slice: { port: 7201, names: 1, ...common } },
  { name: 'floor again (A/A)', pid: pid(floor), slice: { port: 7201, names: 1, ...common } },
  { name: 'P1 token read, TCP', pid: pid(hot), slice: { port: 7202, key, names: 1, ...common } },
  {
    name: 'P2 token read, Unix socket',
    pid: pid(hot),
    slice: { path: join(directory, 'hot', 'evergrant.sock'), names: 1, ...common },
  },
  {
    name: 'P3 token read, SQLite',
    pid: pid(cold),
    slice: { port: 7203, key, names: rows, ...common },
    // Each connection some times: the first read of one also opens its key.
    warmMs: 5000,
  },
])
printRows(result, 'floor')
for (const { child } of [floor, hot, cold]) child.kill()
rmSync(directory, { recursive: true, force: true })
const drift = Math.abs((result[0]?.cpuUs.median ?? 1) / (result[1]?.cpuUs.median ?? 1) - 1)
if (drift > 0.06) console.log(`inconclusive: the floor differs from itself by ${(drift * 100).toFixed(1)} %`)
