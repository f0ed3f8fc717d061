import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connection, ledger, now, openStage, problem, token, type Stage } from './stage.ts'

let stage: Stage
const play: Parameters<typeof openStage>[0] = {}

beforeEach(async () => {
  for (const key of Object.keys(play)) delete play[key]
  stage = await openStage()
  await stage.close()
})
afterEach(() => stage.close())

async function run(line: string | string[], options?: Parameters<Stage['run']>[1]) {
  stage = await openStage(play)
  await stage.listen()
  return stage.run(line, options)
}

async function onTerminal(line: string, columns: number): Promise<string> {
  return (await run(line, { columns })).stdout
}

const report = (more: Record<string, unknown> = {}) => ({ ok: true, connection: connection(), ...more })

const api = (headers: Record<string, string>, left_out: string[] = []) => ({ headers, left_out })

describe('header', () => {
  it('prints the line that curl -H @- takes', async () => {
    play['GET /v1/connections/books/token'] = { json: token() }
    play['GET /v1/connections/books/api'] = { json: api({ authorization: 'Bearer {token}' }) }
    expect(await run('header books')).toEqual({
      code: 0,
      stdout: 'Authorization: Bearer canary-access-token\n',
      stderr: '',
    })
  })

  it('prints what the service really wants, a line each, and says what it left out', async () => {
    play['GET /v1/connections/books/token'] = { json: token() }
    const headers = { 'x-shopify-access-token': '{token}', 'x-version': '2026-10' }
    play['GET /v1/connections/books/api'] = { json: api(headers, ['x-app-key: it holds a secret']) }
    expect(await run('header books')).toEqual({
      code: 0,
      stdout: 'X-Shopify-Access-Token: canary-access-token\nX-Version: 2026-10\n',
      stderr: 'warning: left out x-app-key: it holds a secret\n',
    })
    expect(JSON.parse((await run('header books --json')).stdout).headers).toEqual({
      'X-Shopify-Access-Token': 'canary-access-token',
      'X-Version': '2026-10',
    })
  })

  it('says where the token goes instead if no header takes it', async () => {
    play['GET /v1/connections/books/token'] = { json: token() }
    play['GET /v1/connections/books/api'] = { json: { ...api({}), base: 'https://api.example.com/?key={token}' } }
    const { stdout, stderr } = await run('header books')
    expect(stdout).toBe('')
    expect(stderr).toBe(
      'error: the service of "books" takes its token in the address and not in a header\nhint: put what `evergrant token books` prints into the address: https://api.example.com/?key={token}\n',
    )
  })
})

describe('list', () => {
  it('shows what expires and what dies', async () => {
    play['GET /v1/connections'] = {
      json: { connections: [connection(), connection({ name: 'ads', condition: 'needs_authorization', deaths: [] })] },
    }
    const { code, stdout, stderr } = await run('list')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      'NAME   SERVICE        CONDITION            TOKEN EXPIRES  WILL DIE',
      'books  Ledger Online  ok                   in 50 minutes  refresh token idle in 100 days',
      'ads    Ledger Online  needs authorization  in 50 minutes  -',
      '',
    ])
  })

  it('fetches every page', async () => {
    play['GET /v1/connections'] = ({ url }) =>
      url.includes('after=books')
        ? { json: { connections: [connection({ name: 'last' })] } }
        : { json: { connections: [connection()], next: 'books' } }
    const { stdout } = await run('list --json')
    expect(JSON.parse(stdout).connections.map(({ name }: { name: string }) => name)).toEqual(['books', 'last'])
  })

  it('prints nothing but a hint when there are none', async () => {
    play['GET /v1/connections'] = { json: { connections: [] } }
    expect(await run('list')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('evergrant connect'),
    })
  })
})

