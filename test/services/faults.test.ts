/**
 * What goes wrong everywhere, at services that renew in different ways: what people and jobs see, and that nothing is
 * lost but what the service itself has taken away.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Way } from '../../src/provider/provider.ts'
import { faults, loadServices, stall, type Fault } from '../../src/rehearsal/index.ts'
import { Refused } from '../harness/api-client.ts'
import { rehearsalStage, walk, type RehearsalStage, type Walked } from '../harness/rehearse.ts'

const played = [
  ['quickbooks-online', 'user', 'a day of grace'],
  ['netsuite', 'user_public', 'a new refresh token each time, and nobody says what a second use does'],
  ['twitter', 'user', 'a second use may kill'],
  ['airtable', 'user', 'the old access token dies too'],
  ['box', 'user', 'a second use is refused'],
  ['google-cloud', 'user', 'one refresh token for good'],
  ['facebook', 'user', 'the access token is exchanged'],
  ['dayforce', 'user', 'the password is sent again'],
  ['criteo', 'app', '900 seconds, asked for again'],
] as const

const services = await loadServices([...new Set(played.map(([id]) => id))])
const providerOf = (id: string) => services.find(({ provider }) => provider.id === id)!.provider

let stage: RehearsalStage

beforeAll(async () => {
  stage = await rehearsalStage(services)
})
afterAll(() => stage.close())

describe.each(played)('%s, %s: %s', (id, wayName) => {
  const provider = providerOf(id)
  const way = provider.ways[wayName]!
  const { by, rotates, grace = 0, reuse } = way.renewal
  /** A renewal uses something up, so that a lost answer is asked for again at once. */
  const consumes = by === 'refresh_token' && rotates !== 'never'
  const survives = !consumes || grace > 0 || reuse === 'harmless'
  const call = by === 'reissue' ? 'token' : 'renewal'

  async function meet(): Promise<Here> {
    const without = ['test', 'renew', 'lose', 'refuse', 'revoke'] as const
    const walked = await walk(provider, wayName, stage, { without: [...without] })
    const { expires_at: end, generation } = walked.connection
    const { clock } = stage.world
    const { within } = way.renewal
    if (within !== undefined) clock.advance(Number(end) * 1000 - clock.now() - within * 500)
    walked.service.control.play(wayName)
    return { walked, params: { name: walked.name }, generation }
  }

  const fault = ({ walked }: Here, one: Fault, times: number) =>
    walked.service.control.next(one, times, { way: wayName, call })

  it('waits for an answer that is slow', async () => {
    const here = await meet()
    fault(here, stall(0.1), 1)
    expect(await renew(here)).toMatchObject({ ok: true })
    await expectLiving(here)
  })

  it('is left alone as long as it asks for', async () => {
    const here = await meet()
    fault(here, faults.too_many_for_10_minutes, 1)
    const { ok, failure, connection } = await renew(here)
    expect({ ok, failure }).toMatchObject({ ok: false, failure: { kind: 'transient', status: 429 } })
    expect(connection).toMatchObject({ state: 'active', condition: 'failing' })
    expect(connection.retry_at! * 1000).toBeGreaterThanOrEqual(stage.world.clock.now() + 599_000)
    await expectKept(here, way)
    stage.world.clock.advance(606_000)
    expect(await renew(here)).toMatchObject({ ok: true })
    await expectLiving(here)
  })

  const unread = ['error_500', 'html_200', 'empty_200', 'drop_before', 'reset_before', 'error_503'] as const
  it.each(unread)('loses nothing when nothing was done: %s', async (name) => {
    const here = await meet()
    // An answer that says nothing was done is believed, and not asked for again.
    fault(here, faults[name], consumes && name !== 'error_503' ? 2 : 1)
    const { ok, failure, connection } = await renew(here)
    expect({ ok, kind: failure?.kind }).toEqual({
      ok: false,
      kind: name === 'error_503' ? 'transient' : 'unknown_outcome',
    })
    expect(connection).toMatchObject({ state: 'active', condition: 'failing', failure: { count: 1 } })
    expect(connection.retry_at).toBeGreaterThan(0)
    await expectKept(here, way)
    expect(await renew(here)).toMatchObject({ ok: true })
    await expectLiving(here)
  })

  it('asks at once again where an answer may have used something up, and nowhere else', async () => {
    const here = await meet()
    fault(here, faults.error_500, 1)
    expect((await renew(here)).ok).toBe(consumes)
    if (!consumes) await renew(here)
    await expectLiving(here)
  })

  const acted = ['drop_after', 'drop_in_body', 'error_500_having_acted', 'html_200_having_acted'] as const
  it.each(acted)('says it when an answer is lost for good: %s', async (name) => {
    const here = await meet()
    fault(here, faults[name], 1)
    const report = await renew(here)
    if (survives) {
      expect(report.connection.state).toBe('active')
      if (!report.ok) expect(await renew(here)).toMatchObject({ ok: true })
      return expectLiving(here)
    }
    expect(report).toMatchObject({
      ok: false,
      failure: { kind: 'dead', code: 'rotation_response_lost', remedy: 'Authorize again.' },
      connection: { state: 'needs_authorization', has_refresh_token: true },
    })
    expect(await here.walked.again()).toMatchObject({ kind: 'authorized' })
    await expectLiving(here)
  })

  it('renews a token that the service has let die', async () => {
    const here = await meet()
    here.walked.service.control.expireAccess()
    stage.world.clock.advance(61_000)
    const rejected = stage.jobs('rejectToken', { params: here.params, body: { rejected: here.generation } })
    if (by === 'exchange_access_token') return expectPersonNeeded(here, rejected)
    expect(here.walked.service.whose((await rejected).access_token)).toBeDefined()
  })

  it.each(['killRefresh', 'revokeAll'] as const)('asks for a person where only a person helps: %s', async (trouble) => {
    const here = await meet()
    here.walked.service.control[trouble]()
    const report = await renew(here)
    // What works on the client's own word, or on the living token, is not concerned.
    if (by === 'reissue' || (by === 'exchange_access_token' && trouble === 'killRefresh')) {
      expect(report).toMatchObject({ ok: true })
      return expectLiving(here)
    }
    expect(report).toMatchObject({ ok: false, connection: { state: 'needs_authorization' } })
    expect(report.failure?.cause).toBeTruthy()
    stage.world.clock.advance(Number(here.walked.connection.expires_at) * 1000 + 1000 - stage.world.clock.now())
    await expectPersonNeeded(here, stage.jobs('readToken', { params: here.params }))
  })
})

