/** The real program beside a rehearsed service of one rotation class, for tests that kill it and look at what is left. */
import type { TestContext } from 'vitest'
import { expect } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { Point } from '../../src/failpoints/points.ts'
import { rehearsalClient, startRehearsal, type Rehearsal } from '../../src/rehearsal/index.ts'
import {
  authorizeInBrowser,
  connect,
  definitionFor,
  eventually,
  expecting,
  pause,
  serviceOf,
  show,
} from '../harness/definition.ts'
import { startEvergrant, type Answer, type Evergrant, type Json } from '../harness/evergrant.ts'
import { graceSeconds, type Column, type End, type Kill, type Row } from './kill-matrix.ts'

export type Stage = {
  service: Rehearsal
  evergrant: Evergrant
  /** Lets time pass at the service alone. */
  later(ms: number): void
  /** From now on at most so much time passes at the service, until what it gives is called. */
  away(ms: number): () => void
}

export const client = { id: rehearsalClient.id, secret: rehearsalClient.secret, method: 'client_secret_basic' }

/** `failpoint` as the program is first started; later starts have none unless they say so. */
export async function openStage(
  test: TestContext,
  column: Column,
  failpoint = '',
  grace = graceSeconds,
): Promise<Stage> {
  let shift = 0
  let still = Infinity
  const now = () => Math.min(Date.now() + shift, still)
  const service = await startRehearsal({
    behaviour: { scopes: ['api.read'], refresh: { rotation: column.rotation, graceSeconds: grace } },
    clock: { ...systemClock, now },
  })
  test.onTestFinished(() => service.close())
  const evergrant = await startEvergrant({
    allow: [service.host],
    env: { NODE_ENV: 'test', EVERGRANT_FAILPOINT: failpoint },
  })
  test.onTestFinished(() => evergrant.close())
  return {
    service,
    evergrant,
    later: (ms) => void (shift += ms),
    away(ms) {
      still = now() + ms
      return () => {
        shift -= Math.max(0, Date.now() + shift - still)
        still = Infinity
      }
    },
  }
}

/** A connection that a person authorized elsewhere a moment ago: its access token is good for an hour. Its refresh token. */
export async function importGrant(stage: Stage, name: string, column: Column): Promise<string> {
  const { service, evergrant } = stage
  const { id, secret } = rehearsalClient
  const form = { grant_type: 'password', username: 'ada', password: 'rehearsal-password', scope: 'api.read' }
  const answer = await fetch(service.url, {
    method: 'POST',
    body: new URLSearchParams({ client_id: id, client_secret: secret, ...form }),
  })
  const { access_token, refresh_token, expires_in } = (await answer.json()) as Json
  await connect(evergrant, {
    name,
    definition: definitionOf(stage, column),
    grant: 'person',
    client,
    more: { access_token, refresh_token, expires_at: Math.floor(Date.now() / 1000) + expires_in },
  })
  return refresh_token
}

const definitionOf = ({ service }: Stage, { renewal }: Column): Json => definitionFor(serviceOf(service), { renewal })

export const renew = ({ evergrant }: Stage, name: string): Promise<Answer> =>
  evergrant.request(`/v1/connections/${name}/renew`, { method: 'POST' })

/** The request that the process dies of; fails where it lives on. */
export async function dies(request: Promise<Answer>): Promise<void> {
  const answer = await request.catch(() => undefined)
  expect(answer?.text, 'the process was to be killed').toBeUndefined()
}

export const failpointOf = (kill: Kill | undefined): string =>
  kill !== undefined && 'at' in kill ? `${kill.at}:kill` : ''

export const back = (evergrant: Evergrant, failpoint = ''): Promise<void> =>
  evergrant.restart('SIGKILL', { EVERGRANT_FAILPOINT: failpoint })

const refreshes = ({ service }: Stage): number => service.requests({ endpoint: 'token', grant: 'refresh_token' }).length

