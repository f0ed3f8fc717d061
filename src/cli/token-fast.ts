/**
 * `evergrant token NAME` from a running server, and nothing else: one request over the Unix socket, written by hand.
 * Jobs run this every few seconds, so it loads no framework, no schema and no HTTP client; `scripts/build` bundles it
 * into `dist/token.cjs`, which runs on the Node that started it (20 or newer).
 *
 * Whatever is not the plain case (another verb or option, a remote server, no socket, any answer but a 200) gives
 * `undefined`: the full command line then does the whole work again and explains what is wrong.
 */
import { connect } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { homeDirectory } from '../config/home.ts'
import { tokenText, warningText, type TokenAnswer } from './token-text.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Longer than any renewal the server would wait for: two sends of 20 s each, and its store. */
const patienceMs = 60_000

/** Exit code 0 after the token was printed; undefined means "not for me". `argv` starts with the verb. */
export async function tryToken(argv: readonly string[], env: Env): Promise<number | undefined> {
  const wanted = readArguments(argv)
  const server = env['EVERGRANT_SERVER']
  if (wanted === undefined || (server && !server.startsWith('unix:'))) return undefined
  const socket = server ? server.slice('unix:'.length) : join(homeDirectory(env), 'evergrant.sock')
  const body = await get(socket, pathOf(wanted))
  const answer = body === undefined ? undefined : readAnswer(body)
  if (answer === undefined) return undefined
  const warnings = warningText(answer)
  if (warnings !== '' && !wanted.json) process.stderr.write(warnings)
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  process.stdout.write(tokenText(answer, wanted.json))
  return 0
}

type Wanted = { name: string; minValid?: string; json: boolean }

function readArguments(argv: readonly string[]): Wanted | undefined {
  if (argv[0] !== 'token') return undefined
  try {
    const { values, positionals } = parseArgs({
      args: argv.slice(1),
      options: { 'min-valid': { type: 'string' }, json: { type: 'boolean' } },
      allowPositionals: true,
    })
    const name = positionals[0]
    if (positionals.length !== 1 || name === undefined || !/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) return undefined
    const minValid = values['min-valid']
    if (minValid !== undefined && !/^\d{1,9}$/.test(minValid)) return undefined
    return { name, json: values.json === true, ...(minValid === undefined ? {} : { minValid }) }
  } catch {
    return undefined // an unknown option: the full command line says which
  }
}

function pathOf({ name, minValid }: Wanted): string {
  return `/v1/connections/${name}/token${minValid === undefined ? '' : `?min_valid=${minValid}`}`
}

function readAnswer(body: string): TokenAnswer | undefined {
  try {
    const answer = JSON.parse(body) as TokenAnswer
    return typeof answer.access_token === 'string' ? answer : undefined
  } catch {
    return undefined
  }
}

/** The body of a complete 200 with a Content-Length (RFC 9112 section 6.3); undefined for anything else. */
function get(socketPath: string, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    const chunks: Buffer[] = []
    const finish = (body: string | undefined): void => {
      socket.destroy()
      resolve(body)
    }
    socket.setTimeout(patienceMs, () => finish(undefined))
    socket.on('connect', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nConnection: close\r\n\r\n`),
    )
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      const read = bodyOf(Buffer.concat(chunks))
      if (read !== 'incomplete') finish(read)
    })
    socket.on('error', () => finish(undefined))
    socket.on('end', () => finish(undefined))
  })
}

function bodyOf(received: Buffer): string | undefined | 'incomplete' {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return 'incomplete'
  const head = received.toString('latin1', 0, end)
  const length = /\r\ncontent-length:[ \t]*(\d+)/i.exec(head)?.[1]
  if (!head.startsWith('HTTP/1.1 200 ') || length === undefined) return undefined
  const body = received.subarray(end + 4)
  return body.length < Number(length) ? 'incomplete' : body.toString('utf8', 0, Number(length))
}
