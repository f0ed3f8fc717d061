/**
 * Plays services in the foreground, for any Evergrant that is allowed to call 127.0.0.1. Each request that is seen is a
 * line: what it was taken for, what it was answered, and why it was refused.
 */
import { writeFile } from 'node:fs/promises'
import { EvergrantError } from '../../errors.ts'
import type { Call } from '../command.ts'
import type { Io } from '../io.ts'
import type { RehearsedRequest, RunningRehearsal } from '../ports.ts'

export async function run(call: Call): Promise<number> {
  const { given, options, output, ports, io } = call
  const out = given.text('out')
  const service = given.argument('service')?.replace(/^rehearsal-/, '')
  if (out !== undefined && service === undefined) {
    throw new EvergrantError('invalid_request', {
      detail: '--out writes the definition of one service, and none is named',
      remedy: 'name it: evergrant rehearse SERVICE --out FILE',
    })
  }
  const rehearsal = await ports.rehearse({
    ...(service === undefined ? {} : { service }),
    port: given.number('port') ?? options.rehearsePort,
    speed: readSpeed(given.number('speed')),
    faults: given.list('fault').map(readFault),
    watch: (seen) => tell(call, seen),
  })
  try {
    if (out !== undefined) await write(out, rehearsal)
    const { origin, ids } = rehearsal
    output.result(`${origin}/`, { url: `${origin}/`, services: ids, ...connecting(rehearsal, out) })
    output.say(introduction(rehearsal, out).join('\n'))
    await interrupted(io)
  } finally {
    await rehearsal.close()
  }
  return 0
}

function readSpeed(speed = 1): number {
  if (speed > 0) return speed
  throw new EvergrantError('invalid_value', {
    detail: '--speed 0: lifetimes would never pass',
    remedy: 'give 1 for the lifetimes as they are, 60 for a minute instead of an hour',
  })
}

function readFault(text: string): { name: string; times: number } {
  const [, name = '', times = '1'] = /^(\w+)(?::([1-9]\d{0,5}))?$/.exec(text) ?? []
  if (name !== '') return { name, times: Number(times) }
  throw new EvergrantError('invalid_value', {
    detail: `--fault ${text} is not NAME or NAME:TIMES`,
    remedy: 'write it like --fault error_500:3',
  })
}

async function write(file: string, { service }: RunningRehearsal): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(service?.definition, undefined, 2)}\n`, { flag: 'wx' })
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST'
    throw new EvergrantError('invalid_value', {
      detail: exists ? `--out: ${file} exists` : `--out: ${file} cannot be written`,
      remedy: exists ? 'name another file, or remove that one' : 'name a file in a directory that you may write to',
      cause: error,
    })
  }
}

/** The same facts as the introduction, for programs. */
function connecting({ service, host }: RunningRehearsal, out: string | undefined) {
  if (service === undefined) return {}
  const { id, console, definitionUrl, clientId, clientSecret, commands } = service
  const facts = { service: id, console, definition_url: definitionUrl, allow_hosts: host }
  const client = { client_id: clientId, client_secret: clientSecret }
  return { ...facts, ...client, connect: commands(out ?? fileOf(id)) }
}

const fileOf = (id: string): string => `rehearsal-${id}.json`

function introduction({ service, origin, host, ids }: RunningRehearsal, out: string | undefined): string[] {
  const ending = ['', 'Requests are shown here. Ctrl-C ends it, and what it knew is forgotten.']
  if (service === undefined) {
    return [
      `playing ${ids.length} services; each has its console, and how to connect it, at ${origin}/`,
      `a server elsewhere on this machine is allowed to call them by EVERGRANT_ALLOW_HOSTS=${host}`,
      ...ending,
    ]
  }
  const { id, name, console, definitionUrl, clientId, clientSecret, commands } = service
  const file = out ?? fileOf(id)
  const ways = commands(file).flatMap(({ label, command, first }) => [
    `  ${label}:`,
    ...first.map((sentence) => `    ${sentence}`),
    `    ${command}`,
  ])
  return [
    `playing ${name}`,
    `console:       ${console}`,
    `client id:     ${clientId}`,
    `client secret: ${clientSecret}`,
    '',
    'connect it in another terminal; a server that runs already needs the first line too, at its start',
    `  export EVERGRANT_ALLOW_HOSTS=${host}`,
    ...(out === undefined ? [`  curl -s ${definitionUrl} -o ${file}`] : []),
    ...ways,
    ...ending,
  ]
}

function tell({ output, io }: Call, seen: RehearsedRequest): void {
  if (output.json) {
    output.result('', { event: 'request', at: Math.floor(io.now() / 1000), ...seen })
    return
  }
  const { service, method, path, as, status, why } = seen
  const time = new Date(io.now()).toISOString().slice(11, 19)
  const who = service === undefined ? '' : `${service} `
  output.say(`${time} ${method} ${path}: ${who}${as}, ${[status, why].filter((one) => one !== undefined).join(' ')}`)
}

function interrupted({ interrupted: signal }: Io): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve()
    signal?.addEventListener('abort', () => resolve(), { once: true })
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
