import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { tryToken } from '../../src/cli/token-fast.ts'
import { connection, now, openStage, problem, token, type Stage } from './stage.ts'

let stage: Stage
afterEach(() => stage.close())

const route = 'GET /v1/connections/books/token'

async function playing(answer: Parameters<typeof openStage>[0]): Promise<Stage> {
  stage = await openStage(answer)
  await stage.listen()
  return stage
}

describe('evergrant token', () => {
  it('prints the token and nothing else', async () => {
    await playing({ [route]: { json: token() } })
    expect(await stage.run('token books')).toEqual({ code: 0, stdout: 'canary-access-token\n', stderr: '' })
  })

  it('prints one line of JSON with the end in both notations', async () => {
    await playing({ [route]: { json: token() } })
    const { stdout } = await stage.run('token books --json')
    expect(stdout.match(/\n/g)).toHaveLength(1)
    expect(JSON.parse(stdout)).toMatchObject({
      expires_at: now + 3_000,
      expires_at_rfc3339: '2026-11-22T12:50:00+00:00',
    })
  })

  it('asks for the life it was told', async () => {
    await playing({ [route]: { json: token() } })
    await stage.run('token books --min-valid 900')
    expect(stage.asked.map(({ url }) => url)).toEqual(['/v1/connections/books/token?min_valid=900'])
  })

  it('reports a rejected generation', async () => {
    await playing({ 'POST /v1/connections/books/token': { json: token({ generation: 4 }) } })
    expect((await stage.run('token books --rejected 3')).code).toBe(0)
    expect(stage.asked[0]?.body).toEqual({ rejected: 3 })
  })

  it('names the command that gives what a connection still lacks', async () => {
    const detail = 'no value for {certificate_id}'
    const faults = [{ path: 'certificate_id', problem: detail, remedy: 'give certificate_id' }]
    const shown = { 'GET /v1/connections/books': { json: connection({ state: 'pending' }) } }
    await playing({ [route]: problem('missing_value', { detail, faults }), ...shown })
    const ran = await stage.run('token books')
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain(
      'hint: evergrant connect ledger --as books --input certificate_id=VALUE (a secret one by --input-file NAME=FILE)\n',
    )
  })

  it('keeps warnings apart from the token', async () => {
    await playing({ [route]: { json: token({ warnings: ['renewal_failed'] }) } })
    expect(await stage.run('token books')).toEqual({
      code: 0,
      stdout: 'canary-access-token\n',
      stderr: 'warning: the last renewal failed; this token still lives\n',
    })
  })

  it('says what a person must do, with the exit code of it', async () => {
    await playing({
      [route]: problem('needs_authorization', {
        detail: '"books" must be authorized again: invalid_grant',
        remedy: '`evergrant authorize books`',
        connection: 'books',
        authorize_url: 'https://evergrant.example/connections/books',
      }),
    })
    expect(await stage.run('token books')).toEqual({
      code: 4,
      stdout: '',
      stderr:
        'error: "books" must be authorized again: invalid_grant\n' +
        'hint: `evergrant authorize books`\n' +
        'hint: or open https://evergrant.example/connections/books\n',
    })
  })

  it.each([
    ['unknown_connection', 3],
    ['provider_failing', 5],
    ['forbidden', 6],
    ['needs_configuration', 9],
    ['internal', 1],
  ] as const)('exits for %s with %i', async (code, exit) => {
    await playing({ [route]: problem(code) })
    const ran = await stage.run('token books --json')
    expect(ran.code).toBe(exit)
    expect(ran.stdout).toBe('')
    expect(JSON.parse(ran.stderr)).toMatchObject({ code, request_id: 'r1' })
  })

  it('asks a remote server with the key, and says so when it does not answer', async () => {
    stage = await openStage({ [route]: { json: token() } })
    const server = await stage.listenRemotely()
    const env = { EVERGRANT_SERVER: server, EVERGRANT_API_KEY: 'canary-key' }
    expect((await stage.run('token books', { env })).stdout).toBe('canary-access-token\n')
    expect(stage.asked[0]?.headers.authorization).toBe('Bearer canary-key')
    const gone = await stage.run('token books', { env: { ...env, EVERGRANT_SERVER: 'http://127.0.0.1:9' } })
    expect(gone).toMatchObject({ code: 7, stdout: '' })
    expect(gone.stderr).toContain('nothing listens there')
    expect(gone.stderr).not.toContain('canary')
  })

  it('does the work itself when no server runs, and lets go of the home', async () => {
    stage = await openStage()
    const close = vi.fn(async () => {})
    const inject = vi.fn(async () => ({ status: 200, headers: {}, body: JSON.stringify(token()) }))
    const ran = await stage.run('token books', { ports: { openInProcess: async () => ({ inject, close }) } })
    expect(ran).toEqual({ code: 0, stdout: 'canary-access-token\n', stderr: '' })
    expect(inject).toHaveBeenCalledWith(expect.objectContaining({ method: 'GET', path: '/v1/connections/books/token' }))
    expect(close).toHaveBeenCalledOnce()
  })

  it('waits for the lock that another command holds', async () => {
    stage = await openStage()
    const answer = {
      inject: async () => ({ status: 200, headers: {}, body: JSON.stringify(token()) }),
      close: async () => {},
    }
    let tries = 0
    const openInProcess = async () => (++tries < 3 ? ('locked' as const) : answer)
    expect((await stage.run('token books', { ports: { openInProcess } })).code).toBe(0)
  })

  it('gives up with 7 when the holder of the home never answers', async () => {
    stage = await openStage()
    vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(60_000)
    const ran = await stage.run('token books')
    vi.restoreAllMocks()
    expect(ran.code).toBe(7)
    expect(ran.stderr).toContain('does not answer on its socket')
  })
})

