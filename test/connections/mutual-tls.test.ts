import { afterEach, expect, it } from 'vitest'
import { makeCertificate } from '../oauth/certificate.ts'
import { service, tokens, world, type World } from './harness.ts'

const local = { kind: 'local' } as const
let here: World
afterEach(() => here.close())

async function start(method: string, override = {}) {
  const { certificate, privateKey } = await makeCertificate()
  here = await world({ override })
  here.answer(() => tokens(1))
  const definition = service()
  definition.client.auth = ['tls_client_auth', 'private_key_jwt']
  definition.client.key = { algs: ['ES256'] }
  await here.domain.connections.create(
    {
      name: 'bank',
      provider: 'custom',
      definition,
      grant: 'machine',
      client: { id: 'client', method, key: privateKey, certificate },
    },
    local,
  )
  await here.domain.connections.read('bank')
  return { certificate, privateKey, request: here.requests[0] }
}

it('a client that proves itself by its certificate shows it on the connection, and sends no secret', async () => {
  const { certificate, privateKey, request } = await start('tls_client_auth')
  expect(request?.transport?.certificate?.trim()).toBe(certificate.trim())
  expect(request?.transport?.key?.trim()).toBe(privateKey.trim())
  expect(request?.headers).not.toHaveProperty('authorization')
  expect(Object.fromEntries(request?.form ?? [])).toMatchObject({ client_id: 'client' })
  expect([...(request?.form.keys() ?? [])]).not.toContain('client_assertion')
})

it('one that signs keeps its certificate to itself; an authority of one’s own goes with every request', async () => {
  const { request } = await start('private_key_jwt', { ca: 'the authority' })
  expect(request?.transport).toEqual({ ca: 'the authority' })
})
