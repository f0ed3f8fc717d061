/** The clock of the machine is set by ten days in either direction, under a process that goes on. */
import { afterEach, expect, it, vi } from 'vitest'
import { connected, tokens, world, type World } from '../connections/harness.ts'

const day = 86_400_000
const hour = 3_600_000
const open: World[] = []

afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})

/** Wall time and monotonic time apart: `set` moves the one, `advance` both. */
function settableClock() {
  let passed = 0
  let set = 1_800_000_000_000
  return {
    now: () => set + passed,
    monotonic: () => passed,
    advance: (ms: number) => void (passed += ms),
    set: (ms: number) => void (set += ms),
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, Math.min(ms, 20)).unref()
        signal?.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason as Error)))
      }),
  }
}

async function start() {
  const clock = settableClock()
  const here = await world({ clock })
  open.push(here)
  return { here, clock }
}

const read = (here: World, name = 'books') => here.domain.connections.read(name)

it('forward: each connection is renewed once, and it is told', async () => {
  const { here, clock } = await start()
  const names = Array.from({ length: 40 }, (_, at) => `c-${at}`)
  for (const name of names) await connected(here, { grace: 0, reuse: 'kills_grant' }, name)
  const sent: string[] = []
  here.answer(({ form }) => {
    sent.push(form.get('refresh_token') ?? '')
    return tokens(sent.length + 1)
  })
  here.domain.refresher.start()
  clock.set(10 * day)
  here.domain.refresher.nudge()
  await vi.waitFor(() => expect(sent).toHaveLength(names.length), { timeout: 10_000 })
  expect(here.events.filter(({ name }) => name === 'clock.jumped').map(({ fields }) => fields)).toEqual([
    { seconds: 864_000 },
  ])
  // Readers after it, and more rounds, ask for nothing more.
  for (const name of names) expect(await read(here, name)).toMatchObject({ generation: 2, warnings: [] })
  here.domain.refresher.nudge()
  await clock.sleep(20)
  await clock.sleep(20)
  expect(sent).toHaveLength(names.length)
})

it('back: a token whose end nobody knows any more is renewed once, not served for ten days', async () => {
  const { here, clock } = await start()
  await connected(here)
  expect(await read(here)).toMatchObject({ generation: 1 })
  here.answer(() => tokens(2))
  clock.set(-10 * day)
  expect(await read(here)).toMatchObject({ generation: 2, warnings: [] })
  expect(await read(here)).toMatchObject({ generation: 2, warnings: [] })
  expect(here.requests).toHaveLength(1)
  // Set right again: it has run out by this time.
  here.answer(() => tokens(3))
  clock.set(10 * day)
  expect(await read(here)).toMatchObject({ generation: 3, warnings: [] })
  expect(here.requests).toHaveLength(2)
})

it('back: what cannot be renewed is served still, with a warning', async () => {
  const { here, clock } = await start()
  await connected(here)
  here.answer(() => ({ status: 503, body: {} }))
  clock.set(-10 * day)
  expect(await read(here)).toMatchObject({ generation: 1, warnings: ['renewal_failed'] })
})

it('back by less than a day: a reported 401 brings a new token', async () => {
  const { here, clock } = await start()
  await connected(here)
  await read(here)
  here.answer(() => tokens(2))
  clock.set(-2 * hour)
  expect(await read(here)).toMatchObject({ generation: 1, warnings: [] })
  expect(await here.domain.connections.reject('books', 1)).toMatchObject({ generation: 2, warnings: [] })
  // One that was obtained by this clock a moment ago is not renewed again.
  expect(await here.domain.connections.reject('books', 2)).toMatchObject({
    generation: 2,
    warnings: ['fresh_but_rejected'],
  })
})

it('back: a back-off that was counted by the old time ends with it', async () => {
  const { here, clock } = await start()
  await connected(here)
  clock.advance(2 * hour)
  here.answer(() => ({ status: 503, body: {} }))
  await expect(read(here)).rejects.toMatchObject({ code: 'provider_failing' })
  await expect(read(here)).rejects.toMatchObject({ code: 'provider_failing' })
  expect(here.requests).toHaveLength(1)
  here.answer(() => tokens(2))
  clock.set(-10 * day)
  expect(await read(here)).toMatchObject({ generation: 2, warnings: [] })
})
