import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { connection, now, openStage, problem, token, type Stage } from './stage.ts'

let stage: Stage
afterEach(() => stage?.close())

/** An entry of the audit log, as long as one is. */
const entry = (seq: number) => {
  const [text, hash] = ['t'.repeat(200), '0'.repeat(64)]
  const what = { actor: { kind: 'local' }, action: 'listKeys', outcome: 'ok', facts: {} }
  return { node: 'node', seq, at: now, count: 1, ...what, text, prev: hash, hash }
}

const route = 'GET /v1/connections/books/token'

describe('the command line', () => {
  it.each([
    ['tokn books', 'did you mean token?'],
    ['service shw x', 'did you mean show?'],
    ['list --jsn', 'did you mean --json?'],
    ['token', 'evergrant help'],
    ['token a b', 'evergrant help'],
    ['', 'evergrant help'],
  ])('refuses "%s" with 2 and a hint', async (line, hint) => {
    stage = await openStage()
    const ran = await stage.run(line)
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toMatch(/^error: /m)
    expect(ran.stderr).toContain(`hint: `)
    expect(ran.stderr).toContain(hint)
  })

  it.each([
    'connect x --client-secret canary',
    'connect x --client-secret=canary',
    'connect x --password canary',
    'token x --api-key=canary',
    'connect x --unknown=canary',
    'token x canary',
  ])('never repeats what may be a secret: %s', async (line) => {
    stage = await openStage()
    const ran = await stage.run(line)
    expect(ran.code).toBe(2)
    expect(ran.stdout + ran.stderr).not.toContain('canary')
  })

  it('says where a secret goes instead', async () => {
    stage = await openStage()
    const { stderr } = await stage.run('connect x --client-secret s')
    expect(stderr).toContain('every user of this machine can read an argument list')
    expect(stderr).toContain('hint: use --client-secret-file FILE (- is standard input) or EVERGRANT_CLIENT_SECRET')
  })

  it('reports errors of parsing as JSON too', async () => {
    stage = await openStage()
    const { stderr, stdout } = await stage.run('tokn --json')
    expect(stdout).toBe('')
    expect(JSON.parse(stderr)).toMatchObject({ code: 'invalid_request', retryable: false })
  })

  it('prints help and version as results', async () => {
    stage = await openStage()
    expect(await stage.run('--version')).toEqual({ code: 0, stdout: '9.9.9\n', stderr: '' })
    const help = await stage.run('help key create')
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect((await stage.run('help')).stdout).toContain('connect')
  })

  it('writes no colour into a pipe, and none where NO_COLOR is set', async () => {
    stage = await openStage({ [route]: problem('unknown_connection') })
    await stage.listen()
    const person = async () => {}
    expect((await stage.run('token books', { env: { NO_COLOR: '' } })).stderr).not.toContain('\u001b')
    expect((await stage.run('token books', { person })).stderr).not.toContain('\u001b')
    expect((await stage.run('token books', { person, env: { NO_COLOR: '' } })).stderr).toContain('\u001b[31merror:')
  })

  it('calls a stranger on the socket a stranger', async () => {
    stage = await openStage({ [route]: { json: { hello: 'world' } } })
    await stage.listen()
    expect(await stage.run('token books')).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('no evergrant server'),
    })
  })

  it('keeps streams and exit codes apart as a process of its own', async () => {
    stage = await openStage({ [route]: { json: token({ warnings: ['renewal_failed'] }) } })
    await stage.listen()
    const good = await stage.program('token books')
    expect(good).toEqual({
      code: 0,
      stdout: 'canary-access-token\n',
      stderr: 'warning: the last renewal failed; this token still lives\n',
    })
    expect(await stage.program('token other')).toMatchObject({ code: 2, stdout: '' })
    expect((await stage.program('token books', { EVERGRANT_SERVER: 'http://127.0.0.1:9' })).code).toBe(7)
  })

  it('ends quietly where its reader has had enough, and asks for no further page', async () => {
    const entries = Array.from({ length: 500 }, (_, seq) => entry(seq))
    stage = await openStage({ 'GET /v1/audit': { json: { entries, next: '1.1.node' } } })
    await stage.listen()
    const ran = await stage.shell('audit export', '| head -n 1 | wc -l; echo ${PIPESTATUS[0]}')
    expect(ran).toEqual({ code: 0, stdout: '1\n0\n', stderr: '' })
  })

  it('says so where standard output takes no more', async () => {
    stage = await openStage({ [route]: { json: token() } })
    await stage.listen()
    const ran = await stage.shell('token books', '> /dev/full')
    expect(ran).toMatchObject({ code: 9, stdout: '' })
    expect(ran.stderr).toMatch(/^error: standard output takes no more \(ENOSPC\).*\nhint: free some space.*\n$/)
  })

  it('gives bash a script that it can run', async () => {
    stage = await openStage()
    const { stdout } = await stage.run('completion bash')
    const probe = 'COMP_WORDS=(evergrant key cr); COMP_CWORD=2; _evergrant; echo "${COMPREPLY[@]}"'
    expect(execFileSync('bash', ['-c', `${stdout}\n${probe}`], { encoding: 'utf8' })).toBe('create\n')
  })

  it('asks nothing with --no-input even on a terminal', async () => {
    stage = await openStage({ 'GET /v1/connections/books': { json: connection() } })
    await stage.listen()
    const ran = await stage.run('remove books --no-input', { person: async () => {} })
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
  })
})

describe('the table of verbs', () => {
  const folder = import.meta.dirname
  const scripts = ['token', 'verbs', 'connect', 'authorize', 'output']
    .map((name) => readFileSync(join(folder, `${name}.test.ts`), 'utf8'))
    .join('\n')
  const docs = readFileSync(join(folder, '../../docs/command-line.md'), 'utf8')

  it.each(Object.keys(commands))('%s has a script test and a line in the docs, and loads', async (verb) => {
    expect(scripts).toMatch(
      new RegExp(`(?:run|program)\\((?:'|\`|\\[')${verb.replace(' ', "(?: |', ')")}\\b|\\$\\{verb\\} books`),
    )
    expect(docs).toContain(`evergrant ${verb}`)
    expect(typeof (await commands[verb]?.load())?.run).toBe('function')
  })
})