type Here = { walked: Walked; params: { name: string }; generation: number }

const renew = ({ params }: Here) => stage.api('renewToken', { params })

async function expectLiving({ walked, params, generation }: Here): Promise<void> {
  const token = await stage.jobs('readToken', { params })
  expect(token.warnings).toEqual([])
  expect(token.generation).toBeGreaterThan(generation)
  expect(walked.service.whose(token.access_token)).toBeDefined()
  const connection = await stage.api('showConnection', { params })
  expect(connection).toMatchObject({ state: 'active', condition: 'ok' })
  expect(connection).not.toHaveProperty('failure')
}

/** The token that was there is served on, and what renews it is there still. */
async function expectKept({ walked, params, generation }: Here, { renewal }: Way): Promise<void> {
  const token = await stage.jobs('readToken', { params })
  expect(token).toMatchObject({ access_token: walked.accessToken, generation })
  const { has_refresh_token: refreshes } = await stage.api('showConnection', { params })
  expect(refreshes).toBe(renewal.by === 'refresh_token')
}

/** A job is told what a person must do, and where; the person does it. */
async function expectPersonNeeded(here: Here, asked: Promise<unknown>): Promise<void> {
  const refused = await asked.catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(Refused)
  const { problem } = refused as Refused // looked at on the line above
  expect(problem).toMatchObject({ code: 'needs_authorization', status: 409, retryable: false })
  expect(problem.authorize_url).toBe(`https://evergrant.example.test/connections/${here.walked.name}/authorize`)
  expect(await here.walked.again()).toMatchObject({ kind: 'authorized' })
  await expectLiving(here)
}