describe('status', () => {
  it('tells a machine that has no token yet to be connected, not authorized by a person', async () => {
    const machine = { state: 'pending', condition: 'pending', way: 'machine', grant: 'client_credentials' }
    play['GET /v1/connections/books'] = { json: connection(machine) }
    expect(await run('status books')).toMatchObject({ code: 4, stderr: 'hint: evergrant connect ledger --as books\n' })
  })

  it('tells all about a connection, and which scopes were not granted', async () => {
    play['GET /v1/connections/books'] = { json: connection() }
    const { code, stdout } = await run('status books')
    expect(code).toBe(0)
    expect(stdout).toContain('account:       Ada Ltd\n')
    expect(stdout).toContain('not granted:   offline\n')
    expect(stdout).toContain('renews itself: yes, with the refresh token\n')
  })

  it('A15: marks the scopes that were granted without being asked for', async () => {
    play['GET /v1/connections/books'] = { json: connection({ scopes_granted: ['accounting', 'payroll', 'admin'] }) }
    const { stdout } = await run('status books')
    expect(stdout).toContain(
      'scopes:        accounting offline\nnot granted:   offline\nnot asked for: payroll admin\n',
    )
    play['GET /v1/connections/books'] = { json: connection({ scopes_granted: undefined }) }
    expect((await run('status books')).stdout).not.toContain('not asked for')
  })

  it('says what is going to go wrong, a line each, and keeps it out of the result of the overview', async () => {
    const warnings = ['The client secret ends on 2027-01-01. Make a new one.', 'Not granted: offline.']
    play['GET /v1/connections/books'] = { json: connection({ warnings }) }
    expect((await run('status books')).stdout).toContain(
      'warning:       The client secret ends on 2027-01-01. Make a new one.\nwarning:       Not granted: offline.\n',
    )
    play['GET /v1/connections'] = { json: { connections: [connection({ warnings })] } }
    expect(await run('status')).toMatchObject({
      code: 0,
      stdout: '1 connection, nothing to do\n',
      stderr: expect.stringContaining('warning: books: Not granted: offline.\n'),
    })
  })

  it('exits with 4 and names the repair when a person must authorize', async () => {
    const failure = { kind: 'dead', code: 'invalid_grant', count: 2, first_at: now - 60, last_at: now - 30 }
    play['GET /v1/connections/books'] = {
      json: connection({ state: 'needs_authorization', condition: 'needs_authorization', failure }),
    }
    const { code, stdout, stderr } = await run('status books')
    expect(code).toBe(4)
    expect(stdout).toContain('invalid_grant (30 seconds ago, 2 times)')
    expect(stdout).toContain('no: the grant has ended; a person authorizes again')
    expect(stderr).toBe('hint: evergrant authorize books\n')
  })

  it('lists only what needs attention, as JSON with RFC 3339 beside the seconds', async () => {
    play['GET /v1/connections'] = {
      json: { connections: [connection(), connection({ name: 'ads', condition: 'needs_configuration' })] },
    }
    const { code, stdout } = await run('status --json')
    expect(code).toBe(9)
    expect(JSON.parse(stdout)).toMatchObject({
      total: 2,
      attention: [{ name: 'ads', expires_at: now + 3_000, expires_at_rfc3339: '2026-11-22T12:50:00+00:00' }],
    })
  })
})

describe('refresh', () => {
  it('renews and says until when', async () => {
    play['POST /v1/connections/books/renew'] = { json: report() }
    expect((await run('refresh books')).stdout).toBe(
      'renewed the token of books, generation 3; it expires in 50 minutes\n',
    )
  })

  it('explains a refusal with the cause and the repair', async () => {
    const failure = {
      kind: 'client',
      code: 'invalid_client',
      cause: 'the secret has expired',
      remedy: 'make a new one',
      status: 401,
    }
    play['POST /v1/connections/books/renew'] = { json: report({ ok: false, failure }) }
    expect(await run('refresh books')).toEqual({
      code: 9,
      stdout: '',
      stderr:
        'error: could not renew the token of "books": invalid_client (HTTP 401); the secret has expired\nhint: make a new one\n',
    })
  })
})

describe('test', () => {
  it('says who is connected', async () => {
    play['POST /v1/connections/books/test'] = {
      json: report({ who: 'Ada Ltd', response: { status: 200, headers: {}, body: '' } }),
    }
    expect((await run('test books')).stdout).toBe('Ledger Online answered with 200; connected as Ada Ltd\n')
  })

  it('says what the service says of the token', async () => {
    const introspection = { active: true, scope: ['read', 'write'], expires_at: now + 3600 }
    play['POST /v1/connections/books/test'] = {
      json: report({ introspection, response: { status: 200, headers: {}, body: '' } }),
    }
    expect((await run('test books')).stdout).toBe(
      'Ledger Online answered with 200; the token is active and expires in 60 minutes; scopes: read write\n',
    )
  })

  it('exits with 5 when the service refuses', async () => {
    play['POST /v1/connections/books/test'] = {
      json: report({ ok: false, response: { status: 403, headers: {}, body: '' } }),
    }
    expect(await run('test books')).toMatchObject({ code: 5, stderr: expect.stringContaining('HTTP 403') })
  })
})

