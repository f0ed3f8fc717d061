/** Scorecard row 19: the key of 10,000 connections is changed under load while the server is killed ten times. */
import { expect, it } from 'vitest'
import { startAuthorizationServer } from '../harness/authorization-server.ts'
import { connect, definitionFor, pause } from '../harness/definition.ts'
import { startEvergrant } from '../harness/evergrant.ts'
import { measured, scaled } from '../harness/long.ts'

it('loses nothing and fails no read', async (test) => {
  const count = scaled('connections', 10_000)
  const kills = 10
  const service = await startAuthorizationServer({})
  test.onTestFinished(() => service.close())
  const evergrant = await startEvergrant({ allow: [service.host] })
  test.onTestFinished(() => evergrant.close())
  const names = Array.from({ length: count }, (_, at) => `c${at}`)
  const expires_at = Math.floor(Date.now() / 1000) + 86_400
  const client = service.clients.basic
  await inTurn(names, 16, (name) =>
    connect(evergrant, {
      name,
      definition: definitionFor(service),
      grant: 'person',
      client,
      more: { access_token: `token-of-${name}`, refresh_token: `refresh-of-${name}`, expires_at },
    }),
  )

  const read = (name: string) => evergrant.request(`/v1/connections/${name}/token`)
  let [reads, wrong, going] = [0, 0, true]
  let living = true
  const load = Promise.all(
    Array.from({ length: 4 }, async (_, at) => {
      for (let next = at; going; next += 7) {
        const name = names[next % count] ?? ''
        const answer = await read(name).catch(() => undefined)
        // What a kill cuts off has no answer; every answer must be the token.
        if (answer === undefined) await pause(living ? 5 : 50)
        else if (answer.status === 200 && answer.json.access_token === `token-of-${name}`) reads += 1
        else wrong += 1
      }
    }),
  )
  for (let kill = 0; kill < kills; kill += 1) {
    const begun = await evergrant.request('/v1/sealing-key/rotate', { body: {} })
    expect(begun.status).toBe(202)
    await pause(50 + Math.random() * 1500)
    living = false
    await evergrant.kill('SIGKILL')
    await evergrant.restart()
    living = true
  }
  await expect
    .poll(async () => (await evergrant.request('/v1/sealing-key')).json, { timeout: 120_000, interval: 500 })
    .toMatchObject({ settled: true })
  going = false
  await load
  let unreadable = 0
  await inTurn(names, 16, async (name) => {
    if ((await read(name)).json.access_token !== `token-of-${name}`) unreadable += 1
  })
  measured(
    `change of the key, ${count} connections, ${kills} kills`,
    `${unreadable} unreadable, ${wrong} of ${reads} reads failed`,
  )
  expect({ unreadable, wrong }).toEqual({ unreadable: 0, wrong: 0 })
  expect(reads).toBeGreaterThan(0)
  const { keys } = (await evergrant.request('/v1/sealing-key')).json
  expect(keys.filter(({ uses }: { uses: number }) => uses > 0)).toHaveLength(1)
}, 1_800_000)

async function inTurn(
  names: readonly string[],
  lanes: number,
  work: (name: string) => Promise<unknown>,
): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let name = names[next++]; name !== undefined; name = names[next++]) await work(name)
    }),
  )
}
