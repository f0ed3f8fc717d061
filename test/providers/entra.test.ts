/** Traps of Microsoft's services that can be seen: told before anything is sent, or with the token. */
import { describe, expect, it } from 'vitest'
import { hostsOf } from '../../src/provider/hosts.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { resolveValues } from '../../src/provider/values.ts'
import { adviceAt, type Came } from '../../src/provider/warnings.ts'
import onPremises from '../../src/providers/business-central.ts'
import online from '../../src/providers/business-central-online.ts'
import microsoft from '../../src/providers/microsoft.ts'

const now = Date.parse('2026-11-22T12:00:00Z')

function advice(provider: Provider, way: string, typed: Record<string, string>, asked?: string[], came?: Came) {
  const { values, faults } = resolveValues(provider, way, { typed, secrets: {} })
  expect(faults).toEqual([])
  const scopes = asked ?? (provider.ways[way]?.scopes ?? provider.scopes)?.preset ?? []
  return adviceAt(came ? 'token' : 'request', provider, way, { values, asked: scopes, now, ...(came && { came }) })
}

const refusals = (...args: Parameters<typeof advice>) =>
  advice(...args)
    .filter((one) => one.refuses)
    .map(({ path }) => path)

describe('before anything is sent', () => {
  it.each([
    [microsoft, 'app_secret'],
    [online, 'app_certificate'],
    [online, 'user'],
    [onPremises, 'user'],
  ] as const)(
    'a tenant that stands for many directories is refused where one is needed: $0.name, $1',
    (provider, way) => {
      expect(refusals(provider, way, { tenant: 'Common' })).toEqual(['inputs.tenant'])
      expect(refusals(provider, way, { tenant: 'contoso.com' })).toEqual([])
    },
  )
  it('a person may sign in from any directory', () => {
    expect(advice(microsoft, 'user', { tenant: 'organizations' })).toEqual([])
  })
  it('an application asks for no scopes of people', () => {
    const asked = ['https://graph.microsoft.com/.default', 'offline_access']
    expect(refusals(microsoft, 'app_certificate', { tenant: 'contoso.com' }, asked)).toEqual(['scopes'])
    expect(refusals(online, 'app_secret', { tenant: 'contoso.com' }, ['offline_access'])).toEqual(['scopes'])
  })
  it('the scope names Graph of the cloud that was chosen', () => {
    const typed = { tenant: 'contoso.com', cloud: 'us_government' }
    expect(refusals(microsoft, 'app_secret', typed)).toEqual(['scopes'])
    expect(refusals(microsoft, 'app_secret', typed, ['https://graph.microsoft.us/.default'])).toEqual([])
  })
  it('a server without Microsoft Entra ID is refused with what to do instead', () => {
    const typed = { tenant: 'contoso.com', credential_type: 'nav_user_password' }
    const [first, ...others] = advice(onPremises, 'app_secret', typed)
    expect(others).toEqual([])
    expect(first).toMatchObject({ path: 'inputs.credential_type', refuses: true })
    expect(first?.says).toContain('NavUserPassword takes no OAuth token')
    expect(first?.remedy).toContain('web service access key as HTTP Basic')
    for (const other of ['windows', 'user_name', 'adfs'])
      expect(refusals(onPremises, 'user', { ...typed, credential_type: other })).toEqual(['inputs.credential_type'])
  })
})

describe('with the token', () => {
  const came = { refreshToken: true, endless: false }
  it('a refresh token of a day is told', () => {
    const typed = { tenant: 'contoso.com' }
    const [first] = advice(microsoft, 'user', typed, undefined, { ...came, endsIn: 86_399 })
    expect(first?.says).toContain('Single-page application')
    expect(advice(microsoft, 'user', typed, undefined, { ...came, endsIn: 7_776_000 })).toEqual([])
  })
  it('Business Central without an environment has proved nothing', () => {
    const unattended = { refreshToken: false, endless: false }
    const told = advice(online, 'app_secret', { tenant: 'contoso.com' }, undefined, unattended)
    expect(told.map(({ path }) => path)).toEqual(['inputs.environment'])
    const typed = { tenant: 'contoso.com', environment: 'Production' }
    expect(advice(online, 'app_secret', typed, undefined, unattended)).toEqual([])
  })
})

it('a server on-premises opens its own host and port, and no other', () => {
  const typed = { tenant: 'contoso.com', host: 'NAV.contoso.com', instance: 'BC250' }
  const { values, missing } = resolveValues(onPremises, 'app_secret', { typed, secrets: {} })
  expect(missing).toEqual([])
  expect(hostsOf(onPremises, values).api).toContain('nav.contoso.com:7048')
  expect(hostsOf(onPremises, values).api.filter((pattern) => pattern.includes('contoso'))).toHaveLength(1)
})
