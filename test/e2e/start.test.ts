/** Starts that are refused: one clear message each, the right exit code, and nothing that was stored is changed. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rehearsalClient, startRehearsal, type Rehearsal } from '../../src/rehearsal/index.ts'
import { connect, definitionFor, expecting, readToken, serviceOf } from '../harness/definition.ts'
import { freePort, runEvergrant, startEvergrant, type Evergrant } from '../harness/evergrant.ts'

let home: string
let service: Rehearsal | undefined
let evergrant: Evergrant | undefined

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'evergrant-test-'))
})
afterEach(async () => {
  await evergrant?.close()
  await service?.close()
  await rm(home, { recursive: true, force: true })
  evergrant = service = undefined
})

/** A home that holds a connection with a token, its server stopped. */
async function homeWithToken(): Promise<{ token: string; again: () => Promise<string> }> {
  const running = (service ??= await startRehearsal({ behaviour: { scopes: ['api.read'] } }))
  const start = async () => (evergrant = await startEvergrant({ home, allow: [running.host] }))
  const program = await start()
  const client = { ...rehearsalClient, method: 'client_secret_post' }
  await connect(program, { name: 'kept', definition: definitionFor(serviceOf(running)), grant: 'machine', client })
  const token = expecting(200, await readToken(program, 'kept')).access_token
  await program.kill('SIGTERM')
  return { token, again: async () => expecting(200, await readToken(await start(), 'kept')).access_token }
}

const serve = async (env: Record<string, string> = {}) => runEvergrant(['serve'], { home, port: await freePort(), env })

/** Names, modes and contents of the files in the home. */
async function picture(): Promise<Record<string, string>> {
  const files = (await readdir(home, { withFileTypes: true })).filter((entry) => entry.isFile())
  const pairs = files.map(async ({ name }) => {
    const { mode } = await stat(join(home, name))
    return [name, `${(mode & 0o777).toString(8)} ${await readFile(join(home, name), 'base64')}`]
  })
  return Object.fromEntries(await Promise.all(pairs))
}

it('makes a data directory, a key and a database that nobody else can read', async () => {
  const fresh = join(home, 'new')
  evergrant = await startEvergrant({ home: fresh })
  const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)
  expect(await mode(fresh)).toBe('700')
  for (const entry of await readdir(fresh, { withFileTypes: true })) {
    if (entry.isFile()) expect(await mode(join(fresh, entry.name)), entry.name).toBe('600')
  }
  expect(evergrant.output.stdout + evergrant.output.stderr).toContain(`${evergrant.url}/signin`)
})

describe('a data directory that others can read', () => {
  it('is refused, named, and left as it was', async () => {
    const { token, again } = await homeWithToken()
    await chmod(home, 0o755)
    const before = await picture()
    const ran = await serve()
    expect([ran.code, ran.stdout]).toEqual([9, ''])
    expect(ran.stderr).toContain(home)
    expect(ran.stderr).toMatch(/chmod 0?700/)
    expect(await picture()).toEqual(before)
    await chmod(home, 0o700)
    expect(await again()).toBe(token)
  })

  it('also by its key file alone', async () => {
    const { token, again } = await homeWithToken()
    await chmod(join(home, 'key'), 0o644)
    const ran = await serve()
    expect(ran.code).toBe(9)
    expect(ran.stderr).toContain(join(home, 'key'))
    await chmod(join(home, 'key'), 0o600)
    expect(await again()).toBe(token)
  })
})

describe('the key', () => {
  it('is not made anew when it is missing beside a store', async () => {
    const { token, again } = await homeWithToken()
    await rename(join(home, 'key'), join(home, '..', 'evergrant-test-key-aside'))
    try {
      const before = await picture()
      const ran = await serve()
      expect(ran.code).toBe(9)
      expect(ran.stderr).toMatch(/key/)
      expect(await picture()).toEqual(before)
    } finally {
      await rename(join(home, '..', 'evergrant-test-key-aside'), join(home, 'key'))
    }
    expect(await again()).toBe(token)
  })

  it('is refused when it is another one, and nothing is changed', async () => {
    const { token, again } = await homeWithToken()
    const right = await readFile(join(home, 'key'))
    const before = await picture()
    const ran = await serve({ EVERGRANT_KEY: randomBytes(32).toString('base64') })
    expect(ran.code).toBe(9)
    expect(ran.stderr).toMatch(/key/)
    expect(await picture()).toEqual(before)
    await writeFile(join(home, 'key'), 'this is no key\n')
    expect((await serve()).code).toBe(9)
    await writeFile(join(home, 'key'), right)
    expect(await again()).toBe(token)
  })
})

it('a port that is taken is named, with the way out', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const ran = await runEvergrant(['serve'], { home, port })
  other.close()
  expect([2, 9]).toContain(ran.code)
  expect(ran.stderr).toContain(String(port))
  expect(ran.stderr).toContain('EVERGRANT_LISTEN')
  expect(ran.stderr).not.toMatch(/\n\s+at /)
})

it('a second server on the same data directory is refused and the first is not disturbed', async () => {
  evergrant = await startEvergrant({ home })
  const ran = await serve()
  expect(ran.code).toBe(7)
  expect(ran.stderr).toContain(home)
  expect((await evergrant.request('/readyz')).status).toBe(200)
})

it('all faults of the configuration are told at once, each with its remedy', async () => {
  const ran = await serve({
    EVERGRANT_LISTEN: 'nonsense:99999',
    EVERGRANT_ADMIN_KEY: 'short',
    EVERGRANT_LOG: 'shout',
    EVERGRANT_LISTN: '127.0.0.1:1',
  })
  expect(ran.code).toBe(9)
  for (const name of ['EVERGRANT_LISTEN', 'EVERGRANT_ADMIN_KEY', 'EVERGRANT_LOG', 'EVERGRANT_LISTN']) {
    expect(ran.stderr).toContain(name)
  }
  expect(ran.stderr).not.toContain('short\n')
  await expect(readdir(join(home, 'evergrant.db'))).rejects.toThrow()
})

it('stops cleanly on SIGTERM and on SIGINT and leaves no socket behind', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    evergrant = await startEvergrant({ home })
    expect(await evergrant.kill(signal)).toBe(0)
    expect(await readdir(home)).not.toContain('evergrant.sock')
  }
})

it('starts over a socket that a killed server left behind', async () => {
  evergrant = await startEvergrant({ home })
  await evergrant.restart('SIGKILL')
  expect((await evergrant.request('/healthz')).status).toBe(200)
})

it('a definition of the user with faults is told by file and place, and the server starts without it', async () => {
  const providersDir = join(home, 'own')
  await mkdir(providersDir)
  await writeFile(join(providersDir, 'broken.yaml'), 'id: broken\nname: Broken\n')
  evergrant = await startEvergrant({ home: join(home, 'data'), providersDir })
  expect(evergrant.output.stdout + evergrant.output.stderr).toContain('broken.yaml')
})
