/** `serve --rehearse` as a newcomer walks it: the real program, its command line, and a browser that follows redirects. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBrowser } from '../harness/browser.ts'
import { freePort, runEvergrant, startEvergrant, type Evergrant } from '../harness/evergrant.ts'

let evergrant: Evergrant
let origin: string
let directory: string
beforeAll(async () => {
  const port = await freePort()
  origin = `http://127.0.0.1:${port}`
  directory = await mkdtemp(join(tmpdir(), 'evergrant-rehearsal-'))
  evergrant = await startEvergrant({ env: { EVERGRANT_REHEARSE: 'on', EVERGRANT_REHEARSE_PORT: String(port) } })
})
afterAll(async () => {
  await evergrant.close()
  await rm(directory, { recursive: true })
})

const press = async (service: string, form: Record<string, string>) =>
  (await fetch(`${origin}/${service}/console`, { method: 'POST', body: new URLSearchParams(form) })).text()

/** Presses a button of the page for consent. */
async function answer(link: string, button: 'allow' | 'refuse') {
  const browser = createBrowser()
  const page = await browser.open(link)
  const [request, action] = [/name="request" value="([^"]+)"/, /action="([^"]+)"/].map(
    (one) => one.exec(page.body)?.[1],
  )
  return { page, back: await browser.post(new URL(action!, page.url).href, { request: request!, answer: button }) }
}

it('says where the rehearsal is, and keeps its services apart from the real ones', async () => {
  expect(evergrant.output.stdout).toContain(`Rehearsal at ${origin}/ plays `)
  const all = await evergrant.cli(['services'])
  expect(all.stdout).not.toContain('rehearsal-')
  expect(all.stderr).toMatch(/\d+ more to practise with: evergrant services rehearsal/)
  const { stdout } = await evergrant.cli(['services', 'rehearsal'])
  expect(stdout).toMatch(/^rehearsal +Rehearsal service/m)
  expect(stdout).toMatch(/^rehearsal-netsuite +NetSuite \(rehearsal\)/m)
  const start = await (await fetch(`${origin}/`)).text()
  expect(start).toContain('<a href="/netsuite/console">')
})

describe('a service that a person authorizes', () => {
  it('goes from consent to a token that outlives trouble', async () => {
    const flags = ['--client-id', 'rehearsal', '--redirect-uri', 'http://localhost:8765/callback']
    const connected = await evergrant.cli(
      [
        'connect',
        'rehearsal-quickbooks-online',
        '--as',
        'books',
        ...flags,
        '--input',
        'environment=sandbox',
        '--no-authorize',
      ],
      { env: { EVERGRANT_CLIENT_SECRET: 'rehearsal-secret' } },
    )
    expect(connected).toMatchObject({ code: 0, stdout: 'stored books\n' })
    const started = await evergrant.request('/v1/connections/books/authorize', { body: {} })
    const { page, back } = await answer(started.json.link, 'allow')
    expect(page.body).toContain('rehearsal wants to use your QuickBooks Online account')
    expect(page.body).toContain('Read and write the books of the company')
    expect(back.body).toContain('books')

    const first = await evergrant.cli(['token', 'books'])
    expect(first.stdout).toMatch(/^at_/)
    expect((await evergrant.cli(['test', 'books'])).stdout).toContain('answered with 200')

    await press('quickbooks-online', { act: 'expire_access' })
    expect((await evergrant.cli(['test', 'books'])).code).not.toBe(0)
    await press('quickbooks-online', { fault: 'drop_after' })
    expect((await evergrant.cli(['refresh', 'books'])).code).toBe(0)
    expect((await evergrant.cli(['token', 'books'])).stdout).not.toBe(first.stdout)
    expect((await evergrant.cli(['test', 'books'])).code).toBe(0)

    await press('quickbooks-online', { act: 'kill_refresh' })
    expect(await evergrant.cli(['refresh', 'books'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('Authorize the company again'),
    })
    const console = await (await fetch(`${origin}/quickbooks-online/console`)).text()
    expect(console).toContain('trouble: closes without an answer, having acted')
    expect(console).not.toContain(first.stdout.trim())
  })

  it('is told when the person refuses', async () => {
    const started = await evergrant.request('/v1/connections/books/authorize', { body: {} })
    await answer(started.json.link, 'refuse')
    const { json } = await evergrant.request(`/v1/authorizations/${started.json.id}`)
    expect(json.outcome).toMatchObject({ kind: 'failed', code: 'access_denied' })
  })
})

describe('a machine', () => {
  it('takes the key file from the console', async () => {
    const file = join(directory, 'key.json')
    const keyFile = await (await fetch(`${origin}/google-cloud/key-file.json`)).text()
    await writeFile(file, keyFile, { mode: 0o600 })
    const ran = await evergrant.cli(['connect', 'rehearsal-google-cloud', '--input-file', `key_file=${file}`])
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('authorized rehearsal-google-cloud') })
  })

  it('has the certificate that was made here registered', async () => {
    const connect = ['connect', 'rehearsal-netsuite', '--as', 'ns', '--client-id', 'rehearsal', '--generate-key']
    const inputs = ['--input', 'account=1234567_SB1', '--input', 'certificate_id=abc']
    const { stdout, stderr, code } = await evergrant.cli([...connect, ...inputs, '--no-authorize'])
    expect(code).toBe(0)
    expect((await evergrant.cli(['token', 'ns'])).code).not.toBe(0)
    const pem = /-----BEGIN CERTIFICATE-----[^]*END CERTIFICATE-----/.exec(stdout + stderr)?.[0] ?? ''
    expect(await press('netsuite', { pem })).toContain('Registered.')
    expect((await evergrant.cli(['connect', 'rehearsal-netsuite', '--as', 'ns'])).code).toBe(0)
    expect((await evergrant.cli(['test', 'ns'])).stdout).toContain('answered with 200')
  })
})