describe('the fast path of token', () => {
  const fast = async (argv: string[], env: Record<string, string> = {}) => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    try {
      const code = await tryToken(argv, { EVERGRANT_HOME: stage.home, ...env })
      return { code, stdout: write.mock.calls.map(([text]) => String(text)).join('') }
    } finally {
      write.mockRestore()
    }
  }

  it('prints the same bytes as the full command', async () => {
    await playing({ [route]: { json: token() } })
    for (const line of ['token books', 'token books --json', 'token books --min-valid 5']) {
      const full = await stage.run(line)
      expect(await fast(line.split(' '))).toEqual({ code: 0, stdout: full.stdout })
    }
  })

  it.each([
    [['list']],
    [['token']],
    [['token', 'books', '--rejected', '3']],
    [['token', '../x']],
    [['token', 'books', '--min-valid', 'x']],
  ])('leaves %j to the full command', async (argv) => {
    await playing({ [route]: { json: token() } })
    expect(await fast(argv)).toEqual({ code: undefined, stdout: '' })
  })

  it('leaves a remote server, a missing socket and every error to the full command', async () => {
    await playing({ [route]: problem('unknown_connection') })
    expect(await fast(['token', 'books'])).toEqual({ code: undefined, stdout: '' })
    expect((await fast(['token', 'books'], { EVERGRANT_SERVER: 'https://e.example' })).code).toBeUndefined()
    expect((await fast(['token', 'books'], { EVERGRANT_HOME: '/nonexistent' })).code).toBeUndefined()
  })

  it('loads no package and little of Node', async () => {
    stage = await openStage()
    const file = new URL('../../src/cli/token-fast.ts', import.meta.url).pathname
    const script = `await import(${JSON.stringify(file)}); console.log(process.moduleLoadList.filter((m) => /http|undici|sqlite|tls/.test(m)).length)`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
    const bare = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '-e',
      script.replace(/await import.*?; /, ''),
    ])
    expect(stdout).toBe(bare.stdout)
  })
})
