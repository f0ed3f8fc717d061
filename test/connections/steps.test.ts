/** The calls after a token: what comes of them, and what is left when they fail. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Provider, Renewal, Step, Way } from '../../src/provider/provider.ts'
import { service, tokens, world, type Answer, type World } from './harness.ts'

const open: World[] = []
async function start(): Promise<World> {
  const here = await world()
  open.push(here)
  return here
}
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})

const local = { kind: 'local' } as const
const url = 'https://api.example.com'
const metadata: Step = {
  see: ['docs'],
  name: 'metadata',
  run: 'once',
  gives: 'values',
  method: 'GET',
  url: `${url}/metadata`,
  auth: { header: 'OAuth {token}' },
  take: { dc: 'dc' },
}
const lasting: Step = {
  see: ['docs'],
  name: 'lasting',
  run: 'once',
  gives: 'token',
  method: 'GET',
  url: `${url}/exchange`,
  query: { token: '{token}' },
}

/** A service whose API has its address from a step, as MailChimp's. */
function stepped(steps: Step[], way: Partial<Way> = {}, more: Partial<Provider> = {}): Provider {
  const base = service()
  return {
    ...base,
    hosts: { token: ['auth.example.com'], api: ['api.example.com', '*.api.example.com'] },
    values: {
      dc: { label: 'Data centre', from: ['answer'], shape: 'host_label', shown: true },
      seen: { label: 'Seen', from: ['answer'], shown: true, optional: true },
    },
    api: { see: ['docs'], base: 'https://{dc}.api.example.com', send: { authorization: 'Bearer {token}' } },
    probes: [{ see: ['docs'], url: 'https://{dc}.api.example.com/me', auth: { header: 'Bearer {token}' } }],
    ways: { person: { ...base.ways.person!, ...way, steps } },
    ...more,
  }
}

const endless: Renewal = { see: ['docs'], by: 'none', rotates: 'never' }

async function connect(here: World, definition: Provider, given?: { accessToken: string }): Promise<void> {
  const client = { id: 'client', secret: 'secret' }
  const input = { name: 'books', provider: 'custom', definition, grant: 'person', client }
  await here.domain.connections.create({ ...input, ...(given === undefined ? {} : { tokens: given }) }, local)
}

async function authorize(here: World) {
  const { id, authorizationUrl } = await here.domain.connections.authorize('books', { back: 'paste' }, local)
  const state = new URL(authorizationUrl ?? '').searchParams.get('state') ?? ''
  const parameters = [
    ['code', 'code-1'],
    ['state', state],
  ] as const
  return (await here.domain.connections.complete(id, { kind: 'parameters', parameters }, local)).outcome
}

/** Answers by the path; token requests get numbered tokens. */
function plays(here: World, answers: Record<string, () => Answer>, token: (n: number) => Answer = tokens): void {
  let issued = 0
  here.answer((request) => {
    const { pathname } = new URL(request.url)
    return pathname === '/token' ? token((issued += 1)) : (answers[pathname]?.() ?? { status: 404, body: {} })
  })
}
const asked = (here: World, path: string) => here.requests.filter(({ url: to }) => new URL(to).pathname === path)
const view = (here: World) => here.domain.connections.get('books')
const read = async (here: World) => (await here.domain.connections.read('books')).accessToken.open()

