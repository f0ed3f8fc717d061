/** The checks of `doctor`, in the order in which one builds on the other. */
import { createServer, get } from 'node:http'
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import type { ConnectionOnWire } from '../../api/connection.ts'
import type { Call } from '../command.ts'
import { conditionText, remedyText } from '../connection-text.ts'
import { allConnections } from '../connections.ts'
import { isProblem, toProblem } from '../problem.ts'
import { duration } from '../../duration.ts'
import { httpTransport, socketPath } from '../transport.ts'
import { coreDumps } from './core-dumps.ts'

export type Finding = { name: string; result: 'OK' | 'FAIL' | 'SKIP'; detail: string; remedy?: string }

type Outcome = Omit<Finding, 'name'>

const ok = (detail: string): Outcome => ({ result: 'OK', detail })
const skip = (detail: string): Outcome => ({ result: 'SKIP', detail })
const fail = (detail: string, remedy: string): Outcome => ({ result: 'FAIL', detail, remedy })

/** Undefined: there is nothing to check on this machine. */
type Check = (call: Call) => Outcome | Promise<Outcome | undefined>

const checks: readonly (readonly [name: string, check: Check])[] = [
  ['Node.js', nodeVersion],
  ['data directory', home],
  ['key file', keyFile],
  ['server', server],
  ['store', store],
  ['sealing key', sealingKey],
  ['loopback', loopback],
  ['clock', clock],
  ['public URL', publicUrl],
  ['core dumps', memoryOnDisk],
]

export async function* runChecks(call: Call): AsyncGenerator<Finding> {
  for (const [name, check] of checks) {
    const outcome = await guarded(() => check(call))
    if (outcome !== undefined) yield { name, ...outcome }
  }
  yield* connectionFindings(call)
}

/** A check that cannot even be made has failed. */
async function guarded(check: () => ReturnType<Check>): Promise<Outcome | undefined> {
  try {
    return await check()
  } catch (error) {
    const problem = toProblem(error)
    return fail(problem.detail, problem.remedy)
  }
}

function nodeVersion(): Outcome {
  const { node } = process.versions
  if (Number(node.split('.')[0]) >= 24) return ok(`version ${node}`)
  return fail(`version ${node} is too old`, 'install Node.js 24 or newer; set-up brings one on Linux x64')
}

function isRemote({ options }: Pick<Call, 'options'>): boolean {
  return options.server !== undefined && !options.server.startsWith('unix:')
}

async function home(call: Call): Promise<Outcome> {
  if (isRemote(call)) return skip('a remote server is configured')
  const { home: directory } = call.options
  return privacy(directory, 0o700, 'it does not exist yet; the first start makes it')
}

async function keyFile(call: Call): Promise<Outcome> {
  const { options } = call
  if (isRemote(call)) return skip('a remote server is configured')
  if (options.key !== undefined) return ok('the key is given by EVERGRANT_KEY')
  if (options.keyFixed) return ok(`${options.keyFile}, a credential of the service manager`)
  return privacy(options.keyFile, 0o600, 'it does not exist yet; the first start makes it')
}

async function privacy(path: string, mode: number, absent: string): Promise<Outcome> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (found === undefined) return skip(`${path}: ${absent}`)
  const seen = (found.mode & 0o777).toString(8).padStart(4, '0')
  if ((found.mode & 0o077) !== 0)
    return fail(`${path} has mode ${seen}: others can read it`, `chmod ${mode.toString(8)} ${path}`)
  if (process.getuid !== undefined && found.uid !== process.getuid()) {
    return fail(`${path} belongs to another user (${found.uid})`, 'run as that user')
  }
  return ok(`${path}, mode ${seen}`)
}

async function server({ client, options }: Call): Promise<Outcome> {
  switch (await client.place()) {
    case 'in process':
      return skip(
        'none runs; the commands work by themselves, but nothing is renewed ahead of time (`evergrant serve`)',
      )
    case 'socket':
      return ok(`answers on the socket, version ${(await client.call('health', {})).version}`)
    case 'remote':
      return ok(`${options.server} answers, version ${(await client.call('health', {})).version}`)
  }
}

async function store({ client }: Call): Promise<Outcome> {
  const { status, store: state } = await client.call('readiness', {})
  return status === 'ready'
    ? ok('can be read and written')
    : fail(`is ${state}`, 'see the log of the server; check the disk')
}

/** NIST SP 800-57 part 1 revision 5, section 5.3.6: a key that wraps others is used for at most two years. */
const keyLifeSeconds = 2 * 365 * 86_400

async function sealingKey({ client, io }: Call): Promise<Outcome> {
  const asked = await client.call('showSealing', {}).catch((error: unknown) => {
    // A key of less right, or a server of before: no fault of this installation.
    if (isProblem(error, 'forbidden') || isProblem(error, 'not_found')) return undefined
    throw error
  })
  if (asked === undefined) return skip('the server does not tell')
  const { sealing, keys, settled, rotation } = asked
  const since = keys.find(({ id }) => id === sealing)?.since
  const age = since === undefined ? 0 : io.now() / 1000 - since
  const missing = keys.filter(({ uses, here }) => uses > 0 && !here).map(({ id }) => id)
  if (missing.length > 0) {
    return fail(
      `key ${missing.join(', ')} is not here and seals values of the store`,
      'put it back into the key file, or copy the key file of the node that changed the key',
    )
  }
  const words = `${sealing}, ${duration(age)} old`
  if (!settled && rotation?.running !== true) {
    return { ...ok(`${words}; older keys still seal something`), remedy: 'evergrant rotate-key' }
  }
  if (age > keyLifeSeconds) return { ...ok(`${words}: time for a new one`), remedy: 'evergrant rotate-key' }
  return ok(words)
}

