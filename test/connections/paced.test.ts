import { afterEach, describe, expect, it } from 'vitest'
import { EvergrantError } from '../../src/errors.ts'
import { createPace } from '../../src/outbound/pace.ts'
import { connected, manualClock, world, type World } from './harness.ts'

const open: World[] = []
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})
const local = { kind: 'local' } as const

describe('the place at a server', () => {
  it('is given back when the request ends by a fault of our own', async () => {
    const clock = manualClock()
    const pace = createPace({ clock })
    const here = await world({
      clock,
      override: { pace, fetch: () => Promise.reject(new EvergrantError('internal', { detail: 'broken' })) },
    })
    open.push(here)
    await connected(here)
    const { id, authorizationUrl } = await here.domain.connections.authorize('books', { back: 'paste' }, local)
    const state = new URL(authorizationUrl ?? '').searchParams.get('state') ?? ''
    const parameters = [
      ['code', 'code-1'],
      ['state', state],
    ] as const
    const done = await here.domain.connections.complete(id, { kind: 'parameters', parameters }, local)
    expect(done.outcome).toMatchObject({ kind: 'failed', code: 'internal' })
    expect(pace.lanes()).toMatchObject([{ origin: 'https://auth.example.com', inFlight: 0 }])
  })

  it('is not asked for while a connection backs off, however many jobs read it, and they are answered at once', async () => {
    const clock = manualClock()
    const pace = createPace({ clock })
    const here = await world({ clock, override: { pace } })
    open.push(here)
    await connected(here)
    here.clock.advance(3_700_000)
    here.answer(() => ({ lost: 'refused' }))
    const read = () => here.domain.connections.read('books').catch((error: { code: string }) => error.code)
    expect(await read()).toBe('provider_failing')
    const requests = here.requests.length
    // Others have every place of the server.
    const permits = await Promise.all(
      Array.from({ length: 16 }, () => pace.permit('https://auth.example.com', { deadlineMs: 1000 })),
    )
    expect(new Set(await Promise.all(Array.from({ length: 200 }, read)))).toEqual(new Set(['provider_failing']))
    expect(pace.lanes()).toMatchObject([{ inFlight: 16, waiting: 0 }])
    for (const permit of permits) permit.done('ok')
    expect(here.requests).toHaveLength(requests)
  })
})
