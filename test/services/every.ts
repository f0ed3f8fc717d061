/** Every way of every service goes the whole way, and what people see of it is what the facts say. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Provider, Way } from '../../src/provider/provider.ts'
import { rehearsalStage, walk, type RehearsalStage, type Walked } from '../harness/rehearse.ts'
import { servicesFrom } from './some.ts'

/** For the services whose ids begin with these letters, so that each file has its share. */
export async function everyWay(letters: RegExp): Promise<void> {
  const services = await servicesFrom(letters)
  let stage: RehearsalStage
  let raws: string[] = []

  beforeAll(async () => {
    stage = await rehearsalStage(services, { tap: (raw) => void raws.push(raw) })
  })
  afterAll(() => stage.close())

  describe.each(services.map(({ provider }) => [provider.name, provider] as const))('%s', (_, provider) => {
    it.each(Object.entries(provider.ways))('connects, renews, survives and is revoked: %s', async (name, way) => {
      raws = []
      const walked = await walk(provider, name, stage)
      expect(walked.done).toEqual(stepsOf(provider, name, walked, raws.some(hasSecret)))
      expectGrant(walked, way)
      expectEnds(walked, way)
      if (who(provider, name)) expect(walked.who).toBeTruthy()
      for (const value of comingOf(provider, way)) expect(walked.shown).toHaveProperty(value)
    })
  })
}

function stepsOf(provider: Provider, name: string, { done }: Walked, sentSecret: boolean): string[] {
  const { renewal, token } = provider.ways[name]!
  const goes: Record<string, boolean> = {
    connect: true,
    authorize: true,
    read: true,
    // A condition of a test request is the connection's to meet; without one, introspection may stand in.
    test:
      done.includes('test') ||
      tests(provider, name).some(({ onlyScope, onlyWith }) => onlyScope === undefined && onlyWith === undefined),
    renew: renewal.by !== 'none',
    lose: renewal.by === 'refresh_token' || (renewal.by === 'reissue' && token !== undefined),
    refuse: sentSecret && token !== undefined,
    revoke: (provider.revoke ?? []).some(
      (call) =>
        (call.ways?.includes(name) ?? true) &&
        (renewal.by === 'refresh_token' || !JSON.stringify(call).includes('{refresh_token}')),
    ),
  }
  return Object.keys(goes).filter((step) => goes[step])
}

/** Whether a request, as it came, carries the secret of the client: in clear or as HTTP Basic. */
function hasSecret(raw: string): boolean {
  const [, basic = ''] = /^authorization: Basic (.+)$/im.exec(raw) ?? []
  return `${raw} ${Buffer.from(basic, 'base64').toString()}`.includes('rehearsal-secret')
}

function tests({ probes = [] }: Provider, name: string) {
  return probes.filter(({ ways }) => ways?.includes(name) ?? true)
}

function who(provider: Provider, name: string): boolean {
  const all = tests(provider, name)
  return (
    all.length > 0 &&
    all.every((one) => one.who !== undefined && one.onlyScope === undefined && one.onlyWith === undefined)
  )
}

function expectGrant({ connection }: Walked, { renewal, grant, steps = [] }: Way): void {
  expect(connection).toMatchObject({
    state: 'active',
    condition: 'ok',
    grant,
    renewal: renewal.by,
    has_refresh_token: renewal.by === 'refresh_token',
  })
  expect(connection).not.toHaveProperty('failure')
  if (renewal.by === 'none' && !steps.some(({ run }) => typeof run === 'object'))
    expect(connection).not.toHaveProperty('next_renewal_at')
}

/** What dies is listed, and what lives long enough is renewed before. */
function expectEnds({ connection }: Walked, { renewal }: Way): void {
  const { expires_at: end, obtained_at: from = 0, next_renewal_at: next, deaths, client } = connection
  const listed = deaths.map(({ what }) => what)
  expect(deaths.map(({ at }) => at)).toEqual(deaths.map(({ at }) => at).toSorted((one, other) => one - other))
  expect(listed.includes('access_token')).toBe(typeof end === 'number')
  expect(listed.includes('certificate')).toBe(client?.certificate_ends_at !== undefined)
  const { idle, hard } = renewal.ends ?? {}
  if (renewal.by === 'none') return
  if (typeof idle === 'number') expect(listed).toContain('refresh_token_idle')
  if (typeof hard === 'number') expect(listed).toContain('refresh_token')
  if (typeof end !== 'number' || end - from < 120) return
  expect(next).toBeGreaterThan(from)
  expect(next).toBeLessThan(end)
}

/** Names of what jobs are told and nobody types: it comes with an answer of this way, or with its callback. */
function comingOf({ values = {} }: Provider, way: Way): string[] {
  const calls = [way.token, ...(way.steps ?? [])]
  const taken = new Set(calls.flatMap((call) => Object.keys(call?.take ?? {})))
  return Object.entries(values).flatMap(([name, { shown, from = [] }]) => {
    const back =
      way.grant === 'authorization_code' && from.some((one) => typeof one === 'string' && one.startsWith('callback.'))
    return shown && (taken.has(name) || back) ? [name] : []
  })
}