/** Opens a listener as an authorization would, and calls it. */
async function loopback(): Promise<Outcome> {
  const listener = createServer((_, response) => response.end('evergrant'))
  try {
    await new Promise<void>((resolve, reject) => listener.once('error', reject).listen(0, '127.0.0.1', resolve))
    const { port } = listener.address() as AddressInfo
    const heard = await new Promise<string>((resolve, reject) => {
      const request = get({ host: '127.0.0.1', port, timeout: 2_000 }, (response) => {
        response.setEncoding('utf8').on('data', resolve)
      })
      request.on('timeout', () => request.destroy(new Error('no answer')))
      request.on('error', reject)
    })
    if (heard === 'evergrant') return ok('a listener on 127.0.0.1 can be opened and reached')
    return fail('something else answers on 127.0.0.1', 'look for a proxy or a firewall on this machine')
  } catch (error) {
    return fail(
      `no listener on 127.0.0.1 (${(error as NodeJS.ErrnoException).code ?? 'no answer'})`,
      'look for a firewall on this machine',
    )
  } finally {
    listener.close()
  }
}

/** This version was written after that day, and a clock before it has never been set. */
const newestKnownDay = Date.UTC(2026, 10, 22)
const skewLimitMs = 30_000

async function clock({ io, options }: Call): Promise<Outcome> {
  const now = io.now()
  const remedy = 'set the clock (NTP): token lifetimes and signed assertions depend on it'
  if (now < newestKnownDay - 86_400_000) return fail(`it says ${new Date(now).toISOString()}, which is past`, remedy)
  if (options.server === undefined || options.server.startsWith('unix:')) return ok('plausible')
  const reply = await httpTransport(options.server).ask({ method: 'GET', path: '/healthz', headers: {} })
  const skew = Math.abs(Date.parse(String(reply.headers['date'])) - now)
  if (Number.isNaN(skew)) return ok('plausible')
  return skew > skewLimitMs
    ? fail(`${duration(skew / 1000)} apart from the server's`, remedy)
    : ok("agrees with the server's")
}

async function publicUrl({ client, options }: Call): Promise<Outcome> {
  if ((await client.place()) === 'in process') return skip('no server runs')
  if (isRemote({ options })) return skip('known to the server alone')
  const url = options.publicUrl
  const remedy = 'set EVERGRANT_PUBLIC_URL here as for the server; check the proxy in front of it'
  const reply = await httpTransport(url)
    .ask({ method: 'GET', path: '/healthz', headers: {} })
    .catch(() => undefined)
  if (reply === undefined) return fail(`${url} does not answer from here`, remedy)
  return reply.status === 200 ? ok(`${url} answers`) : fail(`${url} answers with ${reply.status}`, remedy)
}

/** Linux alone tells. A hint and no fault: most machines allow them, and everything works. */
async function memoryOnDisk({ client, io, options }: Call): Promise<Outcome | undefined> {
  const proc = io.proc ?? '/proc'
  if (!existsSync(`${proc}/self/limits`)) return undefined
  const place = await client.place()
  if (place === 'remote') return skip('a remote server is configured')
  const socket = options.server?.replace(/^unix:/, '') ?? socketPath(options.home)
  const dumps = await coreDumps(proc, place === 'socket' ? socket : undefined)
  if (dumps === undefined) return skip('the limits of the server cannot be seen from here')
  const where = dumps.of === 'server' ? `in the running server (process ${dumps.pid})` : 'in this shell'
  if (!dumps.on) return ok(`off ${where}`)
  const whose = dumps.of === 'server' ? 'a crash' : 'the crash of a server that is started here'
  return {
    ...ok(`on ${where}: ${whose} may write key and tokens to disk`),
    remedy: 'start the server under `ulimit -c 0`, as a service of systemd with LimitCORE=0',
  }
}

async function* connectionFindings(call: Call): AsyncGenerator<Finding> {
  let connections: ConnectionOnWire[]
  try {
    connections = await allConnections(call.client)
  } catch (error) {
    const problem = toProblem(error)
    yield { name: 'connections', ...fail(problem.detail, problem.remedy) }
    return
  }
  for (const connection of connections) yield { name: connection.name, ...connectionOutcome(connection) }
}

function connectionOutcome(connection: ConnectionOnWire): Outcome {
  const { condition, failure } = connection
  const words = failure === undefined ? conditionText(connection) : `${conditionText(connection)}: ${failure.code}`
  if (condition === 'ok') return ok(words)
  if (condition === 'pending' || condition === 'suspended')
    return { ...skip(words), remedy: remedyText(connection) ?? '' }
  return fail(words, remedyText(connection) ?? 'it is tried again by itself')
}
