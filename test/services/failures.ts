/** Every error rule of every service: what is told, what stays, and that all is well again when the service is. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConnectionOnWire } from '../../src/api/connection.ts'
import type { ErrorRule, Means, Provider } from '../../src/provider/provider.ts'
import { rehearsalStage, walk, type RehearsalStage, type Walked } from '../harness/rehearse.ts'
import { servicesFrom } from './some.ts'

type On = ErrorRule['on'][number]

const kinds: Readonly<Record<Means, string>> = {
  retry: 'transient',
  dead: 'dead',
  client: 'client',
  configuration: 'configuration',
  denied: 'denied',
  too_young: 'too_young',
}

/** After a renewal that was refused so. */
const conditions: Readonly<Record<Means, string>> = {
  retry: 'failing',
  dead: 'needs_authorization',
  client: 'needs_configuration',
  configuration: 'needs_configuration',
  denied: 'needs_authorization',
  too_young: 'failing',
}

export async function everyFailure(letters: RegExp): Promise<void> {
  const services = await servicesFrom(letters)
  let stage: RehearsalStage

  beforeAll(async () => {
    stage = await rehearsalStage(services)
  })
  afterAll(() => stage.close())

  describe.each(services.map(({ provider }) => [provider.name, provider] as const))('%s', (_, provider) => {
    const met = new Map<string, Walked>()
    const renews = wayFor(provider, 'renew') !== undefined
    const cases = (provider.errors ?? []).flatMap((rule, index) =>
      // Where every renewal is the token request again, what is said of tokens is said of both.
      rule.on
        .filter((on) => on !== 'renew' || renews || !rule.on.includes('token'))
        .map((on) => [on, rule.means, index, rule] as const),
    )
    it.each(cases)('%s: %s (rule %i)', async (on, _means, index, rule) => {
      const way = wayFor(provider, on)
      if (way === undefined) return expect.unreachable(`no way of ${provider.name} can meet a rule on ${on}`)
      const here = await meet(stage, provider, way, met.get(way))
      met.delete(way)
      try {
        await acts[on](here, rule, index)
        // What has come through whole goes on to the next failure, unless its tokens are gone or it has grown old.
        if (on !== 'revoke' && here.way.renewal.by !== 'exchange_access_token') met.set(way, here.walked)
      } finally {
        here.control.heal()
        here.control.play(undefined)
      }
    })
  })
}

type Here = {
  stage: RehearsalStage
  walked: Walked
  /** As it stood before the failure. */
  before: { connection: ConnectionOnWire; accessToken: string }
  way: Provider['ways'][string]
  control: Walked['service']['control']
  params: { name: string }
}

/** The way that meets such a refusal: a person's where there is one, so that whoever is dead can be revived. */
function wayFor(provider: Provider, on: On): string | undefined {
  const ways = Object.entries(provider.ways)
  const weight = { authorization_code: 0, pasted: 2 } as Readonly<Record<string, number>>
  const fitting = ways.filter(([name, { grant, token, renewal }]) => {
    const asks = (calls: readonly { ways?: string[] }[] | undefined) =>
      calls?.some((call) => call.ways?.includes(name) ?? true) ?? false
    switch (on) {
      case 'authorize':
        return grant === 'authorization_code'
      case 'token':
        return token !== undefined && grant !== 'device_code'
      case 'renew':
        return renewal.by === 'refresh_token' || renewal.by === 'exchange_access_token'
      case 'api':
        return asks(provider.probes)
      case 'revoke':
        return asks(provider.revoke)
    }
  })
  return fitting.toSorted(([, one], [, other]) => (weight[one.grant] ?? 1) - (weight[other.grant] ?? 1))[0]?.[0]
}

async function meet(
  stage: RehearsalStage,
  provider: Provider,
  wayName: string,
  known: Walked | undefined,
): Promise<Here> {
  const without = ['test', 'renew', 'lose', 'refuse', 'revoke'] as const
  const walked = known ?? (await walk(provider, wayName, stage, { without: [...without] }))
  const params = { name: walked.name }
  const way = provider.ways[wayName]!
  const { control } = walked.service
  const connection = await stage.api('showConnection', { params })
  const { access_token: accessToken } = await stage.jobs('readToken', { params })
  const { by, age = 0, within } = way.renewal
  const { expires_at: end } = connection
  // A living token is exchanged neither too young nor too far from its end.
  if (by === 'exchange_access_token' && typeof end === 'number') {
    const now = stage.world.clock.now()
    stage.world.clock.advance(within === undefined ? (age + 1) * 1000 : end * 1000 - now - within * 500)
  }
  control.play(wayName)
  return { stage, walked, before: { connection, accessToken }, way, control, params }
}

