import { afterEach, describe, expect, it } from 'vitest'
import type { Provider } from '../../src/provider/provider.ts'
import linkedin from '../../src/providers/linkedin.ts'
import { service, tokens, world, type Answer, type World } from './harness.ts'

const open: World[] = []
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})
const local = { kind: 'local' } as const
const url = 'https://auth.example.com/introspect'
const introspect = { see: ['docs'], url, body: { form: { token: '{token}' } } }

async function tested(answer: Answer, definition: Provider = { ...service(), introspect }, grant = 'machine') {
  const here = await world()
  open.push(here)
  here.answer((request) => (/introspect/.test(request.url) ? answer : tokens(1, { refresh_token: undefined })))
  const client = { id: 'client', secret: 'secret' }
  await here.domain.connections.create({ name: 'batch', provider: 'custom', definition, grant, client }, local)
  return { here, report: await here.domain.connections.test('batch', local) }
}

describe('a test without a test request', () => {
  it('asks the service about the token, with a client that proves itself, and keeps the attempt masked', async () => {
    const exp = 1_800_003_600
    const { here, report } = await tested({ body: { active: true, scope: 'read write', exp } })
    expect(report).toMatchObject({
      ok: true,
      introspection: { active: true, scope: ['read', 'write'], expiresAt: exp * 1000 },
      request: { url },
    })
    expect(here.requests.at(-1)?.form.get('token')).toBe('access-1')
    expect(here.requests.at(-1)?.headers['authorization']).toMatch(/^Basic /)
    const attempts = await here.domain.connections.attempts('batch')
    expect(attempts.find(({ step }) => step === 'introspect')).toMatchObject({ trigger: 'person', status: 200 })
    expect(JSON.stringify(attempts)).not.toContain('access-1')
  })

  it('fails for a token that is not active, and says what to do', async () => {
    const { report } = await tested({ body: { active: false } })
    expect(report).toMatchObject({
      ok: false,
      introspection: { active: false },
      failure: { code: 'token_not_active', remedy: '`evergrant refresh batch` asks for a new one.' },
    })
  })

  it('reads the names that a definition gives: LinkedIn’s application', async () => {
    const answer = { body: { active: true, status: 'active', expires_at: 1_800_003_600, scope: 'r_ads,rw_ads' } }
    const { report } = await tested(answer, linkedin, 'application')
    expect(report).toMatchObject({ ok: true, introspection: { active: true, expiresAt: 1_800_003_600_000 } })
    expect(report.introspection?.scope).toEqual(['r_ads', 'rw_ads'])
  })

  it('is not supported where nothing can be asked', async () => {
    await expect(tested({ body: {} }, service())).rejects.toMatchObject({ code: 'not_supported' })
    const publicOnly: Provider = { ...service(), introspect, client: { see: ['docs'], auth: ['none'] } }
    await expect(tested({ status: 401, body: {} }, publicOnly)).rejects.toMatchObject({ code: 'not_supported' })
  })
})
