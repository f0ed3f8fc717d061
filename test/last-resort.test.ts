import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { watchFaults } from '../src/last-resort.ts'
import { startEvergrant, type Evergrant } from './harness/evergrant.ts'

let evergrant: Evergrant | undefined
afterEach(() => evergrant?.close())

/** The real program with two defects in it, each behind a signal. */
async function startWithDefects(): Promise<Evergrant> {
  const defects = `
    process.on('SIGUSR2', () => void Promise.reject(new TypeError(process.env.MESSAGE)))
    process.on('SIGHUP', () => { throw Object.assign(new Error(process.env.MESSAGE), { code: 'E_TEST' }) })`
  const preload = `data:text/javascript,${encodeURIComponent(defects)}`
  return (evergrant = await startEvergrant({
    env: { NODE_OPTIONS: `--import=${preload}`, MESSAGE: 'canary\n    at canary' },
  }))
}
async function says(text: string): Promise<void> {
  await expect.poll(() => evergrant?.output.stderr, { timeout: 5_000 }).toContain(text)
}

it('a rejection that nobody handled is logged without its message, and the server goes on', async () => {
  const program = await startWithDefects()
  process.kill(program.pid, 'SIGUSR2')
  await says('a rejection that nobody handled')
  expect(program.output.stderr).toContain('TypeError')
  expect(program.output.stderr).not.toContain('canary')
  expect((await program.request('/readyz')).status).toBe(200)
  expect(await program.kill('SIGTERM')).toBe(0)
})

it('an exception that nobody caught is logged without its message, and the server closes and exits with 1', async () => {
  const program = await startWithDefects()
  expect(await program.kill('SIGHUP')).toBe(1)
  expect(program.output.stderr).toContain('E_TEST')
  expect(program.output.stderr).toContain('finishing what is under way')
  expect(program.output.stderr).not.toContain('canary')
})

it('what is thrown without being an error is told by its type', async () => {
  const faults = new EventEmitter()
  const lines: unknown[] = []
  const watched = watchFaults(faults, { error: (fields) => void lines.push(fields) })
  faults.emit('unhandledRejection', 'canary-secret')
  expect(lines).toEqual([{ error: 'thrown: string' }])
  expect(await Promise.race([watched.fatal.then(() => 'over'), sleep(10, 'going on')])).toBe('going on')
  faults.emit('uncaughtException', undefined)
  await watched.fatal
  watched.release()
  expect(faults.listenerCount('uncaughtException') + faults.listenerCount('unhandledRejection')).toBe(0)
})
