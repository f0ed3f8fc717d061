/**
 * The command line with a stage around it: a small server that speaks the contract on the Unix socket of a temporary
 * home, and streams that remember what was written. What is run is the real thing, from the argument list to the exit
 * code; `program` runs it as its own process.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Io } from '../../src/cli/io.ts'
import type { Ports } from '../../src/cli/ports.ts'
import { runCli } from '../../src/cli/run.ts'
import { loadOptions } from '../../src/config/options.ts'
import { isSealedText, openText, sealText } from '../../src/store/sealed-text.ts'
import { errorTable, type ErrorCode } from '../../src/errors.ts'
import { draftFromCurl } from '../../src/provider/curl.ts'

/** The moment at which every test happens: 2026-11-22T12:00:00Z. */
export const now = 1_795_348_800

export type Asked = { method: string; url: string; headers: IncomingHttpHeaders; body: any; key: string }
type Answer = { status?: number; json: unknown }
type Play = (asked: Asked) => Answer | Promise<Answer>

export type Ran = { code: number; stdout: string; stderr: string }
export type Terminal = { type(text: string): void; sees(text: string): Promise<void> }
export type RunOptions = {
  env?: Record<string, string>
  stdin?: string
  /** Runs on a terminal, driven by this person. */
  person?: (terminal: Terminal) => Promise<void>
  /** Standard output is a terminal of so many columns. */
  columns?: number
  interrupted?: AbortSignal
  /** In place of /proc. */
  proc?: string
  ports?: Partial<Ports>
}

export type Stage = Awaited<ReturnType<typeof openStage>>

