import { afterEach, describe, expect, it } from 'vitest'
import { announcement } from '../../src/cli/authorize/announce.ts'
import { createBrowser } from '../harness/browser.ts'
import { authorization, connection, ledger, now, openStage, problem, type Stage } from './stage.ts'

let stage: Stage
afterEach(() => stage?.close())

const complete = 'POST /v1/authorizations/flow-1/complete'
const done = authorization({ outcome: { kind: 'authorized', generation: 4, who: 'Ada Ltd' } })

async function playing(more: Parameters<typeof openStage>[0] = {}): Promise<Stage> {
  stage = await openStage({
    'POST /v1/connections/books/authorize': { status: 201, json: authorization() },
    'GET /v1/authorizations/flow-1': { json: authorization() },
    'GET /v1/connections/books': { json: connection() },
    ...more,
  })
  await stage.listen()
  return stage
}

const ssh = { SSH_CONNECTION: '192.0.2.7 50000 198.51.100.2 2222', DISPLAY: ':0' }

describe('authorize', () => {
  it('prints the link, waits for the browser, and says what is next', async () => {
    let polls = 0
    await playing({ 'GET /v1/authorizations/flow-1': () => ({ json: ++polls > 1 ? done : authorization() }) })
    const ran = await stage.run('authorize books')
    expect(ran).toEqual({
      code: 0,
      stdout: 'authorized books as Ada Ltd\ntoken expires: in 50 minutes\nrenews itself: yes, with the refresh token\n',
      stderr:
        'authorize "books" within 10 minutes:\n' +
        '  - open\n' +
        '      http://127.0.0.1:7117/a/flow-1\n' +
        'next: evergrant token books\n',
    })
  })

  it('prints the link that the server says, wherever it listens', async () => {
    const link = 'https://tokens.example.com:8443/a/flow-1'
    await playing({ 'POST /v1/connections/books/authorize': { json: authorization({ link }), status: 201 } })
    const { stderr } = await stage.run('authorize books --no-wait')
    expect(stderr).toContain(`      ${link}\n`)
    expect(stderr).not.toContain('7117')
  })

  it.each([
    [11, now + 10, 'within 11 seconds'],
    [90, now + 600, 'within 90 seconds'],
    [3_600, now + 600, 'within 10 minutes'],
  ])('with --timeout %i says how long that is, or how long the server waits', async (timeout, end, text) => {
    await playing({ 'POST /v1/connections/books/authorize': { json: authorization({ expires_at: end }), status: 201 } })
    expect((await stage.run(`authorize books --no-wait --timeout ${timeout}`)).stderr).toContain(text)
  })

  it('prints one event per line with --json', async () => {
    await playing({ 'GET /v1/authorizations/flow-1': { json: done } })
    const { stdout, stderr } = await stage.run('authorize books --json')
    expect(stderr).toBe('')
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events).toMatchObject([
      { event: 'authorization_required', url: 'http://127.0.0.1:7117/a/flow-1', expires_at: now + 600 },
      { event: 'authorized', connection: { name: 'books' } },
    ])
  })

  it('prints and exits with 4 under --no-wait', async () => {
    await playing()
    const ran = await stage.run('authorize books --no-wait')
    expect(ran).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('/a/flow-1') })
  })

  it('exits with 8 when nobody comes in time', async () => {
    await playing()
    const ran = await stage.run('authorize books --timeout 1')
    expect(ran).toMatchObject({
      code: 8,
      stdout: '',
      stderr: expect.stringContaining('nobody authorized "books" within 1 s'),
    })
  })

  it('exits with 130 when it is interrupted', async () => {
    await playing()
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 100)
    expect((await stage.run('authorize books', { interrupted: controller.signal })).code).toBe(130)
  })

  it('offers tunnel, link and paste together over SSH, and takes what is pasted', async () => {
    await playing({
      [complete]: ({ body }) => (body.pasted.includes('right') ? { json: done } : problem('state_mismatch')),
    })
    const ran = await stage.run('authorize books', {
      env: ssh,
      person: async ({ sees, type }) => {
        await sees('ssh -N -L 127.0.0.1:8765:127.0.0.1:8765 -L 127.0.0.1:7117:127.0.0.1:7117 -p 2222 ada@198.51.100.2')
        await sees('or paste here')
        type('http://127.0.0.1:8765/?code=wrong\n')
        await sees('error: the answer belongs to another authorization')
        type('http://127.0.0.1:8765/?code=right&state=the-state\n')
      },
    })
    expect(ran.code).toBe(0)
    const { starter } = stage.asked.find(({ url }) => url.endsWith('/authorize'))?.body
    expect(starter.length).toBeGreaterThanOrEqual(22)
    expect(stage.asked.filter(({ key }) => key === complete).map(({ body }) => body.starter)).toEqual([
      starter,
      starter,
    ])
  })

  it('shows the code of a device first', async () => {
    const device = {
      back: 'device',
      user_code: 'ABCD-EFGH',
      verification_uri: 'https://ledger.example/device',
      url: undefined,
      authorization_url: undefined,
      redirect_uri: undefined,
    }
    await playing({
      'POST /v1/connections/books/authorize': { status: 201, json: authorization(device) },
      'GET /v1/authorizations/flow-1': { json: { ...done, back: 'device' } },
    })
    const { code, stderr } = await stage.run('authorize books')
    expect(code).toBe(0)
    expect(stderr).toContain('on any device, enter ABCD-EFGH at https://ledger.example/device')
  })

  it('G2: says where the code goes, and that nobody is to enter one that somebody sent', async () => {
    const device = { back: 'device', user_code: 'ABCD-EFGH', verification_uri: 'https://ledger.example/device' }
    const none = { url: undefined, authorization_url: undefined, redirect_uri: undefined }
    await playing({
      'POST /v1/connections/books/authorize': { status: 201, json: authorization({ ...device, ...none }) },
      'GET /v1/authorizations/flow-1': { json: { ...done, back: 'device' } },
    })
    const { stderr } = await stage.run('authorize books')
    expect(stderr).toContain(
      [
        '  - on any device, enter ABCD-EFGH at https://ledger.example/device',
        '      enter a code only if you asked for it yourself, never one that somebody sent you',
      ].join('\n'),
    )
  })

  it('repeats the words, the cause and the repair of a refusal', async () => {
    const outcome = {
      kind: 'failed',
      code: 'access_denied',
      words: 'user said no',
      cause: 'the role may not',
      remedy: 'use an admin',
    }
    await playing({ 'GET /v1/authorizations/flow-1': { json: authorization({ outcome }) } })
    const ran = await stage.run('authorize books')
    expect(ran).toMatchObject({ code: 4, stdout: '' })
    expect(ran.stderr).toContain(
      'error: "books" was not authorized: access_denied: user said no; the role may not\nhint: use an admin\n',
    )
  })

  describe('of a redirect URI that is refused', () => {
    const why = 'http://127.0.0.1:7117/oauth/callback cannot be used: Ledger Online takes localhost and not 127.0.0.1'
    const refused = { 'POST /v1/connections/books/authorize': problem('redirect_refused', { detail: why }) }
    const rules = [
      { back: ['callback', 'relay', 'paste'], host: [], because: 'public addresses' },
      { back: ['callback', 'loopback', 'paste'], host: ['localhost'], port: 'registered', only_with: { region: 'eu' } },
    ]
    const service = (redirects: unknown) => {
      const [person, machine] = ledger.ways
      return { json: { ...ledger, ways: [{ ...person, redirects }, machine] } }
    }
    const onThisMachine = '  - on this machine: evergrant authorize books --redirect-uri '

    it('names the addresses the service takes, with the flag for each', async () => {
      const shown = { json: connection({ inputs: { region: 'eu' } }) }
      await playing({ ...refused, 'GET /v1/providers/ledger': service(rules), 'GET /v1/connections/books': shown })
      expect(await stage.run('authorize books')).toEqual({
        code: 2,
        stdout: '',
        stderr:
          `error: ${why}\n` +
          'hint: use an address that Ledger Online takes, exactly as it is registered there:\n' +
          `${onThisMachine}http://localhost:PORT/callback\n` +
          '  - by this server: run it with EVERGRANT_PUBLIC_URL=https://HOST and register https://HOST/oauth/callback\n' +
          '  - by any https page of yours: evergrant authorize books --redirect-uri https://HOST/PAGE, then paste the address the browser ends on (docs/relay.html is a page that shows it)\n',
      })
    })

    it('leaves out what the values of the connection do not allow', async () => {
      await playing({ ...refused, 'GET /v1/providers/ledger': service(rules) })
      const { stderr } = await stage.run('authorize books')
      expect(stderr).toContain('EVERGRANT_PUBLIC_URL=https://HOST')
      expect(stderr).not.toContain('on this machine')
    })

    it('writes https and no port where the service wants it so', async () => {
      const shown = service([{ back: ['loopback'], port: 'any', scheme: ['https'] }])
      await playing({ ...refused, 'GET /v1/providers/ledger': shown })
      const { stderr } = await stage.run('authorize books')
      expect(stderr).toMatch(new RegExp(`${onThisMachine}https://localhost\n$`))
    })

    it('offers everything for a service whose rules nobody wrote down', async () => {
      await playing(refused)
      expect((await stage.run('authorize books')).stderr.match(/^ {2}- /gm)).toHaveLength(3)
    })
  })

  it('runs the listener itself where the server is another machine', async () => {
    let answered: unknown
    await playing({
      'GET /v1/connections/books': { json: connection({ redirect_uri: 'http://127.0.0.1' }) },
      'POST /v1/connections/books/authorize': ({ body }) => ({
        status: 201,
        json: authorization({ back: 'paste', redirect_uri: body.redirect_uri }),
      }),
      'GET /v1/authorizations/flow-1': () => ({ json: answered === undefined ? authorization() : done }),
      [complete]: ({ body }) => ((answered = body), { json: done }),
    })
    const env = { EVERGRANT_SERVER: await stage.listenRemotely(), EVERGRANT_API_KEY: 'k' }
    const running = stage.run('authorize books', { env })
    let started
    while (started === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      started = stage.asked.find(({ url }) => url.endsWith('/authorize'))?.body
    }
    expect(started).toMatchObject({ back: 'paste', redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) })
    const browser = createBrowser()
    const stranger = await browser.open(`${started.redirect_uri}/?code=c&state=another`)
    expect(stranger.status).toBeGreaterThanOrEqual(400)
    expect(answered).toBeUndefined()
    const page = await browser.open(`${started.redirect_uri}/?code=c&state=the-state`)
    expect(page.body).toContain('books is authorized')
    expect((await running).code).toBe(0)
    expect(answered).toEqual({
      parameters: [
        ['code', 'c'],
        ['state', 'the-state'],
      ],
    })
  })
})

describe('the announcement', () => {
  it('never takes more than twelve lines', () => {
    const started = authorization({ user_code: 'ABCD', verification_uri: 'https://x.example' }) as never
    const tunnel = { target: 'ada@host', port: '2222' }
    const lines = announcement(started, {
      link: 'http://127.0.0.1:7117/a/flow-1',
      opensBrowser: false,
      canPaste: true,
      tunnel,
      within: 600,
    })
    expect(lines.length).toBeLessThanOrEqual(12)
  })
})
