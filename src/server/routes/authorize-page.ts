import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AuthorizationView, ConnectionView } from '../../connections/connections.ts'
import { EvergrantError } from '../../errors.ts'
import { resultPage } from '../../redirect/pages.ts'
import { signInPath } from '../next.ts'
import { html, sendPage, type Html } from '../pages.ts'
import type { RouteParts } from './parts.ts'

/**
 * Where `authorize_url` of a problem leads: one page that says what will be authorized, one button that starts it. The
 * wizard will stand at this address.
 */
export function authorizePageRoutes(app: FastifyInstance, { connections, audited, hosts }: RouteParts): void {
  app.get<{ Params: { name: string } }>('/connections/:name/authorize', async (request, reply) => {
    if (!signedIn(request)) return sendPage(reply, 'Sign in first', signInHint(request.url), 401)
    try {
      const connection = await connections.get(request.params.name)
      // Under `no-referrer` browsers send `Origin: null` with a form, and the Origin could not be checked.
      reply.header('referrer-policy', 'same-origin')
      return sendPage(reply, `Authorize ${connection.name}`, question(connection))
    } catch (error) {
      return sendFault(reply, error)
    }
  })
  app.post<{ Params: { name: string } }>('/connections/:name/authorize', async (request, reply) => {
    if (!signedIn(request)) return sendPage(reply, 'Sign in first', signInHint(request.url), 401)
    if (!hosts.sameOrigin(request.headers)) throw new EvergrantError('bad_origin')
    try {
      const done = { action: 'authorizeConnection', recording: 'first' } as const
      const start = () => connections.authorize(request.params.name, {}, { kind: 'session' })
      const started = await audited.run(request, done, start)
      const comesBack = started.back === 'callback' || started.back === 'loopback'
      // Not a redirect: browsers hold `form-action` against every address a form leads to, and this one leads away.
      if (started.url !== undefined && comesBack) reply.header('refresh', `0;url=${started.url}`)
      return sendPage(reply, `Authorize ${started.connection}`, comesBack ? onTheWay(started) : elsewhere(started))
    } catch (error) {
      return sendFault(reply, error)
    }
  })
}

function signedIn({ caller }: FastifyRequest): boolean {
  return caller?.kind === 'session' || caller?.kind === 'local'
}

function signInHint(wanted: string): Html {
  return html`<p>
    <a href="${signInPath(wanted)}">Sign in</a>, or run <code>evergrant signin</code> for a link; then open this address
    again.
  </p>`
}

function question({ name, providerName, client, scopes }: ConnectionView): Html {
  return html`<p>
      This sends the browser to ${providerName}, where you decide. Whoever is signed in there will be the one that is
      connected.
    </p>
    <dl>
      <dt>Service</dt>
      <dd>${providerName}</dd>
      <dt>Client</dt>
      <dd>${client?.id ?? 'none'}</dd>
      <dt>Scopes</dt>
      <dd>${scopes.length === 0 ? 'none' : scopes.join(' ')}</dd>
    </dl>
    <form method="post" action="/connections/${name}/authorize"><button>Authorize</button></form>`
}

function onTheWay({ url = '' }: AuthorizationView): Html {
  return html`<p>The service is being opened. If nothing happens: <a href="${url}" rel="noreferrer">open it</a>.</p>`
}

/** What cannot come back to this server by itself is finished on the command line. */
function elsewhere({ connection, url, verificationUri, userCode }: AuthorizationView): Html {
  if (userCode !== undefined && verificationUri !== undefined) {
    return html`<p>
      Open <a href="${verificationUri}" rel="noreferrer">${verificationUri}</a> and enter <code>${userCode}</code>.
      Enter a code only if you asked for it yourself, never one that somebody sent you.
    </p>`
  }
  return html`<p>
      The answer of this service does not come back here by itself. Run
      <code>evergrant authorize ${connection}</code> and paste the address the browser ends on.
    </p>
    ${url === undefined ? '' : html`<p><a href="${url}" rel="noreferrer">Open the service</a></p>`}`
}

function sendFault(reply: Parameters<typeof sendPage>[0], error: unknown) {
  if (!(error instanceof EvergrantError)) throw error
  const { status, headers, body } = resultPage({
    ok: false,
    title: error.row.title,
    lines: [error.message, error.remedy],
  })
  return reply
    .code(error.row.status ?? status)
    .headers(headers)
    .send(body)
}