/** One cell: renewed, killed, started again, looked at. */
export async function playCell(
  test: TestContext,
  column: Column,
  row: Pick<Row, 'kills' | 'before'>,
  wanted: End,
): Promise<void> {
  const [kill, second] = row.kills
  const stage = await openStage(test, column, failpointOf(kill))
  const { service, evergrant } = stage
  await importGrant(stage, 'books', column)
  await importGrant(stage, 'other', column)
  for (let times = 0; times < (row.before ?? 0); times += 1) expecting(200, await renew(stage, 'books'))
  const generation = 1 + (row.before ?? 0)
  const before = expecting(200, await readToken(stage))
  expect(before.generation).toBe(generation)

  const sentBefore = refreshes(stage)
  if (kill !== undefined && 'while' in kill) service.control.next(kill.while, 1, { grant: 'refresh_token' })
  const asked = dies(renew(stage, 'books'))
  if (kill !== undefined && 'while' in kill) {
    await eventually(
      async () => refreshes(stage),
      (count) => count > sentBefore,
    )
    await pause(kill.after ?? 100)
    await evergrant.kill('SIGKILL')
  }
  await asked
  if (column.late) stage.later((graceSeconds + 1) * 1000)
  // A slow machine must not use up the grace time by itself: three seconds of it pass at most.
  const end = stage.away(3_000)
  if (second !== undefined) await expect(back(evergrant, failpointOf(second))).rejects.toThrow('before it was ready')

  const sent = refreshes(stage)
  await back(evergrant)
  await checks[wanted]({ stage, generation, before, sent })
  end()
  // One connection's fault is no other's, and the renewal goes on as ever where a grant is left.
  expect(await show(evergrant, 'other')).toMatchObject({ state: 'active' })
  if (wanted === 'flagged') return
  const renewed = expecting(200, await renew(stage, 'books'))
  expect(renewed).toMatchObject({ ok: true, connection: { state: 'active' } })
  expect(await isTaken(stage, expecting(200, await readToken(stage)).access_token)).toBe(true)
}

type Looked = { stage: Stage; generation: number; before: Json; sent: number }

const checks: Record<End, (looked: Looked) => Promise<void>> = {
  async 'as before'({ stage, before, sent }) {
    expect(expecting(200, await readToken(stage))).toMatchObject({
      generation: before.generation,
      access_token: before.access_token,
    })
    expect(await show(stage.evergrant, 'books')).toMatchObject({ state: 'active' })
    expect(refreshes(stage)).toBe(sent)
  },
  async repeated({ stage, generation, sent }) {
    // Served meanwhile, too: the token from before is good for an hour.
    await eventually(
      async () => expecting(200, await readToken(stage)),
      (token) => token.generation === generation + 1,
      30_000,
    )
    expect(await isTaken(stage, expecting(200, await readToken(stage)).access_token)).toBe(true)
    expect(refreshes(stage)).toBe(sent + 1)
  },
  async kept({ stage, generation, before, sent }) {
    const token = await eventually(
      async () => expecting(200, await readToken(stage)),
      ({ generation: now }) => now === generation + 1,
      5_000,
    )
    expect(token.access_token).not.toBe(before.access_token)
    expect(await isTaken(stage, token.access_token)).toBe(true)
    expect(refreshes(stage)).toBe(sent)
  },
  async flagged({ stage, before, sent }) {
    const { evergrant } = stage
    const connection = await eventually(
      () => show(evergrant, 'books'),
      ({ state }) => state === 'needs_authorization',
      60_000,
    )
    expect(connection.failure).toMatchObject({ code: 'rotation_response_lost' })
    const { events } = expecting(200, await evergrant.request('/v1/events?connection=books'))
    expect(events.filter(({ event }: Json) => event === 'connection.needs_authorization')).toMatchObject([
      { fields: { code: 'rotation_response_lost' } },
    ])
    // Asked for once, found out, and left alone: reads send nothing any more.
    expect(refreshes(stage)).toBe(sent + 1)
    // The token from before is served until it ends.
    for (let reads = 0; reads < 3; reads += 1)
      expect(expecting(200, await readToken(stage))).toMatchObject({ access_token: before.access_token })
    expect(refreshes(stage)).toBe(sent + 1)
  },
}

const readToken = ({ evergrant }: Stage): Promise<Answer> => evergrant.request('/v1/connections/books/token')

