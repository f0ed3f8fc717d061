import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rehearsalClient, startRehearsal } from '../../src/rehearsal/index.ts'
import { connect, definitionFor, expecting, readToken, serviceOf } from '../harness/definition.ts'
import { runEvergrant, startEvergrant } from '../harness/evergrant.ts'
import { openStage, type Stage } from './stage.ts'

describe('adopt', () => {
  let stage: Stage
  beforeEach(async () => (stage = await openStage()))
  afterEach(() => stage.close())

  it('needs --yes where nobody can be asked, and says what it means', async () => {
    const { code, stderr } = await stage.run('adopt')
    expect(code).toBe(2)
    expect(stderr).toContain('only if it is the only copy in use')
    expect(stderr).toContain('hint: add --yes')
  })

  it('tells that there was nothing to adopt', async () => {
    const { code, stdout } = await stage.run('adopt --yes --json', { ports: { adopt: async () => 'own' } })
    expect([code, JSON.parse(stdout)]).toEqual([0, { adopted: false, database: join(stage.home, 'evergrant.db') }])
  })

  it('waits for nobody who holds the home', async () => {
    expect(await stage.run('adopt --yes', { ports: { adopt: async () => 'locked' } })).toMatchObject({ code: 7 })
  })

  it('is done where the database lies', async () => {
    const { code, stderr } = await stage.run('adopt --yes --server https://tokens.example.com')
    expect(code).toBe(2)
    expect(stderr).toContain('not through a server')
  })

  it('makes no database and no key', async () => {
    const ran = await runEvergrant(['adopt', '--yes'], { home: join(stage.home, 'new') })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('there is no database')
  })
})

it('a restored copy is opened by what its error recommends, with its tokens', async () => {
  const home = await mkdtemp(join(tmpdir(), 'evergrant-test-'))
  const copy = `${home}-copy`
  const service = await startRehearsal({ behaviour: { scopes: ['api.read'] } })
  const evergrant = await startEvergrant({ home, allow: [service.host] })
  try {
    const client = { ...rehearsalClient, method: 'client_secret_post' }
    await connect(evergrant, { name: 'kept', definition: definitionFor(serviceOf(service)), grant: 'machine', client })
    const token = expecting(200, await readToken(evergrant, 'kept')).access_token
    await evergrant.kill('SIGTERM')
    await cp(home, copy, { recursive: true })

    const closed = await runEvergrant(['token', 'kept'], { home: copy })
    expect([closed.code, closed.stderr]).toEqual([9, expect.stringContaining('`evergrant adopt`')])
    expect(await runEvergrant(['adopt', '--yes'], { home: copy })).toMatchObject({
      code: 0,
      stdout: `adopted ${join(copy, 'evergrant.db')}\n`,
    })
    expect(await runEvergrant(['token', 'kept'], { home: copy })).toMatchObject({ code: 0, stdout: `${token}\n` })
    expect(await runEvergrant(['adopt', '--yes'], { home: copy })).toMatchObject({
      stdout: expect.stringContaining('nothing to adopt'),
    })
  } finally {
    await evergrant.close()
    await service.close()
    for (const directory of [home, copy]) await rm(directory, { recursive: true, force: true })
  }
})
