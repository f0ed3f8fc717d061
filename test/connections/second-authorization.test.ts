import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { openListener } from '../../src/redirect/index.ts'
import { createBrowser } from '../harness/browser.ts'
import { freePort } from '../harness/evergrant.ts'
import { service, tokens, world, type World } from './harness.ts'

const local = { kind: 'local' } as const
let here: World
afterEach(() => here.close())

/** A connection whose redirect URI names a port, as services demand. */
async function start() {
  const redirectUri = `http://127.0.0.1:${await freePort()}/callback`
  const certificateDirectory = mkdtempSync(join(tmpdir(), 'evergrant-listener-'))
  here = await world({
    override: { listen: (one) => openListener({ ...one, clock: systemClock, certificateDirectory }) },
  })
  here.answer(() => tokens(1))
  for (const name of ['books', 'others']) {
    await here.domain.connections.create(
      { name, provider: 'custom', definition: service(), client: { id: 'client', secret: 'secret' }, redirectUri },
      local,
    )
  }
  return redirectUri
}
const outcomeOf = async (id: string) => (await here.domain.connections.authorization(id)).outcome.kind

it('authorizing again while the first page is still open works, and the first one is over', async () => {
  const redirectUri = await start()
  const first = await here.domain.connections.authorize('books', {}, local)
  const second = await here.domain.connections.authorize('books', {}, local)
  expect([await outcomeOf(first.id), await outcomeOf(second.id)]).toEqual(['expired', 'waiting'])

  const state = new URL(second.authorizationUrl ?? '').searchParams.get('state')
  const page = await createBrowser().open(`${redirectUri}?code=the-code&state=${state}`)
  expect(page.body).toContain('books is authorized')
  expect(await outcomeOf(second.id)).toBe('authorized')
})

it('what another connection or another program holds is still told as taken', async () => {
  const redirectUri = await start()
  const first = await here.domain.connections.authorize('books', {}, local)
  await expect(here.domain.connections.authorize('others', {}, local)).rejects.toMatchObject({ code: 'port_taken' })
  expect(await outcomeOf(first.id)).toBe('waiting')

  await here.domain.close()
  const stranger = createServer().listen(Number(new URL(redirectUri).port), '127.0.0.1')
  await once(stranger, 'listening')
  await expect(here.domain.connections.authorize('others', {}, local)).rejects.toMatchObject({ code: 'port_taken' })
  stranger.close()
})