describe('revoke and remove', () => {
  it('need --yes without a terminal, and ask nobody', async () => {
    for (const verb of ['revoke', 'remove']) {
      expect(await run(`${verb} books`)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('--yes'),
      })
      expect(stage.asked).toEqual([])
      await stage.close()
    }
  })

  it('say what became of the tokens at the service', async () => {
    play['POST /v1/connections/books/revoke'] = { json: { revocation: 'done' } }
    play['DELETE /v1/connections/books'] = { json: { revocation: 'not_offered' } }
    expect((await run('revoke books --yes')).stdout).toBe('dropped the tokens of books; the service has revoked them\n')
    await stage.close()
    expect((await run('remove books --revoke --yes')).stdout).toMatch(
      /^removed books and its tokens; the service offers no/,
    )
    expect(stage.asked[0]?.url).toBe('/v1/connections/books?revoke=true')
  })

  it('do nothing when the person says no', async () => {
    const ran = await run('remove books', {
      person: async ({ sees, type }) => {
        await sees('remove books')
        type('n')
      },
    })
    expect(ran.code).toBe(130)
    expect(stage.asked).toEqual([])
  })

  it('say what the service refused, and what lives on there', async () => {
    const failure = { kind: 'denied', code: 'not_allowed', words: 'No.', status: 403, remedy: 'End it there.' }
    play['POST /v1/connections/books/revoke'] = { json: { revocation: 'refused', failure } }
    expect(await run('revoke books --yes')).toEqual({
      code: 5,
      stdout: 'dropped the tokens of books; the service did not revoke them\n',
      stderr:
        'error: the tokens may still live at the service, which refused to revoke them: not_allowed (HTTP 403): No.\nhint: End it there.\n',
    })
  })
})

describe('revoke --all', () => {
  const refused = { kind: 'denied', code: 'not_allowed', words: 'No.', status: 403 }
  const outcomes: Record<string, unknown> = {
    a: { json: { revocation: 'done' } },
    b: { json: { revocation: 'refused', failure: refused } },
    c: problem('store_unavailable', { detail: 'the store is away' }),
    d: { json: { revocation: 'queued' } },
    e: { json: { revocation: 'not_offered' } },
  }
  const revocations = () => stage.asked.filter(({ key }) => key.endsWith('/revoke')).map(({ url }) => url.split('/')[3])

  const stand = (names: string[]): void => {
    const gone = { actions: ['authorize'], obtained_at: undefined, state: 'needs_authorization' }
    const connections = [
      ...names.map((name) => connection({ name })),
      connection({ name: 'over', ...gone }),
      connection({ name: 'other', provider: 'shop', state: 'suspended' }),
    ]
    play['GET /v1/connections'] = { json: { connections } }
    for (const name of [...names, 'other'])
      play[`POST /v1/connections/${name}/revoke`] = (outcomes[name] ?? outcomes['a']) as { json: unknown }
  }

  it('goes on after failures, passes over what has no tokens, and says what became of each', async () => {
    stand(['a', 'b', 'c', 'd', 'e'])
    const ran = await run('revoke --all --yes')
    expect(new Set(revocations())).toEqual(new Set(['a', 'b', 'c', 'd', 'e', 'other']))
    expect(ran.code).toBe(7)
    const lines = ran.stdout.split('\n')
    expect(lines.slice(0, 6)).toEqual([
      'dropped the tokens of 5 of 6 connections',
      '2: the service has revoked them',
      '1: the service does not answer and is asked again later',
      '1: the service offers no revocation: end the access there by hand if you must',
      '1: the service did not revoke them',
      '',
    ])
    expect(
      lines
        .slice(7, -1)
        .map((line) => line.replaceAll(/ {2,}/g, ' | '))
        .toSorted(),
    ).toEqual([
      'b | Ledger Online | the service did not revoke them: not_allowed: No.',
      'c | Ledger Online | not revoked: the store is away',
      'd | Ledger Online | the service does not answer and is asked again later',
      'e | Ledger Online | the service offers no revocation: end the access there by hand if you must',
    ])
    expect(ran.stderr).toMatch(/^\d of 6: a: the service has revoked them$/m)
    expect(ran.stderr).toContain('error: 1 of 6 connections keep their tokens: the store is away\nhint: run the same')
  })

  it('is over with 5 where a service refused, and with 0 where all is done or there is nothing', async () => {
    stand(['a', 'b'])
    const { code, stdout, stderr } = await run('revoke --all --service ledger --yes --json')
    expect([code, JSON.parse(stdout)]).toEqual([
      5,
      { done: ['a'], queued: [], not_offered: [], refused: [{ connection: 'b', ...refused }], failed: [], left: 0 },
    ])
    expect(JSON.parse(stderr)).toMatchObject({ code: 'provider_refused', detail: expect.stringContaining('1 of 2') })
    expect(new Set(revocations())).toEqual(new Set(['a', 'b']))
    await stage.close()
    stand([])
    expect(await run('revoke --all --service shop --yes')).toMatchObject({ code: 0 })
    await stage.close()
    stand([])
    play['GET /v1/connections'] = { json: { connections: [] } }
    expect(await run('revoke --all')).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to revoke') })
  })

  it('is asked about once, and revokes nothing without a yes or with words that do not fit', async () => {
    stand(['a', 'b'])
    expect(await run('revoke --all')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('revoke the tokens of all 3 connections: this needs --yes'),
    })
    await stage.close()
    for (const line of ['revoke', 'revoke a --all', 'revoke a --service ledger', 'revoke --service ledger']) {
      expect([line, (await run(`${line} --yes`)).code]).toEqual([line, 2])
      await stage.close()
    }
    const missing = await run('revoke --all --service typo --yes')
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('no connection of a service "typo"') })
    expect(revocations()).toEqual([])
  })

  it('asks a few at once, and no more when the server is gone', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `c${index}`)
    stand(names)
    let under = 0
    let most = 0
    for (const name of names)
      play[`POST /v1/connections/${name}/revoke`] = async () => {
        most = Math.max(most, ++under)
        await new Promise((resolve) => setTimeout(resolve, 5))
        under--
        if (revocations().length > 12) await stage.close()
        return { json: { revocation: 'done' } }
      }
    const { code, stderr } = await run('revoke --all --service ledger --yes')
    expect(code).toBe(7)
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(8)
    expect(stderr.split('\n').length).toBeLessThan(31)
  })
})

