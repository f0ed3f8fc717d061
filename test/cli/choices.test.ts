/** Values that a service lists: asked on a terminal, named without one. */
import { afterEach, describe, expect, it } from 'vitest'
import { connection, ledger, openStage, problem, type Stage } from './stage.ts'

let stage: Stage
afterEach(() => stage.close())

const machine = { name: 'ledger', way: 'machine', grant: 'client_credentials', renewal: 'reissue' }
const open = { value: 'page', label: 'Page', optional: false }
const listed = {
  choices: [
    { value: '7', label: 'Seven' },
    { value: '8', label: 'Eight' },
  ],
}

async function playing(list: NonNullable<Parameters<typeof openStage>[0]>[string]) {
  const waiting = connection({ ...machine, to_choose: [open] })
  stage = await openStage({
    'GET /v1/providers/ledger': { json: ledger },
    'GET /v1/connections/ledger': ({ key }) =>
      stage.asked.some((one) => one.key === 'POST /v1/connections')
        ? { json: waiting }
        : problem('unknown_connection', { detail: key }),
    'POST /v1/connections': { status: 201, json: connection(machine) },
    'POST /v1/connections/ledger/issue': { json: { ok: true, connection: waiting } },
    'PATCH /v1/connections/ledger': { json: connection(machine) },
    'GET /v1/connections/ledger/choices/page': list,
  })
  await stage.listen()
}

const pin = () => stage.file('pin', 'canary-pin\n')
const connect = async () =>
  `connect ledger --as ledger --grant machine --input company=12345 --input-file api_pin=${await pin()} --client-id id-1 --scope read`
const env = { EVERGRANT_CLIENT_SECRET: 's' }
const changed = () => stage.asked.find(({ method }) => method === 'PATCH')?.body

describe('choices', () => {
  it('lists what a value can be, and how to choose', async () => {
    await playing({ json: { ...listed, current: '8' } })
    await stage.run(await connect(), { env })
    const ran = await stage.run('choices ledger page')
    expect(ran).toEqual({
      code: 0,
      stdout: 'PAGE  LABEL\n7     Seven\n8     Eight  current\n',
      stderr: 'next: evergrant connect ledger --as ledger --input page=VALUE\n',
    })
    expect(JSON.parse((await stage.run('choices ledger page --json')).stdout)).toEqual({ ...listed, current: '8' })
  })
})

describe('a value that is open after connecting', () => {
  it('is asked from the list on a terminal', async () => {
    await playing({ json: listed })
    const ran = await stage.run(await connect(), {
      env,
      person: async ({ sees, type }) => {
        await sees('Page')
        await sees('Eight')
        type('\u001B[B\r')
      },
    })
    expect(ran.code).toBe(0)
    expect(changed()).toEqual({ inputs: { page: '8' } })
  })

  it('is named without one, with how to list it', async () => {
    await playing({ json: listed })
    const { code, stderr } = await stage.run(await connect(), { env })
    expect(code).toBe(0)
    expect(stderr).toContain('still to be chosen: Page; `evergrant choices ledger page` lists them\n')
    expect(changed()).toBeUndefined()
  })

  it('spoils nothing where the service lists nothing', async () => {
    await playing(problem('provider_refused', { detail: 'no pages for you' }))
    const ran = await stage.run(await connect(), { env, person: ({ sees }) => sees('no pages for you') })
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('authorized ledger')
  })
})
