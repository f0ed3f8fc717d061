import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RehearseSettings, RunningRehearsal } from '../../src/cli/ports.ts'
import { openStage, type Stage } from './stage.ts'

const origin = 'http://127.0.0.1:7118'

/** A rehearsal that sees two requests and is then interrupted. */
function playing(interrupt: AbortController) {
  const asked: RehearseSettings[] = []
  let closed = 0
  async function rehearse(settings: RehearseSettings): Promise<RunningRehearsal> {
    asked.push(settings)
    setImmediate(() => {
      settings.watch({ method: 'GET', path: '/me', as: 'a job', status: 200, service: 'ledger' })
      settings.watch({ method: 'POST', path: '/token', as: 'token', status: 400, why: 'no code' })
      interrupt.abort()
    })
    const service = {
      id: 'ledger',
      name: 'Ledger Online',
      console: `${origin}/ledger/console`,
      definitionUrl: `${origin}/ledger/definition.json`,
      definition: { id: 'rehearsal-ledger' },
      clientId: 'rehearsal',
      clientSecret: 'rehearsal-secret',
      commands: (file: string) => [
        { way: 'person', label: 'A person', command: `connect with ${file}`, first: ['Get the key.'] },
      ],
    }
    return {
      origin,
      host: '127.0.0.1:7118',
      ids: ['books', 'ledger'],
      ...(settings.service !== undefined && { service }),
      close: async () => void (closed += 1),
    }
  }
  return { asked, rehearse, closed: () => closed }
}

let stage: Stage
let interrupt: AbortController
let played: ReturnType<typeof playing>
beforeEach(async () => {
  stage = await openStage()
  interrupt = new AbortController()
  played = playing(interrupt)
})
afterEach(() => stage.close())

const options = () => ({ interrupted: interrupt.signal, ports: { rehearse: played.rehearse } })

describe('rehearse', () => {
  it('prints the address, how to connect, and each request until it is interrupted', async () => {
    const { code, stdout, stderr } = await stage.run('rehearse rehearsal-ledger --speed 60', options())
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${origin}/\n` })
    expect(stderr).toContain('  export EVERGRANT_ALLOW_HOSTS=127.0.0.1:7118\n')
    expect(stderr).toContain(`  curl -s ${origin}/ledger/definition.json -o rehearsal-ledger.json\n`)
    expect(stderr).toContain('  A person:\n    Get the key.\n    connect with rehearsal-ledger.json\n')
    expect(stderr).toContain('12:00:00 GET /me: ledger a job, 200\n12:00:00 POST /token: token, 400 no code\n')
    expect(played.asked[0]).toMatchObject({ service: 'ledger', port: 7118, speed: 60, faults: [] })
    expect(played.closed()).toBe(1)
  })

  it('writes the definition, and never over another file', async () => {
    const file = join(stage.home, 'ledger.json')
    const ran = await stage.run(`rehearse ledger --out ${file}`, options())
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ id: 'rehearsal-ledger' })
    expect(ran.stderr).toContain(`connect with ${file}`)
    expect(ran.stderr).not.toContain('curl')
    const again = await stage.run(`rehearse ledger --out ${file}`, options())
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining(`--out: ${file} exists`) })
    expect(played.closed()).toBe(2)
  })

  it('gives facts and requests as JSON lines', async () => {
    const { stdout, stderr } = await stage.run('rehearse ledger --json --fault error_500:3 --fault slow', options())
    const lines = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(lines).toEqual([
      expect.objectContaining({ url: `${origin}/`, service: 'ledger', client_id: 'rehearsal' }),
      expect.objectContaining({ event: 'request', as: 'a job', status: 200 }),
      expect.objectContaining({ event: 'request', why: 'no code' }),
    ])
    expect(stderr).toBe('')
    expect(played.asked[0]?.faults).toEqual([
      { name: 'error_500', times: 3 },
      { name: 'slow', times: 1 },
    ])
  })

  it('plays all services where none is named, on the port that is said', async () => {
    const ran = await stage.run('rehearse --port 7200', options())
    expect(played.asked[0]).toMatchObject({ port: 7200 })
    expect(ran.stderr).toContain(`playing 2 services; each has its console, and how to connect it, at ${origin}/`)
  })

  it.each([
    ['rehearse --out file', '--out writes the definition of one service'],
    ['rehearse ledger --speed 0', '--speed 0: lifetimes would never pass'],
    ['rehearse ledger --fault slow:0', '--fault slow:0 is not NAME or NAME:TIMES'],
    ['rehearse ledger --port x', '--port takes a whole number'],
  ])('refuses %s before anything is played', async (line, problem) => {
    const ran = await stage.run(line, options())
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain(problem)
    expect(played.asked).toEqual([])
  })

  it('says which services and troubles there are', async () => {
    const unknown = await stage.program('rehearse nothing')
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no service "nothing"') })
    const trouble = await stage.program('rehearse --fault nothing')
    expect(trouble).toMatchObject({ code: 2, stderr: expect.stringContaining('error_500_having_acted') })
  })
})

it('keeps played services apart in `services`, and says where they are', async () => {
  const service = (id: string, category: string) => ({
    id,
    name: id,
    category,
    ways: [],
    confidence: 'high',
    checked: '2026-11-22',
    tried: 'never',
  })
  const services = [service('ledger', 'accounting'), service('rehearsal-ledger', 'rehearsal')]
  const listing = await openStage({ 'GET /v1/providers': { json: { services } } })
  await listing.listen()
  const plain = await listing.run('services')
  expect(plain.stdout).not.toContain('rehearsal-ledger')
  expect(plain.stderr).toContain('1 more to practise with: evergrant services rehearsal')
  const sought = await listing.run('services rehearsal-l')
  expect(sought.stdout).toContain('rehearsal-ledger')
  expect(sought.stderr).toBe('')
  await listing.close()
})
