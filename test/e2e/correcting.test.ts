/** A mistyped secret is corrected by the verb that took it. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startAuthorizationServer } from '../harness/authorization-server.ts'
import { startEvergrant } from '../harness/evergrant.ts'

it('a wrong client secret is corrected before and after the first token', async () => {
  const service = await startAuthorizationServer()
  const evergrant = await startEvergrant({ allow: [service.host] })
  const directory = await mkdtemp(join(tmpdir(), 'evergrant-test-'))
  const { id, secret } = service.clients.basic
  const file = async (text: string) => {
    const path = join(directory, 'secret')
    await writeFile(path, text)
    await chmod(path, 0o600)
    return path
  }
  const connect = async (text: string, more: string[] = []) =>
    evergrant.cli(['connect', 'custom', '--as', 'jobs', '--client-secret-file', await file(text), ...more])
  const fresh = ['--token-url', service.tokenUrl, '--client-id', id, '--grant', 'client_credentials']
  try {
    const mistyped = await connect('wrong', fresh)
    expect(mistyped.code).toBe(9)
    expect(await connect(secret ?? '')).toMatchObject({ code: 0, stdout: expect.stringContaining('authorized jobs') })

    const worse = await connect('wrong again')
    expect(worse).toMatchObject({ code: 9, stderr: expect.stringContaining('changed jobs: client secret') })
    const status = await evergrant.cli(['status', 'jobs'])
    expect(status).toMatchObject({ code: 9, stderr: expect.stringContaining('evergrant connect custom --as jobs') })
    const right = await connect(secret ?? '')
    expect(right).toMatchObject({ code: 0, stderr: expect.stringContaining('changed jobs: client secret') })
    expect((await evergrant.cli(['status', 'jobs'])).code).toBe(0)
  } finally {
    await evergrant.close()
    await service.close()
    await rm(directory, { recursive: true })
  }
})