describe('services and service', () => {
  it('list what is known', async () => {
    play['GET /v1/providers'] = { json: { services: [{ ...ledger, own: true }] } }
    expect((await run('services led')).stdout).toBe(
      'ID      NAME                      CATEGORY    WAYS\nledger  Ledger Online (your own)  accounting  person, machine\n',
    )
    expect(stage.asked[0]?.url).toBe('/v1/providers?search=led')
  })

  it('list custom as what takes any grant', async () => {
    const custom = { ...ledger, id: 'custom', name: 'Custom', own: false, ways: [] }
    play['GET /v1/providers'] = { json: { services: [custom] } }
    expect((await run('services')).stdout).toContain('custom  Custom  accounting  any grant\n')
  })

  it('lay the list out for the terminal, and keep one line each for a pipe', async () => {
    const wide = {
      ...ledger,
      ways: ['application', 'person', 'device', 'machine'].map((name) => ({ ...ledger.ways[0], name })),
    }
    play['GET /v1/providers'] = { json: { services: [wide] } }
    expect(await onTerminal('services', 80)).toBe(
      'ID      NAME           CATEGORY    WAYS\nledger  Ledger Online  accounting  application, person, device, machine\n',
    )
    expect(await onTerminal('services', 58)).toBe(
      'ID      NAME           WAYS\nledger  Ledger Online  application, person, device,\n                       machine\n',
    )
    expect(await onTerminal('services', 47)).toContain('application, person,\n                       device, machine\n')
    expect(await onTerminal('services', 30)).toBe('ID      NAME\nledger  Ledger Online\n')
    expect((await run('services')).stdout.split('\n')).toHaveLength(3)
  })

  it('say which service was probably meant where none fits', async () => {
    play['GET /v1/providers'] = ({ url }) => ({ json: { services: url.includes('search') ? [] : [ledger] } })
    const { stderr } = await run('services legder')
    expect(stderr).toBe('no service fits "legder"; is ledger meant?\n`evergrant connect custom` takes any other\n')
    expect((await run('services crm')).stderr).toBe(
      'no service fits "crm"\n`evergrant connect custom` takes any other\n',
    )
  })

  it('show each way with the flags that give what it asks for', async () => {
    play['GET /v1/providers/ledger'] = { json: ledger }
    const { stdout } = await run('service show ledger')
    expect(stdout).toContain('Register a client\n  https://ledger.example/apps\n  1. make an app\n')
    expect(stdout).toContain('--grant machine: the client alone (client_credentials,')
    expect(stdout).toContain('    A new one is asked for when it is needed.\n')
    expect(stdout).toContain('    --input region=VALUE                Region: eu, us\n')
    expect(stdout).toContain('    --input company=VALUE               Company; such as 12345\n')
    expect(stdout).toContain('    --input-file api_pin=FILE           PIN\n')
    expect(stdout).toContain('    --key-file FILE or --generate-key   Key (optional)\n')
  })

  it('tell how a client proves itself only where one is asked for', async () => {
    const shown = async (fields: unknown[]) => {
      const way = { ...ledger.ways[1], client_auth: ['client_secret_basic'], fields }
      play['GET /v1/providers/ledger'] = { json: { ...ledger, ways: [way] } }
      return (await run('service show ledger')).stdout
    }
    expect(await shown([{ name: 'client_id', label: 'Client id', place: 'client' }])).toContain('client_secret_basic')
    expect(await shown([])).not.toContain('client_secret_basic')
  })

  it('tell a test request once, with all scopes that open it', async () => {
    const probe = { name: 'me', method: 'GET', url: 'https://api.ledger.example/me', tells_who: true }
    const probes = ['read', 'write'].map((only_scope) => ({ ...probe, only_scope }))
    play['GET /v1/providers/ledger'] = { json: { ...ledger, probes } }
    const { stdout } = await run('service show ledger')
    expect(stdout.match(/asks me[^:]*/g)).toEqual(['asks me (with the scope read or write)'])
  })

  it('tell the redirect URI to enter, and why a way back does not work', async () => {
    play['GET /v1/providers/ledger'] = { json: ledger }
    const { stdout } = await run('service show ledger')
    expect(stdout).toContain('Redirect URI to enter, exactly so:\n    http://localhost\n')
    expect(stdout).toContain('and connect with --redirect-uri http://localhost --input region=eu\n')
    expect(stdout).toContain('callback  no: Ledger Online takes https only. Run this server with EVERGRANT_PUBLIC_URL=')
    expect(stdout).toContain('loopback  works with http://localhost --input region=eu: a listener')
    play['GET /v1/providers/ledger'] = { json: { ...ledger, ways: [ledger.ways[1]] } }
    expect((await run('service show ledger')).stdout).not.toContain('Redirect URI')
    const refused = ledger.ways[0]?.ways_back.map(({ back }) => ({ back, works: false, reason: 'not taken' }))
    play['GET /v1/providers/ledger'] = { json: { ...ledger, ways: [{ ...ledger.ways[0], ways_back: refused }] } }
    expect((await run('service show ledger')).stdout).toContain('No redirect URI of this server is taken:\n')
  })

  it('tell scopes, tests, warnings, traps, how sure it is and from where', async () => {
    const scopes = {
      separator: ' ',
      known: { accounting: 'The books', offline: 'A refresh token', payroll: 'Wages' },
      preset: ['accounting', 'offline'],
      refresh: 'offline',
    }
    const shown = { ...ledger, ways: [{ ...ledger.ways[0], scopes }, ledger.ways[1]] }
    play['GET /v1/providers/ledger'] = { json: shown }
    const { stdout } = await run('service show ledger')
    expect(stdout).toContain('  * offline: A refresh token (brings the refresh token)\n    payroll: Wages\n')
    expect(stdout).toContain('`evergrant test` asks company: GET https://api.ledger.example/company, which says who')
    expect(stdout).toContain('ends the tokens at the service for person.\n')
    expect(stdout).toContain('  - person: Region eu is closed on Sundays. Choose another. (refused)\n')
    expect(stdout).toContain('  - the refresh token dies after 100 days without use\n')
    expect(stdout).toContain('  - medium: way person: renewal: seen, not written\n')
    expect(stdout).toContain('  - What 1 of the error answers mean is less than sure too.\n')
    expect(stdout).toContain('  - https://ledger.example/oauth read 2026-11-01: the whole flow\n')
    expect(JSON.parse((await run('service show ledger --json')).stdout)).toEqual(shown)
  })

  it('fit a service into a narrow terminal, without cutting an address', async () => {
    play['GET /v1/providers/ledger'] = { json: ledger }
    const lines = (await onTerminal('service show ledger', 40)).split('\n')
    expect(lines.filter((line) => line.length > 40 && line.trim().includes(' '))).toEqual([])
    expect(lines).toContain('    --input region=VALUE')
  })

  it('name all faults of a definition by place', async () => {
    const faults = [
      { path: 'ways.a.token.url', problem: 'is missing' },
      { path: 'hosts.token', problem: 'is empty', remedy: 'list the host of the token URL' },
    ]
    play['POST /v1/providers/check'] = { json: { ok: false, faults } }
    stage = await openStage(play)
    await stage.listen()
    const file = await stage.file('mine.yaml', 'id: mine\nways: {}\n')
    const ran = await stage.run(`service check ${file}`)
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain('  hosts.token: is empty (list the host of the token URL)\n')
    expect(stage.asked[0]?.body).toEqual({ definition: { id: 'mine', ways: {} } })
    const broken = await stage.file('broken.yaml', 'id: [canary\n')
    const refused = await stage.run(`service check ${broken}`)
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('neither JSON nor YAML') })
    expect(refused.stderr).not.toContain('canary')
  })
})