describe('a step that brings values and fails', () => {
  const refused: Answer = { body: { error: 'invalid_token', error_description: 'expired' } }

  it('fails by an error inside a 200 too, keeps the token, and says what is missing', async () => {
    const here = await start()
    await connect(here, stepped([metadata], { renewal: endless }))
    plays(here, { '/metadata': () => refused })
    expect(await authorize(here)).toMatchObject({ kind: 'authorized', generation: 1 })
    expect(await read(here)).toBe('access-1')
    expect((await view(here)).warnings.join(' ')).toMatch(
      /The step "metadata" after the token failed: invalid_token: expired\. Missing until it works: dc\. .*evergrant test books/,
    )
    expect(here.events.map(({ name }) => name)).toContain('token.step_failed')
  })

  it('is explained by a rule of the definition', async () => {
    const here = await start()
    const errors: Provider['errors'] = [
      {
        see: ['docs'],
        on: ['api'],
        match: { error: ['invalid_token'] },
        means: 'denied',
        cause: 'The account is closed.',
        remedy: 'Open it.',
      },
    ]
    await connect(here, stepped([metadata], { renewal: endless }, { errors }))
    plays(here, { '/metadata': () => refused })
    await authorize(here)
    expect((await view(here)).warnings.join(' ')).toMatch(
      /The account is closed\. Missing until it works: dc\. Open it\./,
    )
  })

  it('is tried again by a test, which then goes on', async () => {
    const here = await start()
    await connect(here, stepped([metadata], { renewal: endless }))
    plays(here, { '/metadata': () => refused })
    await authorize(here)
    expect(await here.domain.connections.test('books', local)).toMatchObject({
      ok: false,
      failure: { code: 'invalid_token', words: 'expired' },
    })
    plays(here, { '/metadata': () => ({ body: { dc: 'us6' } }), '/me': () => ({ body: {} }) })
    expect(await here.domain.connections.test('books', local)).toMatchObject({ ok: true })
    expect(asked(here, '/me').map(({ url: to }) => to)).toEqual(['https://us6.api.example.com/me'])
    expect((await view(here)).warnings).toEqual([])
    expect((await here.domain.connections.read('books')).shown).toEqual({ dc: 'us6' })
  })

  it('is tried again by the refresher, though nothing could be renewed', async () => {
    const here = await start()
    await connect(here, stepped([metadata], { renewal: endless }))
    plays(here, { '/metadata': () => ({ status: 503, body: '' }) })
    await authorize(here)
    plays(here, { '/metadata': () => ({ body: { dc: 'us6' } }) })
    here.domain.refresher.start()
    here.clock.advance(61_000)
    here.domain.refresher.nudge()
    await expect.poll(async () => (await here.domain.connections.read('books')).shown).toEqual({ dc: 'us6' })
    expect(await read(here)).toBe('access-1')
    expect(asked(here, '/token')).toHaveLength(1)
  })

  it('is tried again after a renewal', async () => {
    const here = await start()
    await connect(here, stepped([metadata]))
    plays(here, { '/metadata': () => refused })
    await authorize(here)
    plays(here, { '/metadata': () => ({ body: { dc: 'us6' } }) }, () => tokens(2))
    expect(await here.domain.connections.renew('books', local)).toMatchObject({ ok: true })
    here.domain.refresher.start()
    await expect.poll(async () => (await here.domain.connections.read('books')).shown).toEqual({ dc: 'us6' })
    expect(await read(here)).toBe('access-2')
  })

  it('hides a value that is secret', async () => {
    const here = await start()
    const values = { dc: { label: 'Data centre', from: ['answer' as const], secret: true } }
    await connect(here, stepped([metadata], { renewal: endless }, { values, probes: [], api: service().api }))
    plays(here, { '/metadata': () => ({ body: { dc: 'very-secret' } }) })
    await authorize(here)
    expect(JSON.stringify(await view(here))).not.toContain('very-secret')
  })
})

