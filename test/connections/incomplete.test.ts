import { afterEach, describe, expect, it } from 'vitest'
import { tokens, world, type World } from './harness.ts'

let here: World
afterEach(() => here.close())

const local = { kind: 'local' } as const
const account = '1234567_SB1'

async function make(inputs: Record<string, string>, key = 'generate') {
  return here.domain.connections.create(
    { name: 'ns', provider: 'netsuite', grant: 'machine', client: { id: 'X', key }, inputs },
    local,
  )
}
const token = async () => (await here.domain.connections.read('ns')).accessToken.open()

describe('a machine whose key is made here', () => {
  it('is stored before the service has given what belongs to the key, and works once that is there', async () => {
    here = await world()
    here.answer(() => tokens(1))
    const made = await make({})
    expect(made).toMatchObject({ state: 'pending', client: { certificate: expect.stringContaining('CERTIFICATE') } })
    await expect(token()).rejects.toMatchObject({
      code: 'missing_value',
      message: expect.stringContaining('certificate_id'),
    })

    await here.domain.connections.change('ns', { inputs: { account } }, local)
    await expect(token()).rejects.toMatchObject({ code: 'missing_value' })
    expect(here.requests).toHaveLength(0)

    const whole = await here.domain.connections.change('ns', { inputs: { certificate_id: 'abc' } }, local)
    expect(whole.client?.certificate).toBe(made.client?.certificate)
    expect(await token()).toBe('access-1')

    await expect(
      here.domain.connections.change('ns', { inputs: { certificate_id: null } }, local),
    ).rejects.toMatchObject({ code: 'missing_value' })
  })

  it('is refused at once where a value that is there does not fit', async () => {
    here = await world()
    await expect(make({ account: 'not a host' })).rejects.toMatchObject({ code: 'invalid_value' })
  })

  it('is refused at once with a key of its own, whose certificate is registered already', async () => {
    here = await world()
    const { generateKeyPairSync } = await import('node:crypto')
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    await expect(make({ account }, pem)).rejects.toMatchObject({
      code: 'missing_value',
      message: 'missing: certificate_id',
    })
  })
})