describe('key', () => {
  const made = {
    id: 'k1',
    prefix: 'eg_ab',
    name: 'etl',
    verbs: ['token'],
    connections: ['books'],
    addresses: [],
    created_at: now,
    key: 'eg_canary-key',
  }

  it('create prints the key alone, and what it is for beside it', async () => {
    play['POST /v1/keys'] = { status: 201, json: { ...made, expires_at: now + 90 * 86_400 } }
    const ran = await run('key create --name etl --connection books --expires 90d --address 10.0.0.0/8')
    expect(ran).toMatchObject({ code: 0, stdout: 'eg_canary-key\n', stderr: expect.stringContaining('shown only now') })
    expect(ran.stderr).toContain('in 90 days')
    expect(ran.stderr).toContain('in a file of mode 600')
    expect(stage.asked[0]?.body).toEqual({
      name: 'etl',
      connections: ['books'],
      addresses: ['10.0.0.0/8'],
      expires_at: now + 90 * 86_400,
    })
  })

  it('create names everything that is wrong at once', async () => {
    const { code, stderr } = await run('key create --verb write --expires yesterday')
    expect(code).toBe(2)
    for (const place of ['--name', '--connection', '--verb', '--expires']) expect(stderr).toContain(`  ${place}: `)
    expect(stage.asked).toEqual([])
  })

  it('list never shows a key', async () => {
    const { key: _, ...facts } = made
    play['GET /v1/keys'] = { json: { keys: [{ ...facts, last_used_at: now - 120 }] } }
    expect((await run('key list')).stdout).toBe(
      'ID  NAME  KEY       VERBS  CONNECTIONS  LAST USED      STATE\nk1  etl   eg_ab...  token  books        2 minutes ago  valid\n',
    )
  })

  it('revoke works at once', async () => {
    play['DELETE /v1/keys/k1'] = { status: 204, json: undefined }
    expect(await run('key revoke k1')).toEqual({ code: 0, stdout: 'revoked key k1\n', stderr: '' })
  })
})

