/** How long an answer lies in memory alone: from the end of its last byte to the sync of the spool. */
import { expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createOutbound } from '../../src/outbound/index.ts'
import { rehearsalClient, startRehearsal } from '../../src/rehearsal/index.ts'
import { definitionFor, serviceOf } from '../harness/definition.ts'
import { measured, scaled } from '../harness/long.ts'
import { world } from './harness.ts'

const local = { kind: 'local' } as const

it('is measured over the real client, spool and store', async (test) => {
  const renewals = scaled('the window before the spool', 1000)
  const service = await startRehearsal({ behaviour: { refresh: { rotation: 'R2', graceSeconds: 60 } } })
  test.onTestFinished(() => service.close())
  const outbound = createOutbound({ allowHosts: [service.host], clock: systemClock })
  test.onTestFinished(() => outbound.close())
  let receivedAt = 0
  const windows: number[] = []
  const here = await world({
    override: {
      allowHttp: true,
      async fetch(request) {
        const answer = await outbound.fetch(request)
        receivedAt = performance.now()
        return answer
      },
    },
  })
  test.onTestFinished(() => here.close())
  const append = here.spool.append.bind(here.spool)
  here.spool.append = async (entry) => {
    await append(entry)
    windows.push(performance.now() - receivedAt)
  }
  const { id, secret } = rehearsalClient
  const form = { grant_type: 'password', username: 'ada', password: 'rehearsal-password', client_id: id }
  const granted = await fetch(service.url, {
    method: 'POST',
    body: new URLSearchParams({ ...form, client_secret: secret }),
  })
  const { access_token: accessToken, refresh_token: refreshToken } = (await granted.json()) as Record<string, string>
  await here.domain.connections.create(
    {
      name: 'books',
      provider: 'custom',
      definition: definitionFor(serviceOf(service), { renewal: { grace: 60, reuse: 'harmless' } }),
      grant: 'person',
      client: { id, secret, method: 'client_secret_basic' },
      tokens: { accessToken: accessToken!, refreshToken: refreshToken!, expiresAt: here.clock.now() + 3_600_000 },
    },
    local,
  )
  for (let round = 0; round < renewals; round += 1) {
    here.clock.advance(1000)
    expect(await here.domain.connections.renew('books', local)).toMatchObject({ ok: true })
  }
  expect(windows).toHaveLength(renewals)
  const sorted = windows.toSorted((one, other) => one - other)
  const at = (share: number) => `${sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(2)} ms`
  measured(
    'from the answer in memory to the synced spool',
    `p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)} (goal: p99 under 5 ms)`,
  )
}, 1_800_000)
