import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { contract } from '../../api/contract.ts'
import { EvergrantError } from '../../errors.ts'
import { sessionName } from '../callers.ts'
import { localPath } from '../next.ts'
import { html, sendPage } from '../pages.ts'
import type { Html } from '../pages.ts'
import { implement } from '../route.ts'
import type { Session } from '../sessions.ts'
import { seconds } from '../views.ts'
import type { RouteParts } from './parts.ts'

const weekSeconds = 7 * 24 * 3600

/** Signing in and out. A GET changes nothing: a link that is fetched by a mail scanner is not used up by it. */
export function sessionRoutes(app: FastifyInstance, parts: RouteParts): void {
  const { sessions, cookies, hosts, keys, signInTries, publicUrl, emit, audited } = parts

  async function signIn(
    given: { token: string } | { key: string },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Session> {
    if (!hosts.sameOrigin(request.headers)) throw new EvergrantError('bad_origin')
    signInTries.check(request.ip)
    const old = request.cookies[cookies.session]
    // Nobody holds the session before it is told that there is one.
    const by = 'token' in given ? 'link' : 'admin key'
    const { id, session } = await audited.run(
      request,
      { action: 'signIn', recording: 'after' },
      () => enter(given, request.ip),
      (entered) => ({ facts: { by, session: sessionName(entered.session.digest) } }),
    )
    if (old !== undefined) await sessions.end(old)
    cookies.set(reply, cookies.session, id, weekSeconds)
    emit('session.started', { by })
    return session
  }

  async function enter(given: { token: string } | { key: string }, address: string) {
    try {
      if ('token' in given) return await sessions.signIn(given.token)
      if (keys.isAdminKey(given.key)) return await sessions.start()
      throw new EvergrantError('unauthenticated', { detail: 'this is not the admin key' })
    } catch (error) {
      if (error instanceof EvergrantError && error.code === 'unauthenticated') signInTries.failed(address)
      throw error
    }
  }

  implement(app, contract.signIn, async ({ body, request, reply }) => {
    const session = await signIn(body, request, reply)
    return { signed_in_at: seconds(session.signedInAt), expires_at: seconds(session.expiresAt) }
  })
  implement(app, contract.signOut, async ({ caller, request, reply }) => {
    const id = request.cookies[cookies.session]
    if (caller?.kind === 'session' && id !== undefined) await sessions.end(id)
    cookies.clear(reply, cookies.session)
  })
  implement(app, contract.createSignInLink, async () => {
    const { token, expiresAt } = await sessions.makeLink()
    return { url: signInUrl(publicUrl, token), expires_at: seconds(expiresAt) }
  })

  app.get('/signin', async (request, reply) => {
    const { token, next } = request.query as { token?: unknown; next?: unknown }
    // Under `no-referrer` browsers send `Origin: null` with a form, and the Origin could not be checked.
    reply.header('referrer-policy', 'same-origin')
    return sendPage(reply, 'Sign in', signInForm(token, localPath(next)))
  })
  app.post('/signin', async (request, reply) => {
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '')
    const token = form.get('token')
    const given = token === null ? { key: form.get('key') ?? '' } : { token }
    try {
      await signIn(given, request, reply)
    } catch (error) {
      if (!(error instanceof EvergrantError)) throw error
      return sendPage(
        reply,
        'Not signed in',
        html`<p>${error.message}.</p>
          <p>${error.remedy}</p>`,
        error.row.status,
      )
    }
    return reply.redirect(localPath(form.get('next')), 303)
  })
}

export function signInUrl(publicUrl: string, token: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/signin?token=${token}`
}

function signInForm(token: unknown, next: string): Html {
  const goOn = html`<input type="hidden" name="next" value="${next}" />`
  if (typeof token === 'string' && token !== '') {
    return html`<p>This link signs this browser in. It works once.</p>
      <form method="post" action="/signin">
        <input type="hidden" name="token" value="${token}" />${goOn}<button>Sign in</button>
      </form>`
  }
  return html`<p>Run <code>evergrant signin</code> on the machine of the server for a link, or give the admin key.</p>
    <form method="post" action="/signin">
      ${goOn}
      <p>
        <label>Admin key <input type="password" name="key" autocomplete="current-password" required /></label>
      </p>
      <button>Sign in</button>
    </form>`
}
