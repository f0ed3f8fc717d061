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
})
