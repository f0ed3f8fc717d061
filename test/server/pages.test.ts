import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sameOrigin, servedToken, startKit } from './kit.ts'

describe('a page of the server', () => {
  it.each(['/signin', '/docs', '/connections/books/authorize'])('%s is styled under its own policy', async (path) => {
    await using kit = await startKit()
    const page = await kit.call({ method: 'GET', path })
    const style = /<style>([^]*?)<\/style>/.exec(page.body)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(String(page.headers['content-security-policy'])).toContain(`'sha256-${hash}'`)
  })
})

describe('the page behind authorize_url', () => {
  const path = '/connections/books/authorize'

  it('asks a stranger to sign in and starts nothing', async () => {
    await using kit = await startKit()
    expect((await kit.call({ method: 'GET', path })).status).toBe(401)
    expect((await kit.call({ method: 'POST', path, headers: sameOrigin })).status).toBe(401)
    expect(kit.connections.calls).toEqual([])
  })

  it('says what will be authorized, and starts only when its button is pressed from this site', async () => {
    await using kit = await startKit()
    kit.connections.stored.set('books', servedToken('books'))
    const cookie = await kit.signIn()
    const shown = await kit.call({ method: 'GET', path, headers: { cookie } })
    expect(shown.status).toBe(200)
    expect(shown.body).toContain('<form method="post" action="/connections/books/authorize">')
    expect(kit.connections.calls).toEqual([])
    expect((await kit.call({ method: 'POST', path, headers: { cookie, origin: 'https://evil.example' } })).status).toBe(
      403,
    )
    const pressed = await kit.call({ method: 'POST', path, headers: { cookie, ...sameOrigin } })
    expect(pressed.headers['refresh']).toMatch(/^0;url=.*\/a\/[\w-]+$/)
  })
})