const acts: Readonly<Record<On, (here: Here, rule: ErrorRule, index: number) => Promise<void>>> = {
  async authorize(here, rule, index) {
    here.control.refuse(index)
    await expectNotAuthorized(here, rule)
  },

  async token(here, rule, index) {
    here.control.refuse(index)
    if (here.way.grant === 'authorization_code') return expectNotAuthorized(here, rule)
    const report = await here.stage.api('issueToken', { params: here.params })
    expect(report).toMatchObject({ ok: false, failure: told(rule) })
    await expectNothingLost(here)
    here.control.heal()
    expect(await here.stage.api('issueToken', { params: here.params })).toMatchObject({ ok: true })
    await expectWell(here)
  },

  async renew(here, rule, index) {
    const { stage, params, control } = here
    // Where a second use is harmless, a death is asked about once more before anybody is bothered.
    control.refuse(index)
    control.refuse(index)
    const report = await stage.api('renewToken', { params })
    expect(report).toMatchObject({ ok: false, failure: told(rule), connection: { condition: conditions[rule.means] } })
    const dead = conditions[rule.means] === 'needs_authorization'
    expect(report.connection.state).toBe(dead ? 'needs_authorization' : 'active')
    expect(report.connection.retry_at === undefined).toBe(dead)
    await expectNothingLost(here)
    control.heal()
    if (dead) await revive(here)
    else expect(await stage.api('renewToken', { params })).toMatchObject({ ok: true })
    await expectWell(here)
  },

  async api(here, rule, index) {
    const { stage, params, control } = here
    control.refuse(index)
    const report = await stage.api('testConnection', { params })
    expect(report).toMatchObject({ ok: false, failure: told(rule), connection: { state: 'active' } })
    await expectNothingLost(here)
    control.heal()
    expect(await stage.api('testConnection', { params })).toMatchObject({ ok: true })
  },

  async revoke({ stage, params, control }, rule, index) {
    control.refuse(index)
    const { revocation, failure } = await stage.api('revokeConnection', { params })
    // What is dead already is what was wanted; what only fails now is asked for again later.
    if (rule.means === 'dead') expect(revocation).toBe('done')
    else if (rule.means === 'retry') expect(revocation).toBe('queued')
    else expect({ revocation, failure }).toMatchObject({ revocation: 'refused', failure: told(rule) })
  },
}

function told({ means, cause, remedy }: ErrorRule) {
  return { kind: kinds[means], cause, remedy }
}

/** An authorization that failed changes nothing about the grant that is there. */
async function expectNotAuthorized(here: Here, { cause, remedy }: ErrorRule): Promise<void> {
  expect(await here.walked.again()).toMatchObject({ kind: 'failed', cause, remedy })
  await expectNothingLost(here)
  here.control.heal()
  expect(await here.walked.again()).toMatchObject({ kind: 'authorized' })
  await expectWell(here)
}

async function expectNothingLost({ stage, before, params }: Here): Promise<void> {
  const { generation, has_refresh_token: refreshes } = before.connection
  expect(await stage.api('showConnection', { params })).toMatchObject({ generation, has_refresh_token: refreshes })
  const token = await stage.jobs('readToken', { params })
  expect(token).toMatchObject({ access_token: before.accessToken, generation })
}

async function revive({ stage, walked, way, params }: Here): Promise<void> {
  if (way.grant === 'authorization_code') expect(await walked.again()).toMatchObject({ kind: 'authorized' })
  else expect(await stage.api('renewToken', { params })).toMatchObject({ ok: true })
}

async function expectWell({ stage, walked, before, params }: Here): Promise<void> {
  const connection = await stage.api('showConnection', { params })
  expect(connection).toMatchObject({ state: 'active', condition: 'ok' })
  expect(connection).not.toHaveProperty('failure')
  expect(connection.generation).toBeGreaterThan(before.connection.generation)
  expect(walked.service.whose((await stage.jobs('readToken', { params })).access_token)).toBeDefined()
}