describe('signin', () => {
  it('prints the link', async () => {
    play['POST /v1/signin-links'] = {
      status: 201,
      json: { url: 'http://127.0.0.1:7117/signin#x', expires_at: now + 600 },
    }
    expect(await run('signin')).toEqual({
      code: 0,
      stdout: 'http://127.0.0.1:7117/signin#x\n',
      stderr: 'works once, for 10 minutes\n',
    })
  })

  it('makes no link that nobody would serve', async () => {
    stage = await openStage()
    const inject = async () => ({ status: 200, headers: {}, body: '{}' })
    const ran = await stage.run('signin', { ports: { openInProcess: async () => ({ inject, close: async () => {} }) } })
    expect(ran).toMatchObject({ code: 7, stderr: expect.stringContaining('evergrant serve') })
  })
})

describe('serve', () => {
  it('hands the flags over and gives the exit code back', async () => {
    stage = await openStage()
    let listen: unknown
    const serve = async (options: { listen: unknown }) => ((listen = options.listen), 3)
    expect((await stage.run('serve --listen 127.0.0.1:0', { ports: { serve } })).code).toBe(3)
    expect(listen).toEqual({ host: '127.0.0.1', port: 0 })
  })

  it('names every fault of the configuration, with exit code 9', async () => {
    stage = await openStage()
    const ran = await stage.run('serve --listen nowhere', { env: { EVERGRANT_LOG: 'loud' } })
    expect(ran.code).toBe(9)
    expect(ran.stderr).toContain('  --listen: "nowhere" is not host:port')
    expect(ran.stderr).toContain('  EVERGRANT_LOG: ')
  })
})