describe('a step that is to give the lasting token and fails', () => {
  const definition = () => stepped([lasting, metadata], { renewal: endless })
  const good = { '/metadata': (): Answer => ({ body: { dc: 'us6' } }) }

  it('leaves the short one with a clear failure, and is tried again', async () => {
    const here = await start()
    await connect(here, definition())
    plays(here, { ...good, '/exchange': () => ({ status: 400, body: { error: 'busy', error_description: 'Later.' } }) })
    expect(await authorize(here)).toMatchObject({ kind: 'failed', code: 'busy', words: 'Later.', remedy: /kept/ })
    expect(await read(here)).toBe('access-1')
    expect(asked(here, '/metadata')).toHaveLength(0)
    plays(here, { ...good, '/exchange': () => ({ body: { access_token: 'lasting' } }) })
    here.domain.refresher.start()
    here.clock.advance(300_001)
    here.domain.refresher.nudge()
    await expect.poll(() => read(here)).toBe('lasting')
    expect(asked(here, '/metadata').at(-1)?.headers['authorization']).toBe('OAuth lasting')
    expect((await view(here)).warnings.join(' ')).not.toContain('step')
  })

  it('does not take the place of a token that lives on', async () => {
    const here = await start()
    await connect(here, definition(), { accessToken: 'from-elsewhere' })
    plays(here, { ...good, '/exchange': () => ({ status: 400, body: { error: 'busy' } }) })
    expect(await authorize(here)).toMatchObject({ kind: 'failed', code: 'busy' })
    expect(await read(here)).toBe('from-elsewhere')
  })
})

describe('a step that repeats', () => {
  const seen: Step = { ...metadata, name: 'seen', run: { every: 3600 }, url: `${url}/seen`, take: { seen: 'at' } }

  it('is made by the refresher when it is due, and renews nothing', async () => {
    const here = await start()
    await connect(here, stepped([seen], {}, { probes: [], api: service().api }))
    let at = 0
    plays(here, { '/seen': () => ({ body: { at: String((at += 1)) } }) }, () => tokens(1, { expires_in: 86_400 }))
    await authorize(here)
    expect((await here.domain.connections.read('books')).shown).toEqual({ seen: '1' })
    here.domain.refresher.start()
    here.clock.advance(3_600_001)
    here.domain.refresher.nudge()
    await expect.poll(async () => (await here.domain.connections.read('books')).shown).toEqual({ seen: '2' })
    expect(asked(here, '/token')).toHaveLength(1)
    expect((await view(here)).nextRenewalAt).toBeUndefined()
  })
})

describe('a token from elsewhere', () => {
  const pasted = (steps: Step[]): Provider => {
    const way: Way = { label: 'A token, pasted', grant: 'pasted', steps, renewal: endless }
    return { ...stepped(steps), ways: { person: way } }
  }

  it('gets what follows a new one: the exchange and the values', async () => {
    const here = await start()
    plays(here, {
      '/exchange': () => ({ body: { access_token: 'lasting' } }),
      '/metadata': () => ({ body: { dc: 'us6' } }),
    })
    await connect(here, pasted([lasting, metadata]), { accessToken: 'pasted' })
    expect(await here.domain.connections.read('books')).toMatchObject({ shown: { dc: 'us6' } })
    expect(await read(here)).toBe('lasting')
  })

  it('is left alone by steps that name what is not there', async () => {
    const here = await start()
    const other = { ...metadata, query: { by: '{seen}' } }
    await connect(here, pasted([other]), { accessToken: 'pasted' })
    expect(await read(here)).toBe('pasted')
    expect(here.requests).toEqual([])
  })

  it('is not exchanged again where an authorization elsewhere did that', async () => {
    const here = await start()
    plays(here, { '/metadata': () => ({ body: { dc: 'us6' } }) })
    await connect(here, stepped([lasting, metadata], { renewal: endless }), { accessToken: 'lasting' })
    expect(asked(here, '/exchange')).toEqual([])
    expect((await here.domain.connections.read('books')).shown).toEqual({ dc: 'us6' })
  })

  it('is kept when the step fails', async () => {
    const here = await start()
    plays(here, { '/metadata': () => ({ status: 500, body: 'oops' }) })
    await connect(here, pasted([metadata]), { accessToken: 'pasted' })
    expect(await read(here)).toBe('pasted')
    expect((await view(here)).warnings.join(' ')).toContain('Missing until it works: dc.')
  })
})
