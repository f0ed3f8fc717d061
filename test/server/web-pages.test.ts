import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localPath } from '../../src/server/next.ts'
import { createPageFiles } from '../../src/server/page-files.ts'
import { sameOrigin, startKit } from './kit.ts'

const document = '<!doctype html><meta name="csp-nonce" content="%NONCE%" /><title>Evergrant</title>'
const script = 'console.log("pages");'.repeat(100)

let pagesDirectory = ''
beforeAll(async () => {
  pagesDirectory = join(await mkdtemp(join(tmpdir(), 'evergrant-pages-')), 'web')
  await mkdir(join(pagesDirectory, 'assets'), { recursive: true })
  await writeFile(join(pagesDirectory, 'index.html'), document)
  await writeFile(join(pagesDirectory, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  await writeFile(join(pagesDirectory, 'assets/index-AbC_1-2.js'), script)
  await writeFile(join(pagesDirectory, '../outside.js'), 'secret')
})
afterAll(() => rm(join(pagesDirectory, '..'), { recursive: true, force: true }))

const start = () => startKit({ pagesDirectory })

describe('the pages', () => {
  it('stand at every address of theirs, each time with another nonce that the policy names', async () => {
    await using kit = await start()
    const cookie = await kit.signIn()
    const nonces = new Set<string>()
    const paths = ['/', '/?state=failing', '/connect', '/connect/d1', '/connections/books', '/connections/books/x/y']
    const more = ['/services', '/services/xero', '/keys', '/activity', '/settings']
    for (const path of [...paths, ...more]) {
      const page = await kit.call({ method: 'GET', path, headers: { cookie } })
      const nonce = /content="([\w-]{24})"/.exec(page.body)?.[1] ?? 'none'
      expect([path, page.status, page.headers['content-type']]).toEqual([path, 200, 'text/html; charset=utf-8'])
      expect(page.headers['content-security-policy']).toBe(
        `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      )
      expect(page.headers['cache-control']).toBe('no-store')
      nonces.add(nonce)
    }
    expect(nonces.size).toBe(paths.length + more.length)
  })

  it('leave the form behind authorize_url where it is', async () => {
    await using kit = await start()
    const page = await kit.call({ method: 'GET', path: '/connections/books/authorize' })
    expect([page.status, page.body.includes('/signin?next=%2Fconnections%2Fbooks%2Fauthorize')]).toEqual([401, true])
  })

  it('are for signed-in people: anybody else is sent to sign in, and a key is no person', async () => {
    await using kit = await start()
    const { key } = await kit.key(['admin'], ['*'])
    for (const headers of [{}, { cookie: 'evergrant_session=nonsense' }, { authorization: `Bearer ${key}` }]) {
      const sent = await kit.call({ method: 'GET', path: '/connections/books?tab=token', headers })
      expect([sent.status, sent.headers['location']]).toEqual([
        302,
        '/signin?next=%2Fconnections%2Fbooks%3Ftab%3Dtoken',
      ])
      expect(sent.body).not.toContain('csp-nonce')
    }
    expect((await kit.call({ method: 'GET', path: '/' })).headers['location']).toBe('/signin')
  })

  it('say how they are built where they are not', async () => {
    await using kit = await startKit()
    const page = await kit.call({ method: 'GET', path: '/', headers: { cookie: await kit.signIn() } })
    expect([page.status, page.body.includes('<code>npm run build</code>')]).toEqual([200, true])
  })
})

describe('a file of the pages', () => {
  const get = async (path: string, encoding = '') => {
    await using kit = await start()
    return await kit.call({ method: 'GET', path, headers: { 'accept-encoding': encoding } })
  }

  it('is kept by browsers for a year if its name tells its content, else asked about each time', async () => {
    const asset = await get('/app/assets/index-AbC_1-2.js')
    expect(asset.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
    })
    expect(asset.body).toBe(script)
    const icon = await get('/app/icon.svg')
    expect(icon.headers).toMatchObject({ 'content-type': 'image/svg+xml', 'cache-control': 'no-cache' })
    await using kit = await start()
    const known = { 'if-none-match': String(icon.headers['etag']) }
    const again = await kit.call({ method: 'GET', path: '/app/icon.svg', headers: known })
    expect([again.status, again.body]).toEqual([304, ''])
  })

  it('is none for a document, a directory, or a path that leads out', async () => {
    for (const path of [
      '/app/index.html',
      '/app/assets',
      '/app/',
      '/app/assets/none.js',
      '/app/../outside.js',
      '/app/%2e%2e/outside.js',
      '/app/..%2foutside.js',
      '/app/assets/..%2f..%2foutside.js',
      '/app/%2fetc%2fpasswd',
      '/app/assets%5c..%5c..%5coutside.js',
    ]) {
      const answer = await get(path)
      expect([path, answer.status]).toEqual([path, 404])
    }
  })

  it('comes in the best encoding the browser takes, and is compressed once', async () => {
    const files = createPageFiles(pagesDirectory)
    const name = 'assets/index-AbC_1-2.js'
    const brotli = await files.find(name, 'gzip, deflate, br, zstd')
    expect(brotli?.encoding).toBe('br')
    expect(brotliDecompressSync(brotli!.body).toString()).toBe(script)
    expect(await files.find(name, 'br')).toBe(brotli)
    const zipped = await files.find(name, 'gzip, br;q=0')
    expect(zipped?.encoding).toBe('gzip')
    expect(gunzipSync(zipped!.body).toString()).toBe(script)
    expect((await files.find(name, ''))?.encoding).toBeUndefined()
  })

  it('is read again after it was built anew', async () => {
    const files = createPageFiles(pagesDirectory)
    await writeFile(join(pagesDirectory, 'scheme.js'), 'one')
    expect((await files.find('scheme.js', ''))?.body.toString()).toBe('one')
    await writeFile(join(pagesDirectory, 'scheme.js'), 'second')
    expect((await files.find('scheme.js', ''))?.body.toString()).toBe('second')
  })
})

describe('the way back after signing in', () => {
  const hostile = [
    'https://evil.example/',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    'javascript:alert(1)',
    ' /connect',
    'connect',
    '',
    '/signin?next=/',
    `/${'a'.repeat(3000)}`,
    undefined,
    ['/connect'],
  ]
  it.each(hostile.map((given) => [given]))('is never %j', (given) => {
    expect(localPath(given)).toBe('/')
  })

  it('is where the person wanted to go', async () => {
    await using kit = await start()
    const wanted = '/connect?service=xero&from="<b>'
    const sent = await kit.call({ method: 'GET', path: '/connect?service=xero&from=%22%3Cb%3E' })
    const form = await kit.call({ method: 'GET', path: String(sent.headers['location']) })
    const next = /name="next" value="([^"]*)"/.exec(form.body)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect(next).toBe(encodeURI(wanted))
    const signIn = async (goOn: string) => {
      const token = new URL(await kit.server.signInLink()).searchParams.get('token') ?? ''
      return await kit.call({
        method: 'POST',
        path: '/signin',
        headers: { ...sameOrigin, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ token, next: goOn }).toString(),
      })
    }
    const entered = await signIn(next)
    expect([entered.status, entered.headers['location']]).toEqual([303, encodeURI(wanted)])
    expect((await signIn('//evil.example')).headers['location']).toBe('/')
  })
})
