import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { EvergrantError } from '../../errors.ts'
import { signInPath } from '../next.ts'
import { createPageFiles } from '../page-files.ts'
import { html, sendPage } from '../pages.ts'
import type { RouteParts } from './parts.ts'

/** The addresses of the pages; which page stands there, the pages say themselves (`web/src/router.tsx`). */
const addresses = [
  '/',
  '/connect',
  '/connect/*',
  '/connections/*',
  '/services',
  '/services/*',
  '/keys',
  '/activity',
  '/settings',
]

/** The names of files in there carry a digest of what is in them. */
const hashed = 'assets/'

/** The web pages: one document for signed-in people at every address, and the files it asks for. */
export function pageRoutes(app: FastifyInstance, { pagesDirectory, randomBytes, version }: RouteParts): void {
  const files = createPageFiles(pagesDirectory)

  app.get<{ Params: { '*': string } }>('/app/*', async (request, reply) => {
    const name = request.params['*']
    const file = await files.find(name, request.headers['accept-encoding'] ?? '')
    if (file === undefined) throw new EvergrantError('not_found')
    reply.headers({
      'cache-control': name.startsWith(hashed) ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: file.tag,
      vary: 'accept-encoding',
    })
    if (request.headers['if-none-match'] === file.tag) return reply.code(304).send()
    if (file.encoding !== undefined) reply.header('content-encoding', file.encoding)
    return reply.type(file.type).send(file.body)
  })

  const page = async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.caller?.kind !== 'session' && request.caller?.kind !== 'local')
      return reply.redirect(signInPath(request.url), 302)
    const document = await files.document()
    if (document === undefined) return sendPage(reply, 'Evergrant', notBuilt(version))
    const nonce = Buffer.from(randomBytes(18)).toString('base64url')
    return reply
      .headers({ 'content-security-policy': policy(nonce), 'referrer-policy': 'same-origin' })
      .type('text/html; charset=utf-8')
      .send(document.replaceAll('%NONCE%', nonce))
  }
  for (const address of addresses) app.get(address, page)
}

/** The pages load from here alone. Styles that scripts make carry the nonce; no script stands inline. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function notBuilt(version: string) {
  return html`<p>
      Evergrant ${version} is running; its web pages are not built in this working copy:
      <code>npm run build</code> makes them, then load this page again.
    </p>
    <p>The command line and the <a href="/docs">HTTP interface</a> work without them.</p>`
}