describe('doctor', () => {
  /** The limits of this process are no business of a test. */
  const noLinux = '/nowhere'
  const sealing = (since: number, more = {}) => ({
    from: 'the key file "key"',
    writable: true,
    sealing: '1a2b3c4d',
    settled: true,
    keys: [{ id: '1a2b3c4d', since, uses: 3, here: true }],
    ...more,
  })

  it.each([
    ['is silent about a young key', sealing(now - 86_400), 'OK', undefined],
    ['advises a new one after two years', sealing(now - 800 * 86_400), 'OK', 'evergrant rotate-key'],
    ['tells of a change that is not finished', sealing(now, { settled: false }), 'OK', 'evergrant rotate-key'],
    [
      'fails where a key is missing',
      sealing(now, { keys: [{ id: 'ffffffff', uses: 1, here: false }] }),
      'FAIL',
      expect.stringContaining('key file'),
    ],
  ])('%s', async (_, json, result, remedy) => {
    play['GET /v1/sealing-key'] = { json }
    stage = await openStage(play)
    await stage.listen()
    const { stdout } = await stage.run('doctor --json')
    const found = JSON.parse(stdout).checks.find(({ name }: { name: string }) => name === 'sealing key')
    expect([found.result, found.remedy]).toEqual([result, remedy])
  })

  it('numbers its checks and finds nothing wrong', async () => {
    play['GET /v1/connections'] = { json: { connections: [connection()] } }
    play['GET /v1/sealing-key'] = { json: sealing(now - 86_400) }
    stage = await openStage(play)
    await stage.listen()
    const env = { EVERGRANT_PUBLIC_URL: await stage.listenRemotely() }
    await writeFile(join(stage.home, 'key'), 'x', { mode: 0o600 })
    const { code, stdout } = await stage.run('doctor', { env, proc: noLinux })
    expect({ code, stdout: stdout.replaceAll(/^( ?\d+\. \w+ +[\w. ]+):.*$/gm, '$1') }).toEqual({
      code: 0,
      stdout:
        [
          ' 1. OK   Node.js',
          ' 2. OK   data directory',
          ' 3. OK   key file',
          ' 4. OK   server',
          ' 5. OK   store',
          ' 6. OK   sealing key',
          ' 7. OK   loopback',
          ' 8. OK   clock',
          ' 9. OK   public URL',
          '10. OK   books',
        ].join('\n') + '\n',
    })
  })

  it('exits with 9 and says what repairs what failed', async () => {
    play['GET /v1/connections'] = { json: { connections: [connection({ condition: 'needs_authorization' })] } }
    play['GET /readyz'] = problem('store_unavailable')
    stage = await openStage(play)
    await stage.listen()
    await writeFile(join(stage.home, 'key'), 'x', { mode: 0o644 })
    const env = { EVERGRANT_PUBLIC_URL: 'http://127.0.0.1:9' }
    const { code, stdout } = await stage.run('doctor --json', { env, proc: noLinux })
    expect(code).toBe(9)
    const failed = JSON.parse(stdout).checks.filter(({ result }: { result: string }) => result === 'FAIL')
    expect(failed.map(({ name }: { name: string }) => name)).toEqual(['key file', 'store', 'public URL', 'books'])
    for (const { remedy } of failed) expect(remedy).toBeTruthy()
  })
})

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('writes a script for %s that knows every verb', async (shell) => {
    stage = await openStage()
    const { code, stdout } = await stage.run(`completion ${shell}`)
    expect(code).toBe(0)
    for (const word of ['connect', 'authorize', 'create', 'show']) expect(stdout).toContain(word)
  })

  it('refuses another shell', async () => {
    stage = await openStage()
    expect(await stage.run('completion tcsh')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('bash, zsh or fish'),
    })
  })
})