/** K10. */
export async function playKeyChange(test: TestContext, column: Column, at: Point): Promise<void> {
  const stage = await openStage(test, column, `${at}:kill`)
  const { evergrant } = stage
  await importGrant(stage, 'books', column)
  const before = expecting(200, await readToken(stage))
  const rotate = () => evergrant.request('/v1/sealing-key/rotate', { body: {} })
  const asked = rotate().catch(() => undefined)
  // Wrapping goes on behind the answer.
  await eventually(
    () =>
      evergrant.request('/healthz').then(
        () => false,
        () => true,
      ),
    Boolean,
    30_000,
  )
  await asked
  const sent = refreshes(stage)
  await back(evergrant)
  await checks['as before']({ stage, generation: 1, before, sent })
  expect(expecting(200, await renew(stage, 'books'))).toMatchObject({ ok: true })
  expecting(202, await rotate())
  await eventually(
    async () => expecting(200, await evergrant.request('/v1/sealing-key')),
    ({ settled, rotation }) => settled && rotation?.running !== true,
    30_000,
  )
  expect(expecting(200, await readToken(stage)).generation).toBe(2)
}

/** K11. */
export async function playAuthorization(
  test: TestContext,
  column: Column,
  { at, ends }: { at: Point; ends: 'start again' | 'authorized' },
): Promise<void> {
  const stage = await openStage(test, column, `${at}:kill`)
  const { service, evergrant } = stage
  const codes = () => service.requests({ endpoint: 'token', grant: 'authorization_code' }).length
  await connect(evergrant, { name: 'books', definition: definitionOf(stage, column), grant: 'person', client })
  await expect(authorizeInBrowser(evergrant, 'books')).rejects.toThrow()
  expect(codes()).toBe(1)
  await back(evergrant)
  if (ends === 'authorized') {
    expect(await isTaken(stage, expecting(200, await readToken(stage)).access_token)).toBe(true)
    expect(codes()).toBe(1)
    return
  }
  expect(await show(evergrant, 'books')).toMatchObject({ state: 'pending' })
  expect(await readToken(stage)).toMatchObject({ status: 409, json: { code: 'needs_authorization' } })
  expect(codes()).toBe(1)
  const { authorization } = await authorizeInBrowser(evergrant, 'books')
  expect(authorization.outcome.kind).toBe('authorized')
  expect(expecting(200, await readToken(stage)).generation).toBe(1)
}

/** K12. */
export async function playEnding(
  test: TestContext,
  column: Column,
  { at, asks }: { at: Point; asks: 'remove' | 'revoke' },
): Promise<void> {
  const stage = await openStage(test, column, `${at}:kill`)
  const { evergrant } = stage
  const refreshToken = await importGrant(stage, 'books', column)
  await importGrant(stage, 'other', column)
  const path = '/v1/connections/books'
  await dies(
    asks === 'remove'
      ? evergrant.request(`${path}?revoke=true`, { method: 'DELETE' })
      : evergrant.request(`${path}/revoke`, { method: 'POST' }),
  )
  await back(evergrant)
  const { connections } = expecting(200, await evergrant.request('/v1/connections'))
  const states = Object.fromEntries(connections.map(({ name, state }: Json) => [name, state]))
  expect(states).toEqual({ other: 'active', ...(asks === 'revoke' && { books: 'needs_authorization' }) })
  expect((await readToken(stage)).status).toBe(asks === 'remove' ? 404 : 409)
  await eventually(
    () => isActive(stage, refreshToken),
    (active) => !active,
    90_000,
  )
  expect(expecting(200, await renew(stage, 'other'))).toMatchObject({ ok: true })
}

async function isActive({ service }: Stage, token: string): Promise<boolean> {
  const { id, secret } = rehearsalClient
  const body = new URLSearchParams({ client_id: id, client_secret: secret, token })
  const answer = await fetch(service.introspectionUrl, { method: 'POST', body })
  return ((await answer.json()) as Json).active
}

/** Whether the service takes an access token. */
export async function isTaken({ service }: Stage, accessToken: string): Promise<boolean> {
  const answer = await fetch(service.whoamiUrl, { headers: { authorization: `Bearer ${accessToken}` } })
  return answer.status === 200
}
