/** What hostile and slow services cost this process, with real time and real processes. */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faults, startRehearsal, type Rehearsal } from '../../src/rehearsal/index.ts'
import { measured, scaled } from '../harness/long.ts'

describe('a hostile answer', () => {
  let service: Rehearsal
  let child: ChildProcessByStdio<Writable, Readable, null>
  let lines: AsyncIterator<string>
  const rounds = scaled('rounds of each hostile answer', 30)

  beforeAll(async () => {
    service = await startRehearsal({ behaviour: { scopes: ['api.read', 'api.write'] } })
    const program = join(import.meta.dirname, 'provider-hostile.ts')
    const words = ['--expose-gc', program, service.host, String(rounds)]
    child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] })
    lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    // Good answers first: what the code itself needs is not counted.
    await rest()
    await rest()
  }, 120_000)
  afterAll(async () => {
    child.stdin.end()
    await once(child, 'exit')
    await service.close()
  })

  type Cost = { code: string; grownMb: number; blockMs: number; longestBlockMs: number }
  async function rest(): Promise<Cost> {
    child.stdin.write('\n')
    return JSON.parse((await lines.next()).value) as Cost // as the program above prints it
  }

  it.each([
    ['body_of_100_mb', 'too_large'],
    ['gzip_bomb', 'too_large'],
    ['deep_json', 'too_deep'],
  ] as const)(
    '%s is %s, for less than 20 MB and 50 ms of the event loop',
    async (name, code) => {
      service.control.next(faults[name], rounds)
      const cost = await rest()
      service.control.heal()
      const { grownMb, blockMs, longestBlockMs } = cost
      const time = `${blockMs.toFixed(1)} ms (median of ${rounds}), ${longestBlockMs.toFixed(1)} ms at most`
      measured(`${name}: memory`, `${grownMb.toFixed(1)} MB, goal under 20`)
      measured(`${name}: longest block of the event loop`, `${time}, goal under 50`)
      expect(cost.code).toBe(code)
      expect(grownMb).toBeLessThan(20)
      expect(blockMs).toBeLessThan(50)
    },
    120_000,
  )

  it('an access token of 1 MB is read as a whole, and refused', async () => {
    service.control.next(faults.access_token_of_1_mb, rounds)
    const { code, grownMb, blockMs } = await rest()
    measured(
      'access_token_of_1_mb',
      `${grownMb.toFixed(1)} MB, ${blockMs.toFixed(1)} ms (median of ${rounds}); no goal`,
    )
    expect(code).toBe('unusable_token')
  }, 120_000)
})