it('opens the rehearsal alone: another port of this machine stays closed', async () => {
  const definition = await (await fetch(`${origin}/netsuite/definition.json`)).text()
  const file = join(directory, 'other.json')
  await writeFile(
    file,
    definition.replaceAll(origin, 'http://127.0.0.1:9').replaceAll(new URL(origin).host, '127.0.0.1:9'),
  )
  const inputs = ['--input', 'account=1234567_SB1', '--input', 'certificate_id=abc']
  const ran = await evergrant.cli([
    'connect',
    'custom',
    '--definition',
    file,
    '--as',
    'other',
    '--client-id',
    'x',
    '--generate-key',
    ...inputs,
  ])
  expect(ran).toMatchObject({ code: 6, stderr: expect.stringContaining('EVERGRANT_ALLOW_HOSTS') })
})

it('tells of its connections how they come back when the rehearsal is gone', async () => {
  await evergrant.restart('SIGTERM', { EVERGRANT_REHEARSE: 'off' })
  expect((await evergrant.cli(['list'])).stdout).toContain('rehearsal-netsuite')
  expect(await evergrant.cli(['refresh', 'ns'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('hint: start the server with --rehearse'),
  })
})

it('is refused where its port is taken, with what to do', async () => {
  const home = join(directory, 'home')
  const ran = await runEvergrant(['serve', '--rehearse', '--rehearse-port', String(evergrant.port)], { home })
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('--rehearse-port') })
})

it('plays one service alone for an Evergrant elsewhere, until Ctrl-C', async () => {
  const home = join(directory, 'elsewhere')
  const file = join(directory, 'dayforce.json')
  const port = await freePort()
  const main = join(import.meta.dirname, '../../src/main.ts')
  const child = spawn(process.execPath, [main, 'rehearse', 'dayforce', '--port', String(port), '--out', file], {
    env: { PATH: process.env['PATH'] ?? '', HOME: home, EVERGRANT_HOME: home },
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += String(chunk)))
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += String(chunk)))
  while (!said.stderr.includes('Ctrl-C')) await once(child.stderr, 'data')
  expect(said.stdout).toBe(`http://127.0.0.1:${port}/\n`)
  const command = said.stderr
    .split('\n')
    .find((line) => line.includes('evergrant connect'))!
    .trim()
  const [environment, flags] = command.split(' evergrant ') as [string, string]
  const ran = await runEvergrant(flags.split(' '), {
    home,
    allow: [`127.0.0.1:${port}`],
    env: Object.fromEntries([environment.split('=') as [string, string]]),
  })
  expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('authorized rehearsal-dayforce') })
  const ended = once(child, 'close')
  child.kill('SIGINT')
  expect(await ended).toEqual([0, null])
  expect(said.stderr).toMatch(/POST \S+: dayforce token \(user\), 200/)
  expect(said.stderr).not.toContain('at_')
})
