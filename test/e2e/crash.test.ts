/** The machine dies in the middle of a renewal. What the service did with the refresh token decides the rest. */
import { describe, expect, it, type TestContext } from 'vitest'
import { startAuthorizationServer } from '../harness/authorization-server.ts'
import {
  accepted,
  authorizeInBrowser,
  connect,
  definitionFor,
  eventually,
  pause,
  readToken,
  show,
} from '../harness/definition.ts'
import { startEvergrant } from '../harness/evergrant.ts'

/** A connection whose token has just run out. */
async function expired(test: TestContext, options: Parameters<typeof startAuthorizationServer>[0], renewal: object) {
  const service = await startAuthorizationServer({ accessSeconds: 2, ...options })
  test.onTestFinished(() => service.close())
  const evergrant = await startEvergrant({ allow: [service.host] })
  test.onTestFinished(() => evergrant.close())
  await connect(evergrant, {
    name: 'books',
    definition: definitionFor(service, { renewal }),
    grant: 'person',
    client: service.clients.basic,
  })
  await authorizeInBrowser(evergrant, 'books')
  await pause(2100)
  return { service, evergrant }
}

/** A read starts the renewal, the service acts on it, and the program is killed before the answer comes. */
async function killedInRenewal({ service, evergrant }: Awaited<ReturnType<typeof expired>>) {
  service.interfere({ grant: 'refresh_token', delayAfterMs: 30_000 })
  const read = readToken(evergrant, 'books').catch(() => 'cut off')
  await service.acted({ endpoint: 'token', grant: 'refresh_token' })
  await evergrant.kill('SIGKILL')
  expect(await read).toBe('cut off')
}

describe.concurrent('killed between the service’s deed and its answer', () => {
  it('recovers alone where a used refresh token may come again for a while', async (test) => {
    const both = await expired(
      test,
      { rotation: 'grace', graceSeconds: 60 },
      { rotates: 'always', grace: 60, reuse: 'harmless' },
    )
    await killedInRenewal(both)
    await both.evergrant.restart()
    const token = await readToken(both.evergrant, 'books')
    expect(token).toMatchObject({ status: 200, json: { generation: 2 } })
    expect(await accepted(both.service, token.json.access_token)).toBe(true)
    expect(both.service.count({ grant: 'refresh_token' })).toBe(2)

    await pause(2100)
    expect((await readToken(both.evergrant, 'books')).json).toMatchObject({ generation: 3 })
  })

  it('recovers alone where nothing rotates', async (test) => {
    const both = await expired(test, { rotation: 'none' }, { rotates: 'never' })
    await killedInRenewal(both)
    await both.evergrant.restart()
    const token = await readToken(both.evergrant, 'books')
    expect(token.status).toBe(200)
    expect(await accepted(both.service, token.json.access_token)).toBe(true)
  })

  it('is flagged with the true reason where a second use ends the grant, and a person can repair it', async (test) => {
    const both = await expired(test, { rotation: 'strict' }, { rotates: 'always', grace: 0, reuse: 'kills_grant' })
    await killedInRenewal(both)
    await both.evergrant.restart()
    const refused = await eventually(
      () => readToken(both.evergrant, 'books'),
      (answer) => answer.status === 409,
      60_000,
    )
    expect(refused.json).toMatchObject({ code: 'needs_authorization', connection: 'books' })
    const connection = await show(both.evergrant, 'books')
    expect(connection.state).toBe('needs_authorization')
    // Not "the grant was revoked": the answer of a renewal was lost.
    expect(JSON.stringify(connection.failure)).toMatch(/lost/i)

    const requests = both.service.count({ grant: 'refresh_token' })
    for (let again = 0; again < 5; again += 1) await readToken(both.evergrant, 'books')
    expect(both.service.count({ grant: 'refresh_token' })).toBe(requests)

    const { authorization } = await authorizeInBrowser(both.evergrant, 'books')
    expect(authorization.outcome.kind).toBe('authorized')
    expect((await readToken(both.evergrant, 'books')).status).toBe(200)
  }, 90_000)
})

describe.concurrent('an answer that is lost while the program lives', () => {
  it('is asked for again at once and repaired inside the grace window', async (test) => {
    const both = await expired(
      test,
      { rotation: 'grace', graceSeconds: 60 },
      { rotates: 'always', grace: 60, reuse: 'harmless' },
    )
    both.service.interfere({ grant: 'refresh_token', drop: 'after' })
    const token = await readToken(both.evergrant, 'books')
    expect(token).toMatchObject({ status: 200, json: { generation: 2 } })
    expect(both.service.count({ grant: 'refresh_token' })).toBe(2)
  })

  it('flags the connection at once where a second use ends the grant', async (test) => {
    const both = await expired(test, { rotation: 'strict' }, { rotates: 'always', grace: 0, reuse: 'kills_grant' })
    both.service.interfere({ grant: 'refresh_token', drop: 'after' })
    expect(await readToken(both.evergrant, 'books')).toMatchObject({
      status: 409,
      json: { code: 'needs_authorization' },
    })
    const connection = await show(both.evergrant, 'books')
    expect(JSON.stringify(connection.failure)).toMatch(/lost/i)
  })

  it('costs nothing when the connection breaks before the service has acted', async (test) => {
    const both = await expired(test, { rotation: 'strict' }, { rotates: 'always', grace: 0, reuse: 'kills_grant' })
    both.service.interfere({ grant: 'refresh_token', drop: 'before' })
    const token = await eventually(
      () => readToken(both.evergrant, 'books'),
      (answer) => answer.status === 200,
      30_000,
    )
    expect(token.json.generation).toBe(2)
  }, 60_000)
})

it('ends cleanly on SIGTERM in the middle of a renewal and keeps what it received', async (test) => {
  const both = await expired(test, { rotation: 'strict' }, { rotates: 'always', grace: 0, reuse: 'kills_grant' })
  both.service.interfere({ grant: 'refresh_token', delayAfterMs: 1000 })
  const read = readToken(both.evergrant, 'books').catch(() => undefined)
  await both.service.acted({ endpoint: 'token', grant: 'refresh_token' })
  expect(await both.evergrant.kill('SIGTERM')).toBe(0)
  await read
  await both.evergrant.restart()
  expect(await readToken(both.evergrant, 'books')).toMatchObject({ status: 200 })
  expect(await show(both.evergrant, 'books')).toMatchObject({ state: 'active' })
})
