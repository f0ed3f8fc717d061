import { afterEach, describe, expect, it } from 'vitest'
import type { Provider } from '../../src/provider/provider.ts'
import { connected, service, tokens, world, type World } from './harness.ts'

const open: World[] = []
async function start(): Promise<World> {
  const here = await world()
  open.push(here)
  return here
}
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})

const local = { kind: 'local' } as const
const quiet = { status: 429, body: '', headers: { 'retry-after': '600' } }
const generation = async (here: World, name: string) => (await here.domain.connections.get(name)).generation
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A connection of a service elsewhere: its requests go another way than those of `connected`. */
async function elsewhere(here: World, name: string): Promise<void> {
  const definition = JSON.parse(
    JSON.stringify(service()).replaceAll('auth.example.com', 'calm.example.com'),
  ) as Provider // what was a definition before
  await here.domain.connections.create(
    {
      name,
      provider: 'custom',
      definition,
      grant: 'person',
      client: { id: 'client', secret: 'secret' },
      tokens: { accessToken: 'access-1', refreshToken: 'refresh-1', expiresAt: here.clock.now() + 3_600_000 },
    },
    local,
  )
}

describe('keeping connections fresh', () => {
  it('renews before the token ends, without any caller', async () => {
    const here = await start()
    await connected(here)
    here.answer(() => tokens(2))
    here.domain.refresher.start()
    await pause(60)
    expect(here.requests).toHaveLength(0)
    here.clock.advance(3_000_000)
    await expect.poll(() => generation(here, 'books')).toBe(2)
  })

  it('uses a grant that dies when unused, though its token lives on', async () => {
    const here = await start()
    await connected(here, { ends: { idle: 86_400 * 30 } })
    const { nextRenewalAt = 0 } = await here.domain.connections.get('books')
    expect(nextRenewalAt - here.clock.now()).toBeLessThan(86_400_000 * 10)
  })

  it('asks again after the back-off of a failure', async () => {
    const here = await start()
    await connected(here)
    here.answer((_, count) => (count === 1 ? { status: 503, body: '' } : tokens(2)))
    here.clock.advance(3_000_000)
    here.domain.refresher.start()
    await expect.poll(() => here.requests.length).toBe(1)
    await pause(60)
    expect(here.requests).toHaveLength(1)
    here.clock.advance(60_000)
    await expect.poll(() => generation(here, 'books')).toBe(2)
  })

  it('sleeps no longer than the back-off of a failure that came while it slept', async () => {
    const here = await start()
    await connected(here)
    const sleeps: number[] = []
    const { sleep } = here.clock
    here.clock.sleep = (ms, signal) => {
      if (signal === undefined || signal.aborted) return sleep(ms, signal)
      sleeps.push(ms)
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    }
    here.clock.advance(100_000)
    here.domain.refresher.start()
    await expect.poll(() => sleeps).toEqual([30_000])
    here.answer(() => ({ lost: 'reset' }))
    await here.domain.connections.reject('books', 'access-1').catch(() => undefined)
    await expect.poll(() => sleeps.length).toBe(2)
    expect(sleeps[1]).toBeLessThanOrEqual(12_000)
  })

  it('renews many connections, and asks once for each', async () => {
    const here = await start()
    const names = Array.from({ length: 40 }, (_, n) => `c${n}`)
    for (const name of names) await connected(here, {}, name)
    here.answer(() => tokens(2))
    here.clock.advance(3_000_000)
    here.domain.refresher.start()
    await expect
      .poll(async () => (await Promise.all(names.map((name) => generation(here, name)))).every((n) => n === 2))
      .toBe(true)
    expect(here.requests).toHaveLength(40)
  })

  it('rests while the only server that is due asked for quiet', async () => {
    const here = await start()
    await connected(here, {}, 'one')
    await connected(here, {}, 'two')
    here.clock.advance(3_400_000)
    here.answer(() => quiet)
    await here.domain.connections.read('one')
    const sleeps: number[] = []
    const sleep = here.clock.sleep
    here.clock.sleep = (ms, signal) => {
      sleeps.push(ms)
      return sleep(ms, signal)
    }
    here.domain.refresher.start()
    await expect.poll(() => sleeps.length).toBeGreaterThan(2)
    expect(Math.min(...sleeps)).toBeGreaterThanOrEqual(250)
  })

  it('reaches a connection behind more than a hundred whose server asked for quiet', async () => {
    const here = await start()
    for (let n = 0; n < 110; n++) await connected(here, {}, `c${n}`)
    here.clock.advance(1_000)
    await elsewhere(here, 'calm')
    here.clock.advance(3_400_000)
    here.answer((request) => (request.url.includes('calm') ? tokens(2) : quiet))
    await here.domain.connections.read('c0')
    here.domain.refresher.start()
    await expect.poll(() => generation(here, 'calm')).toBe(2)
    expect(here.requests.filter((request) => !request.url.includes('calm'))).toHaveLength(1)
  })

  it('is not held up by a service that does not answer a revocation', async () => {
    const here = await start()
    await connected(here, {}, 'gone')
    here.answer(() => ({ status: 503, body: '' }))
    await here.domain.connections.remove('gone', { revoke: true }, local)
    await elsewhere(here, 'calm')
    let answerRevocation = () => {}
    const stalled = new Promise<void>((resolve) => (answerRevocation = resolve))
    here.answer(async (request) => {
      if (!request.url.endsWith('/revoke')) return tokens(2)
      await stalled
      return { body: '' }
    })
    here.clock.advance(100_000)
    here.domain.refresher.start()
    await expect.poll(() => here.requests.filter((request) => request.url.endsWith('/revoke')).length).toBe(2)
    here.clock.advance(3_000_000)
    here.domain.refresher.nudge()
    await expect.poll(() => generation(here, 'calm')).toBe(2)
    answerRevocation()
  })
})
