/** What services answer on bad days. Each gets one clear message, and nothing that was stored before is lost. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  faults,
  redirectTo,
  rehearsalClient,
  stall,
  startRehearsal,
  tooMany,
  type Fault,
  type FaultName,
  type Rehearsal,
} from '../../src/rehearsal/index.ts'
import {
  accepted,
  authorizeInBrowser,
  connect,
  definitionFor,
  eventually,
  expecting,
  pause,
  readToken,
  serviceOf,
  show,
} from '../harness/definition.ts'
import { startEvergrant, type Evergrant, type Json } from '../harness/evergrant.ts'

let service: Rehearsal
let other: Rehearsal
let evergrant: Evergrant

const client = { ...rehearsalClient, method: 'client_secret_post' }
const behaviour = { scopes: ['api.read', 'api.write'], access: { seconds: 2 } }

beforeAll(async () => {
  service = await startRehearsal({ behaviour })
  other = await startRehearsal({ behaviour })
  evergrant = await startEvergrant({ allow: [service.host, other.host] })
})
afterEach(() => service.control.heal())
afterAll(async () => {
  await evergrant?.close()
  await service?.close()
  await other?.close()
})

let counter = 0

async function machine(options: Parameters<typeof definitionFor>[1] = {}): Promise<string> {
  const name = `machine-${(counter += 1)}`
  await connect(evergrant, { name, definition: definitionFor(serviceOf(service), options), grant: 'machine', client })
  return name
}

describe('an answer in an odd shape still gives a token', () => {
  const nested = {
    take: { access_token: { at: ['data.token.access_token'] }, expires: { at: ['data.token.expires_in'] } },
  }
  it.each<[FaultName, Json?]>([
    ['expires_in_text'],
    ['expires_in_absent'],
    ['expires_in_zero'],
    ['expires_in_negative'],
    ['expires_in_huge'],
    ['null_refresh_token'],
    ['empty_refresh_token'],
    ['token_type_lower'],
    ['token_type_upper'],
    ['token_type_absent'],
    ['form_encoded'],
    ['status_201'],
    ['scope_list'],
    ['scope_narrower'],
    ['nested', nested],
  ])('%s', async (fault, token) => {
    const name = await machine({ token })
    service.control.next(faults[fault])
    const answer = expecting(200, await readToken(evergrant, name))
    expect(answer.token_type).toMatch(/^bearer$/i)
    expect(await accepted(serviceOf(service), answer.access_token)).toBe(true)
    if (answer.expires_in !== undefined) expect(answer.expires_in).toBeLessThan(2 ** 31)
  })

  it.each(['expires_in_zero', 'expires_in_negative', 'expires_in_absent'] as const)(
    '%s does not become a loop of requests',
    async (fault) => {
      const name = await machine()
      service.control.next(faults[fault], 100)
      const before = service.requests().length
      for (let again = 0; again < 20; again += 1) await readToken(evergrant, name)
      await pause(500)
      expect(service.requests().length - before).toBeLessThanOrEqual(2)
    },
  )
})

describe('an answer that is no token', () => {
  const cases: [string, Fault, number, string][] = [
    ['a page in 200', faults.html_200, 503, 'unreadable_answer'],
    ['nothing in 200', faults.empty_200, 503, 'unreadable_answer'],
    ['JSON that ends early', faults.truncated_json, 503, 'unreadable_answer'],
    ['no access_token', faults.no_access_token, 503, 'unreadable_answer'],
    ['a number for access_token', faults.access_token_number, 503, 'unreadable_answer'],
    ['a token with a line end', faults.access_token_with_line_end, 503, 'unreadable_answer'],
    ['a member twice', faults.duplicate_members, 503, 'unreadable_answer'],
    ['a body of 100 MB', faults.body_of_100_mb, 503, ''],
    ['a gzip bomb', faults.gzip_bomb, 503, ''],
    ['100,000 arrays in each other', faults.deep_json, 503, 'unreadable_answer'],
    ['500', faults.error_500, 503, 'provider_failing'],
    ['503', faults.error_503, 503, 'provider_failing'],
    ['429', faults.too_many, 503, 'provider_failing'],
    ['a reset', faults.reset_before, 503, 'provider_failing'],
    ['a closed connection', faults.drop_before, 503, 'provider_failing'],
    ['half a body', faults.drop_in_body, 503, ''],
    ['a redirect', redirectTo('http://127.0.0.1:9/elsewhere'), 409, ''],
  ]
  it.each(cases)(
    '%s is said in one clear message, and the next good answer heals it',
    async (_, fault, status, code) => {
      const name = await machine()
      service.control.next(fault, 10)
      const answer = await readToken(evergrant, name)
      expect(answer.status, answer.text).toBe(status)
      if (code) expect(answer.json.code).toBe(code)
      expect(answer.headers['content-type']).toContain('application/problem+json')
      expect(answer.json).toMatchObject({ connection: name, remedy: expect.any(String), retryable: status === 503 })
      expect(answer.text).not.toContain('<h1>')
      if (status === 503) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)

      service.control.heal()
      const report = expecting(200, await evergrant.request(`/v1/connections/${name}/renew`, { method: 'POST' }))
      expect(report.ok, JSON.stringify(report)).toBe(true)
      expect(expecting(200, await readToken(evergrant, name)).access_token).toMatch(/^at_/)
    },
  )

  it('is shown to an admin, masked, among the attempts', async () => {
    const name = await machine()
    service.control.next(faults.html_200, 10)
    await readToken(evergrant, name)
    const { attempts } = expecting(200, await evergrant.request(`/v1/connections/${name}/attempts`))
    expect(attempts[0]).toMatchObject({ status: 200, request: { method: 'POST' } })
    expect(JSON.stringify(attempts)).not.toContain(rehearsalClient.secret)
  })
})

describe('while the service fails', () => {
  it('the token that still lives is served, with a warning', async () => {
    service.control.behave({ access: { seconds: 6 } })
    const name = await machine()
    const first = expecting(200, await readToken(evergrant, name))
    service.control.next(faults.error_503, 100)
    await pause(3200)
    const served = expecting(200, await readToken(evergrant, name))
    expect(served.access_token).toBe(first.access_token)
    expect(served.warnings.length).toBeGreaterThan(0)
    expect(await show(evergrant, name)).toMatchObject({ state: 'active', condition: 'failing' })
    service.control.behave({ access: { seconds: 2 } })
  })

  it('Retry-After is kept to: nothing is sent before', async () => {
    const name = await machine()
    service.control.next(tooMany('600'), 100)
    const answer = await readToken(evergrant, name)
    expect(answer.status).toBe(503)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(500)
    const requests = service.requests().length
    for (let again = 0; again < 10; again += 1) await readToken(evergrant, name)
    await pause(300)
    expect(service.requests()).toHaveLength(requests)
  })
})

describe('an address that is wrong', () => {
  it('a token URL that is not there names the URL as the thing to check', async () => {
    const wrong = { ...serviceOf(other), tokenUrl: `${other.origin}/no-such-path` }
    await connect(evergrant, { name: 'wrong-path', definition: definitionFor(wrong), grant: 'machine', client })
    const answer = await readToken(evergrant, 'wrong-path')
    expect(answer.status).toBeGreaterThanOrEqual(409)
    expect(answer.text).toMatch(/404|not_found/)
  })

  it('a port where nobody listens is no loss and no crash', async () => {
    const gone = await startRehearsal({ behaviour })
    const own = await startEvergrant({ allow: [gone.host] })
    await gone.close()
    try {
      await connect(own, { name: 'nobody', definition: definitionFor(serviceOf(gone)), grant: 'machine', client })
      expect(await readToken(own, 'nobody')).toMatchObject({ status: 503, json: { code: 'provider_failing' } })
    } finally {
      await own.close()
    }
  })

  it('a loopback address that is not listed is never called', async () => {
    const unlisted = await startRehearsal({ behaviour })
    const definition = definitionFor(serviceOf(unlisted))
    const made = await evergrant.request('/v1/connections', {
      body: {
        name: 'unlisted',
        provider: 'custom',
        definition,
        grant: 'machine',
        client: { id: client.id, secret: client.secret },
      },
    })
    const answer = made.status === 201 ? await readToken(evergrant, 'unlisted') : made
    expect(answer).toMatchObject({ status: 409, json: { code: 'host_blocked' } })
    expect(unlisted.requests()).toHaveLength(0)
    await unlisted.close()
  })

  it('a redirect to another host takes no secret there', async () => {
    const name = await machine()
    const before = other.requests().length
    service.control.next(redirectTo(other.url), 10)
    await readToken(evergrant, name)
    expect(other.requests()).toHaveLength(before)
  })
})

describe('a refresh token', () => {
  const start = async (name: string, options = {}) => {
    await connect(evergrant, { name, definition: definitionFor(serviceOf(other), options), grant: 'person', client })
    await authorizeInBrowser(evergrant, name)
    await pause(2100)
  }
  const harmless = { renewal: { rotates: 'always', grace: 60, reuse: 'harmless' } }

  it('is kept when a renewal brings none', async () => {
    other.control.behave({ refresh: { rotation: 'R0' } })
    await start('kept-refresh', { renewal: { rotates: 'never' } })
    for (let renewal = 0; renewal < 2; renewal += 1) {
      expecting(200, await readToken(evergrant, 'kept-refresh'))
      await pause(2100)
    }
    expect(await show(evergrant, 'kept-refresh')).toMatchObject({ has_refresh_token: true, state: 'active' })
  })

  it.each([
    'drop_after',
    'drop_in_body',
    'reset_after',
    'error_500_having_acted',
    'html_200_having_acted',
    'truncated_json',
  ] as const)('whose answer is spoilt (%s) is sent once more and repaired inside the grace window', async (fault) => {
    other.control.behave({ refresh: { rotation: 'R2', graceSeconds: 60 } })
    const name = `spoilt-${fault.replaceAll('_', '-')}`
    await start(name, harmless)
    const before = other.requests({ grant: 'refresh_token' }).length
    other.control.next(faults[fault], 1, { grant: 'refresh_token' })
    const token = expecting(200, await readToken(evergrant, name))
    expect(await accepted(serviceOf(other), token.access_token)).toBe(true)
    expect(other.requests({ grant: 'refresh_token' }).length - before).toBe(2)
  })

  it('is not sent again by itself while a family would die of it and the answer may still come', async () => {
    other.control.behave({ refresh: { rotation: 'R4' } })
    await start('patient')
    other.control.next(stall(1.5), 1, { grant: 'refresh_token' })
    const before = other.requests({ grant: 'refresh_token' }).length
    const answers = await Promise.all([1, 2, 3].map(() => readToken(evergrant, 'patient')))
    for (const answer of answers) expect(answer.status).toBe(200)
    expect(other.requests({ grant: 'refresh_token' }).length - before).toBe(1)
  })

  it('that died for an idle time is named as what it is', async () => {
    other.control.behave({ refresh: { rotation: 'R2', idleSeconds: 1 } })
    await start('idle')
    expect(await readToken(evergrant, 'idle')).toMatchObject({ status: 409, json: { code: 'needs_authorization' } })
    await eventually(
      () => show(evergrant, 'idle'),
      (connection) => connection.state === 'needs_authorization' && connection.failure.code === 'invalid_grant',
    )
  })
})