/** `play` answers by `METHOD /path`, without the query; what is put in later counts too. */
export async function openStage(play: Record<string, Play | Answer> = {}) {
  const home = await mkdtemp(join(tmpdir(), 'evergrant-cli-'))
  const asked: Asked[] = []
  const servers: Server[] = []
  const plays: Record<string, Play | Answer> = {
    'GET /healthz': { json: { status: 'ok', version: '9.9.9' } },
    'GET /readyz': { json: { status: 'ready', store: 'ok' } },
  }
  const open = async (where: string | number): Promise<Server> => {
    const server = createServer((request, response) => {
      void (async () => {
        let text = ''
        for await (const chunk of request) text += String(chunk)
        const url = request.url ?? ''
        const key = `${request.method} ${url.split('?')[0]}`
        const one = {
          method: request.method ?? '',
          url,
          headers: request.headers,
          body: text === '' ? undefined : JSON.parse(text),
          key,
        }
        if (key !== 'GET /healthz') asked.push(one)
        const found = play[key] ?? plays[key] ?? problem(unplayed(key))
        const { status = 200, json } = typeof found === 'function' ? await found(one) : found
        const body = json === undefined ? '' : JSON.stringify(json)
        response
          .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
          .end(body)
      })()
    })
    servers.push(server)
    if (typeof where === 'number') server.listen(where, '127.0.0.1')
    else server.listen(where)
    await once(server, 'listening')
    return server
  }
  return {
    home,
    asked,
    socket: join(home, 'evergrant.sock'),
    async listen() {
      await open(join(home, 'evergrant.sock'))
    },
    /** The same over TCP; gives the address. */
    async listenRemotely(): Promise<string> {
      return `http://127.0.0.1:${((await open(0)).address() as AddressInfo).port}`
    },
    async file(name: string, text: string): Promise<string> {
      const path = join(home, name)
      await writeFile(path, text, { mode: 0o600 })
      return path
    },
    run: (line: string | string[], options: RunOptions = {}) => run(home, split(line), options),
    program: (line: string | string[], env: Record<string, string> = {}) =>
      program(home, process.execPath, [main, ...split(line)], env),
    /** The program in a shell, with what follows it there. */
    shell: (line: string, rest: string) =>
      program(home, 'bash', ['-c', `"${process.execPath}" "${main}" ${line} ${rest}`]),
    async close() {
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** A connection nobody plays does not exist. */
function unplayed(key: string): ErrorCode {
  return /^GET \/v1\/connections\/[^/]+$/.test(key) ? 'unknown_connection' : 'not_found'
}

/** A problem document as the server words one. */
export function problem(code: ErrorCode, more: Record<string, unknown> = {}): Answer {
  const { status, title, remedy } = errorTable[code]
  const retryable = 'retryable' in errorTable[code]
  return {
    status,
    json: { type: `/docs#${code}`, title, status, detail: title, code, remedy, retryable, request_id: 'r1', ...more },
  }
}

async function run(home: string, argv: string[], options: RunOptions): Promise<Ran> {
  const written = { stdout: '', stderr: '' }
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
  streams.stdout.on('data', (chunk) => (written.stdout += String(chunk)))
  streams.stderr.on('data', (chunk) => (written.stderr += String(chunk)))
  const onTerminal = options.person !== undefined
  if (options.columns !== undefined) Object.assign(streams.stdout, { columns: options.columns })
  const io: Io = {
    ...streams,
    env: { EVERGRANT_HOME: home, HOME: home, USER: 'ada', NO_COLOR: '1', ...options.env },
    isTTY: { stdin: onTerminal, stdout: onTerminal || options.columns !== undefined, stderr: onTerminal },
    now: () => now * 1000,
    ...(options.interrupted === undefined ? {} : { interrupted: options.interrupted }),
    ...(options.proc === undefined ? {} : { proc: options.proc }),
  }
  const ports: Ports = {
    version: '9.9.9',
    loadOptions,
    openInProcess: async () => 'locked',
    adopt: async () => 'adopted',
    backup: async () => {
      throw new Error('nothing is backed up here')
    },
    restore: async () => 'locked',
    sealText: (text, passphrase) => sealText(text, passphrase.open()),
    isSealedText: async (text) => isSealedText(text),
    openText: (text, passphrase) => openText(text, passphrase.open()),
    serve: async () => 0,
    rehearse: async () => {
      throw new Error('nothing is rehearsed here')
    },
    customDefinition: async (settings) => ({ id: 'custom', ...settings }),
    draftFromCurl: async (curl, settings) => draftFromCurl(curl, settings),
    ...options.ports,
  }
  const ended = runCli(argv, io, ports)
  if (options.person === undefined) streams.stdin.end(options.stdin ?? '')
  else await options.person(terminalOf(streams.stdin, () => written.stderr, ended))
  const code = await ended
  streams.stdin.destroy()
  return { code, ...written }
}

function terminalOf(stdin: PassThrough, stderr: () => string, ended: Promise<number>): Terminal {
  let over = false
  void ended.then(() => (over = true))
  return {
    type: (text) => void stdin.write(text),
    async sees(text) {
      const until = Date.now() + 5_000
      while (!stderr().includes(text)) {
        if (over || Date.now() > until) throw new Error(`the terminal never showed "${text}" but:\n${stderr()}`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
  }
}

const main = join(import.meta.dirname, '../../src/main.ts')

/** The program itself, as its own process in a pipe. */
async function program(home: string, file: string, argv: string[], env: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(file, argv, {
    env: { PATH: process.env['PATH'] ?? '', HOME: home, EVERGRANT_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const written = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (written.stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (written.stderr += String(chunk)))
  const [code] = (await once(child, 'close')) as [number]
  return { code, ...written }
}

function split(line: string | string[]): string[] {
  return typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line
}

/** A connection as the contract has it. */
export function connection(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: 'books',
    provider: 'ledger',
    provider_name: 'Ledger Online',
    way: 'person',
    grant: 'authorization_code',
    state: 'active',
    condition: 'ok',
    generation: 3,
    inputs: {},
    captured: [],
    actions: ['authorize', 'renew', 'test', 'reveal', 'revoke'],
    scopes: ['accounting', 'offline'],
    scopes_granted: ['accounting'],
    created_at: now - 86_400,
    authorized_at: now - 7_200,
    obtained_at: now - 600,
    expires_at: now + 3_000,
    has_refresh_token: true,
    renewal: 'refresh_token',
    next_renewal_at: now + 1_800,
    deaths: [
      { what: 'access_token', at: now + 3_000 },
      { what: 'refresh_token_idle', at: now + 100 * 86_400 },
    ],
    who: 'Ada Ltd',
    warnings: [],
    settings_version: 1,
    ...more,
  }
}

export function token(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    access_token: 'canary-access-token',
    token_type: 'bearer',
    expires_in: 3_000,
    expires_at: now + 3_000,
    scope: 'accounting',
    connection: 'books',
    generation: 3,
    warnings: [],
    ...more,
  }
}

export function authorization(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'flow-1',
    connection: 'books',
    back: 'loopback',
    url: 'https://ledger.example/authorize?state=the-state',
    link: 'http://127.0.0.1:7117/a/flow-1',
    authorization_url: 'https://ledger.example/authorize?state=the-state',
    redirect_uri: 'http://127.0.0.1:8765',
    expires_at: now + 600,
    outcome: { kind: 'waiting' },
    ...more,
  }
}

/** A service with two ways: a person, and a machine with secret or key and a secret input. */
export const ledger = {
  id: 'ledger',
  name: 'Ledger Online',
  category: 'accounting',
  checked: '2026-11-01',
  tried: 'never',
  console: { url: 'https://ledger.example/apps', steps: ['make an app', 'copy its client id'] },
  ways: [
    {
      name: 'person',
      label: 'a person authorizes',
      grant: 'authorization_code',
      needs: ['Client id', 'Client secret'],
      renews: 'renewed with a refresh token',
      fields: [
        {
          name: 'region',
          label: 'Region',
          place: 'input',
          choices: [
            { value: 'eu', label: 'Europe' },
            { value: 'us', label: 'America' },
          ],
        },
        { name: 'client_id', label: 'Client id', place: 'client' },
        { name: 'client_secret', label: 'Client secret', secret: true, place: 'client' },
        { name: 'scopes', label: 'Scopes', optional: true, place: 'scope' },
        { name: 'redirect_uri', label: 'Redirect URI', optional: true, place: 'redirect' },
      ],
      client_auth: ['client_secret_basic'],
      redirects: [{ back: ['callback', 'loopback'] }],
      ways_back: [
        {
          back: 'callback',
          works: false,
          reason: 'Ledger Online takes https only',
          remedy: 'Run this server with EVERGRANT_PUBLIC_URL=https://HOST and register https://HOST/oauth/callback.',
        },
        {
          back: 'loopback',
          works: true,
          redirect_uri: 'http://localhost',
          register: 'http://localhost',
          only_with: { region: 'eu' },
        },
        { back: 'relay', works: false, reason: 'codes live 30 seconds' },
        { back: 'paste', works: false, reason: 'codes live 30 seconds' },
      ],
      authorization_url: 'https://ledger.example/authorize',
      renewal: {
        by: 'refresh_token',
        rotates: 'always',
        says: ['A token lives 60 minutes.', 'Each renewal brings a new refresh token.'],
      },
      probes: ['company'],
    },
    {
      name: 'machine',
      label: 'the client alone',
      grant: 'client_credentials',
      needs: ['Client id', 'Client secret'],
      renews: 'asked for anew',
      fields: [
        { name: 'company', label: 'Company', place: 'input', example: '12345' },
        { name: 'api_pin', label: 'PIN', secret: true, place: 'input' },
        { name: 'client_id', label: 'Client id', place: 'client' },
        { name: 'client_secret', label: 'Client secret', secret: true, place: 'client' },
        { name: 'key', label: 'Key', secret: true, optional: true, place: 'client' },
      ],
      client_auth: ['client_secret_basic', 'private_key_jwt'],
      redirects: [{ back: ['callback', 'loopback'] }],
      ways_back: [],
      renewal: { by: 'reissue', rotates: 'never', says: ['A new one is asked for when it is needed.'] },
      probes: [],
    },
  ],
  confidence: 'medium',
  doubts: [
    { about: 'way person: renewal', confidence: 'medium', because: 'seen, not written' },
    { about: 'error: The code is old.', confidence: 'medium' },
  ],
  api: { base: 'https://api.ledger.example', send: { authorization: 'Bearer {token}' } },
  probes: [{ name: 'company', method: 'GET', url: 'https://api.ledger.example/company', tells_who: true }],
  revocable: ['person'],
  errors: [{ on: ['token'], means: 'dead', cause: 'The code is old.', remedy: 'Authorize again.' }],
  warnings: [
    {
      at: 'request',
      ways: ['person'],
      says: 'Region eu is closed on Sundays.',
      remedy: 'Choose another.',
      refuses: true,
    },
  ],
  traps: ['the refresh token dies after 100 days without use'],
  sources: [{ name: 'guide', url: 'https://ledger.example/oauth', checked: '2026-11-01', note: 'the whole flow' }],
  definition: {},
}
