/** Running programs side by side and comparing them within one run: slices in turn, medians, ratios. */
import { fork, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Slice, Sliced } from './load.ts'
import type { DiskCounts, ProductSpec } from './product.ts'

export type Started = { child: ChildProcess; message: unknown }

/** As the launcher runs a server. */
const { serverFlags } = createRequire(import.meta.url)('../bin/node.cjs') as { serverFlags: string[] }

export function start(file: string, ...argv: string[]): Promise<Started> {
  return startWith([], file, ...argv)
}

function startWith(execArgv: string[], file: string, ...argv: string[]): Promise<Started> {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const
  const child = fork(new URL(file, import.meta.url), argv, { stdio: [...stdio], execArgv })
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve({ child, message }))
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)))
  })
}

export type Product = Started & { key: string; pid: number; disk(): Promise<DiskCounts> }

export async function startProduct(spec: ProductSpec): Promise<Product> {
  const started = await startWith(serverFlags, './product.ts', JSON.stringify(spec))
  const { child } = started
  const { key } = started.message as { key: string } // product.ts sends it
  const disk = () =>
    new Promise<DiskCounts>((resolve) => {
      child.once('message', (counts) => resolve(counts as DiskCounts)) // and nothing else after its first message
      child.send('disk')
    })
  return { ...started, key, pid: child.pid ?? 0, disk }
}

/** CPU time of a process so far, microseconds; a clock tick is 10 ms. */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

/** CPU time of the whole machine but idle, microseconds. */
function machineCpu(): number {
  const fields = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/).slice(1).map(Number)
  return fields.reduce((sum, ticks, column) => (column === 3 || column === 4 ? sum : sum + ticks), 0) * 10_000
}

export type Subject = { name: string; pid: number; slice: Omit<Slice, 'ms'>; warmMs?: number }
export type Row = { name: string; perSecond: Spread; cpuUs: Spread; p50: Spread; p99: Spread; kept: string }
export type Spread = { median: number; min: number; max: number }

/** Foreign CPU above this share of a core makes a slice worthless. */
const foreignLimit = 0.15

/** Samples all subjects in turn, `rounds` times, in reversed order on odd rounds. */
export async function compare(
  subjects: readonly Subject[],
  options: { rounds?: number; ms?: number } = {},
): Promise<Row[]> {
  const { rounds = 7, ms = 1000 } = options
  const load = fork(new URL('./load.ts', import.meta.url), [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const samples = new Map<string, { perSecond: number; cpuUs: number; p50: number; p99: number; foreign: number }[]>()
  for (const { slice, warmMs = 700 } of subjects) await one(load, { ...slice, ms: warmMs })
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? subjects : subjects.toReversed()
    for (const subject of order) {
      const before = { own: cpuOf(subject.pid), load: cpuOf(load.pid ?? 0), machine: machineCpu() }
      const result = await one(load, { ...subject.slice, ms })
      const own = cpuOf(subject.pid) - before.own
      const foreign = machineCpu() - before.machine - own - (cpuOf(load.pid ?? 0) - before.load)
      const list = samples.get(subject.name) ?? []
      list.push({
        perSecond: result.done / (result.ms / 1000),
        cpuUs: own / result.done,
        p50: result.p50,
        p99: result.p99,
        foreign: foreign / (result.ms * 1000),
      })
      samples.set(subject.name, list)
    }
  }
  load.kill()
  return subjects.map(({ name }) => {
    const all = samples.get(name) ?? []
    const quiet = all.filter((sample) => sample.foreign < foreignLimit)
    const used = quiet.length >= 3 ? quiet : all
    const spread = (pick: (sample: (typeof all)[number]) => number) => spreadOf(used.map(pick))
    return {
      name,
      perSecond: spread((one) => one.perSecond),
      cpuUs: spread((one) => one.cpuUs),
      p50: spread((one) => one.p50),
      p99: spread((one) => one.p99),
      kept: `${quiet.length}/${all.length}`,
    }
  })
}

function one(load: ChildProcess, slice: Slice): Promise<Sliced> {
  return new Promise((resolve) => {
    load.once('message', (message) => resolve(message as Sliced)) // load.ts sends nothing else
    load.send(slice)
  })
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other)
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
  }
}

export function printRows(rows: readonly Row[], floor: string): void {
  const base = rows.find((row) => row.name === floor)
  for (const row of rows) {
    const ratio = base === undefined ? Number.NaN : base.cpuUs.median / row.cpuUs.median
    const quietest = base === undefined ? Number.NaN : base.cpuUs.min / row.cpuUs.min
    console.log(
      `${row.name.padEnd(28)} ${text(row.perSecond, 0)} req/s  ${text(row.cpuUs, 1)} us CPU  p50 ${(row.p50.median * 1000).toFixed(0)} us  p99 ${(row.p99.median * 1000).toFixed(0)} us  ratio ${ratio.toFixed(2)} (minima ${quietest.toFixed(2)})  kept ${row.kept}`,
    )
  }
}

export function text(spread: Spread, digits: number): string {
  return `${spread.median.toFixed(digits)} [${spread.min.toFixed(digits)}-${spread.max.toFixed(digits)}]`
}
