/** Requirement row H9: whatever a service or a definition is called, a page shows it as text. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { resultPage } from '../../src/redirect/pages.ts'
import { connectionViewOf, sameOrigin, servedToken, startKit } from '../server/kit.ts'

const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "'><iframe srcdoc='<script>alert(1)</script>'>",
  '</title><script>alert(1)</script>',
  '</style><script>alert(1)</script>',
  '<!--<script>alert(1)--></script>',
  '<a href="javascript:alert(1)">x</a>',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example">',
  '<form action="https://evil.example"><button>',
  '`<b onmouseover=alert(1)>`',
  '&lt;script&gt;<script>',
  '\u003cscript\u003e',
  '<scr\u0000ipt>alert(1)</scr\u0000ipt>',
]

/** What a browser would take for an element that is not one of ours. */
const strange =
  /<\s*\/?\s*(script|img|svg|iframe|base|object|embed|b\b|a href="javascript)|<meta http-equiv|action="https:/i

it('H9: what a service calls itself, its scopes, its client and its words are text on every page', async () => {
  await using kit = await startKit()
  const cookie = await kit.signIn()
  const headers = { cookie, ...sameOrigin, 'content-type': 'application/x-www-form-urlencoded' }
  let shown = 0
  for (const words of hostile) {
    const view = { ...connectionViewOf('books'), providerName: words, scopes: [words], client: { id: words } }
    kit.connections.stored.set('books', servedToken('books'))
    Object.assign(kit.connections, {
      get: async () => view,
      authorize: async () => ({
        id: 'x',
        connection: words,
        back: 'device',
        verificationUri: words,
        userCode: words,
        expiresAt: Date.now() + 60_000,
        outcome: { kind: 'waiting' },
      }),
    })
    const path = '/connections/books/authorize'
    const answers = [
      await kit.call({ method: 'GET', path, headers: { cookie } }),
      await kit.call({ method: 'POST', path, headers, body: '' }),
      await kit.call({
        method: 'GET',
        path: `/signin?token=${encodeURIComponent(words)}&next=${encodeURIComponent(words)}`,
      }),
      await kit.call({ method: 'GET', path: `/oauth/callback?error=${encodeURIComponent(words)}&state=x` }),
      await kit.call({ method: 'GET', path: `/a/${encodeURIComponent(words)}` }),
      resultPage({ ok: false, title: words, lines: [words, `said: ${words}`] }),
    ]
    for (const { body, headers: sent } of answers) {
      if (!String(sent['content-type']).startsWith('text/html')) continue
      shown++
      expect([words, strange.exec(body)?.[0]]).toEqual([words, undefined])
      expect(String(sent['content-security-policy'])).toContain("default-src 'none'")
    }
  }
  expect(shown).toBeGreaterThan(hostile.length * 4)
})

it('H9: the web pages make no markup of text', () => {
  const root = join(import.meta.dirname, '../../web/src')
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))
  expect(files.length).toBeGreaterThan(20)
  const unsafe =
    /dangerouslySetInnerHTML|\b(inner|outer)HTML\b|insertAdjacentHTML|document\.write|srcdoc|\beval\(|new Function/i
  expect(files.filter((name) => unsafe.test(readFileSync(join(root, name), 'utf8')))).toEqual([])
})

it('G2: the plain page says where a code goes, and warns of codes that somebody sent', async () => {
  await using kit = await startKit()
  const headers = {
    cookie: await kit.signIn(),
    ...sameOrigin,
    'content-type': 'application/x-www-form-urlencoded',
  }
  Object.assign(kit.connections, {
    authorize: async () => ({
      id: 'x',
      connection: 'books',
      back: 'device',
      verificationUri: 'https://ledger.example/device',
      userCode: 'ABCD-EFGH',
      expiresAt: Date.now() + 60_000,
      outcome: { kind: 'waiting' },
    }),
  })
  const { body } = await kit.call({ method: 'POST', path: '/connections/books/authorize', headers, body: '' })
  expect(body.replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ')).toContain(
    'Open https://ledger.example/device and enter ABCD-EFGH. Enter a code only if you asked for it yourself, never one that somebody sent you.',
  )
})
