/** `evergrant revoke --all` with a kill in the middle of it, for as many connections as asked. */
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { expect, type TestContext } from 'vitest'
import { rehearsalClient, stall, startRehearsal, type Rehearsal } from '../../src/rehearsal/index.ts'
import { definitionFor, eventually, expecting, serviceOf } from '../harness/definition.ts'
import { startEvergrant, type Json } from '../harness/evergrant.ts'

export type Revoked = { killedMs: number; restMs: number; first: Json; second: Json; alive(): Promise<number> }

const { id, secret } = rehearsalClient

/** So many are under way: the answers to those before have been told. */
const atOnce = 8

/** The server keeps to a pace at each. */
const providers = ['first', 'second', 'third', 'fourth']

/** Connects `count`, revokes them, kills the server after a third, starts it again and lets the same command go on. */
export async function revokeAllOverKill(test: TestContext, count: number): Promise<Revoked> {
  const services = await Promise.all(providers.map(() => startRehearsal({ behaviour: { scopes: ['api.read'] } })))
  test.onTestFinished(() => Promise.all(services.map((service) => service.close())).then(() => undefined))
  const evergrant = await startEvergrant({ allow: services.map(({ host }) => host) })
  test.onTestFinished(() => evergrant.close())
  for (const [at, service] of services.entries()) {
    const definition = { ...definitionFor(serviceOf(service)), id: providers[at] }
    expecting(201, await evergrant.request('/v1/providers', { body: { definition } }))
  }

  const ask = async (url: string, form: Record<string, string>): Promise<Json> => {
    const body = new URLSearchParams({ client_id: id, client_secret: secret, ...form })
    return (await fetch(url, { method: 'POST', body })).json()
  }
  const grants: { service: Rehearsal; token: string }[] = []
  for (let index = 0; index < count; index += 1) {
    const at = index % services.length
    const service = services[at]!
    const password = { grant_type: 'password', username: 'ada', password: 'rehearsal-password', scope: 'api.read' }
    const { access_token, refresh_token, expires_in } = await ask(service.url, password)
    grants.push({ service, token: refresh_token })
    const body = {
      name: `c-${index}`,
      provider: providers[at],
      grant: 'person',
      client: { id, secret, method: 'client_secret_basic' },
      redirect_uri: `${evergrant.url}/oauth/callback`,
      access_token,
      refresh_token,
      expires_at: Math.floor(Date.now() / 1000) + expires_in,
    }
    expecting(201, await evergrant.request('/v1/connections', { body }))
  }
  const alive = async () => {
    let living = 0
    for (const { service, token } of grants)
      if ((await ask(service.introspectionUrl, { token })).active === true) living++
    return living
  }
  expect(await alive()).toBe(count)

  // A few would all be revoked before anybody sees that a third is.
  if (count < 100) for (const { control } of services) control.next(stall(0.7), count, { endpoint: 'revoke' })
  const command = ['revoke', '--all', '--yes', '--json']
  let started = performance.now()
  const killed = evergrant.cli(command)
  await eventually(
    async () => services.reduce((sum, service) => sum + service.requests({ endpoint: 'revoke' }).length, 0),
    (sent) => sent > count / 3 + atOnce,
    120_000,
  )
  await evergrant.kill('SIGKILL')
  const first = await killed
  const killedMs = performance.now() - started
  expect(first.code, first.stderr).toBe(7)
  expect(JSON.parse(first.stderr)).toMatchObject({ detail: expect.stringMatching(`of ${count} connections keep`) })

  for (const { control } of services) control.heal()
  await evergrant.restart('SIGKILL')
  started = performance.now()
  const second = await evergrant.cli(command)
  const restMs = performance.now() - started
  expect(second.code, second.stderr).toBe(0)
  const { connections } = expecting(200, await evergrant.request('/v1/connections?limit=500'))
  expect(new Set(connections.map(({ state }: Json) => state))).toEqual(new Set(['needs_authorization']))
  // What the kill left open is written down, and sent when its time comes.
  const noted = new DatabaseSync(join(evergrant.home, 'evergrant.db'), { readOnly: true })
  const rows = Number(noted.prepare('select count(*) as n from revocation').get()?.['n'])
  noted.close()
  expect(await alive()).toBeLessThanOrEqual(rows)
  const again = await evergrant.cli(command)
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining(`"done":[]`) })
  expect(JSON.parse(again.stdout)).toMatchObject({ left: 0 })
  return { killedMs, restMs, first: JSON.parse(first.stdout), second: JSON.parse(second.stdout), alive }
}
