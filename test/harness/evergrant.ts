/**
 * The real program in a temporary home: started as people start it, asked as people and jobs ask it, ended as machines
 * end it. Nothing inside it is replaced.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type StartOptions = {
  /** A data directory to use again; a new one in the temporary directory if absent. */
  home?: string
  env?: Record<string, string>
  providersDir?: string
  /** Hosts for EVERGRANT_ALLOW_HOSTS. */
  allow?: string[]
  port?: number
}

export type Answer = {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  /** The parsed body; undefined where it is no JSON. */
  json: Json
}

/** What an API answers: a test names the members that it looks at. */
// oxlint-disable-next-line typescript/no-explicit-any -- answers of unknown shape are looked into, not trusted
export type Json = any

export type Ran = { code: number | null; stdout: string; stderr: string }

export type Asking = {
  method?: string
  body?: unknown
  /** An API key. */
  key?: string
  headers?: Record<string, string>
}

const root = join(import.meta.dirname, '../..')
const entry = join(root, 'src/main.ts')

export type Evergrant = Awaited<ReturnType<typeof startEvergrant>>

export async function startEvergrant(options: StartOptions = {}) {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'evergrant-test-')))
  const port = options.port ?? (await freePort())
  const url = `http://127.0.0.1:${port}`
  const socket = join(home, 'evergrant.sock')
  const env = environment({ ...options, home, port })
  const output = { stdout: '', stderr: '' }
  let child: ChildProcess

  async function start(more: Record<string, string> = {}): Promise<void> {
    child = spawn(process.execPath, [entry, 'serve'], { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] })
    const before = output.stdout.length + output.stderr.length
    child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`evergrant ended with ${code} before it was ready:\n${output.stdout}${output.stderr}`)
    })
    await Promise.race([answering(before), ended])
    ended.catch(() => undefined)
  }

  /** Ready is: it has said a line with its address, and the address answers. */
  async function answering(before: number): Promise<void> {
    const deadline = Date.now() + 60_000
    for (;;) {
      const said = output.stdout.length + output.stderr.length > before
      // Another process may have taken the port meanwhile; the socket is ours alone.
      if (said && (await answers({ host: '127.0.0.1', port })) && (await answers({ socketPath: socket }))) return
      if (Date.now() > deadline) throw new Error(`evergrant is not ready:\n${output.stdout}${output.stderr}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  async function answers(where: Parameters<typeof ask>[0]): Promise<boolean> {
    return ask(where, '/healthz', {}).then(
      ({ status }) => status === 200,
      () => false,
    )
  }

  async function kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
    return child.exitCode
  }

  await start().catch(async (error: unknown) => {
    // Nobody has it yet who could end it.
    await kill('SIGKILL')
    throw error
  })

  return {
    home,
    socket,
    url,
    port,
    /** What the server has said so far, over all its runs. */
    output,
    get pid(): number {
      return child.pid ?? 0
    },
    env,
    kill,
    /** Nobody reads any more what the server says. */
    deafen(): void {
      child.stdout?.destroy()
      child.stderr?.destroy()
    },
    /** Starts again in the same home and on the same port; ends the running process with the signal first. */
    async restart(signal: NodeJS.Signals = 'SIGTERM', more: Record<string, string> = {}): Promise<void> {
      await kill(signal)
      await start(more)
    },
    /** Asks over the Unix socket, where no key is needed. */
    request: (path: string, asking: Asking = {}): Promise<Answer> => ask({ socketPath: socket }, path, asking),
    /** Asks over TCP, as jobs do. */
    http: (path: string, asking: Asking = {}): Promise<Answer> => ask({ host: '127.0.0.1', port }, path, asking),
    cli: (args: string[], run: { stdin?: string; env?: Record<string, string> } = {}): Promise<Ran> =>
      runProgram(args, { ...env, ...run.env }, run.stdin),
    async close(): Promise<void> {
      await kill('SIGKILL')
      if (!options.home) await rm(home, { recursive: true, force: true })
    },
  }
}

/** Runs the program to its end: for starts that are refused and for verbs without a server. */
export function runEvergrant(args: string[], options: StartOptions & { home: string; stdin?: string }): Promise<Ran> {
  return runProgram(args, environment({ port: 0, ...options }), options.stdin)
}

/** Only what is named here, so that the options of whoever runs the tests do not leak in. */
function environment(options: StartOptions & { home: string; port: number }): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: options.home,
    NO_COLOR: '1',
    // Half of what a start from the sources costs is reading them.
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/evergrant-compiled'),
    EVERGRANT_HOME: options.home,
    EVERGRANT_LISTEN: `127.0.0.1:${options.port}`,
    EVERGRANT_PUBLIC_URL: `http://127.0.0.1:${options.port}`,
    EVERGRANT_ALLOW_HOSTS: (options.allow ?? []).join(','),
    ...(options.providersDir && { EVERGRANT_PROVIDERS_DIR: options.providersDir }),
    ...options.env,
  }
}

async function runProgram(args: string[], env: Record<string, string>, stdin = ''): Promise<Ran> {
  const child = spawn(process.execPath, [entry, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  const ran: Ran = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (ran.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (ran.stderr += chunk.toString()))
  child.stdin.on('error', () => undefined)
  child.stdin.end(stdin)
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
  await once(child, 'close')
  clearTimeout(timer)
  ran.code = child.exitCode
  return ran
}

function ask(
  where: { socketPath: string } | { host: string; port: number },
  path: string,
  asking: Asking,
): Promise<Answer> {
  const body = asking.body === undefined ? undefined : JSON.stringify(asking.body)
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        ...where,
        path,
        method: asking.method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(asking.key && { authorization: `Bearer ${asking.key}` }),
          ...asking.headers,
        },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parse(text) }),
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

function parse(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
