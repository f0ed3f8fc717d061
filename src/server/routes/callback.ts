/**
 * The server's own redirect URI. A flow starts with its one-time link `/a/{id}`, which gives the browser a Lax cookie
 * and sends it to the authorization server; the answer is taken only from that browser. A `form_post` answer comes as a
 * cross-site POST without that cookie: it is parked and fetched by a GET, which carries it. Every ending is a redirect
 * to an address without code and state, with a page that tells what came of it (RFC 9700 sections 4.2.4 and 4.12).
 */
import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AuthorizationView } from '../../connections/connections.ts'
import { EvergrantError } from '../../errors.ts'
import { fragmentPage, resultPage } from '../../redirect/pages.ts'
import type { Page, PageResult } from '../../redirect/pages.ts'
import { relayPage } from '../../redirect/relay.ts'
import { digestOf } from '../keys.ts'
import { createParking } from '../parking.ts'
import { scrub } from '../problems.ts'
import type { RouteParts } from './parts.ts'

type Parameters = [string, string][]

const flowSeconds = 15 * 60
const parkedMs = 2 * 60_000
const resultMs = 10 * 60_000

export function callbackRoutes(
  app: FastifyInstance,
  { connections, audited, cookies, clock, randomBytes, log }: RouteParts,
): void {
  const answers = createParking<Parameters>(clock, randomBytes, parkedMs)
  const results = createParking<PageResult>(clock, randomBytes, resultMs)

  app.get<{ Params: { id: string } }>('/a/:id', async (request, reply) => {
    const { id } = request.params
    const name = cookies.flow(id)
    const word = request.cookies[name] ?? Buffer.from(randomBytes(32)).toString('base64url')
    try {
      const done = { action: 'openAuthorization', recording: 'counted' } as const
      const { authorizationUrl } = await audited.run(request, done, () => connections.openLink(id, digestOf(word)))
      cookies.set(reply, name, word, flowSeconds)
      return reply.redirect(authorizationUrl, 302)
    } catch (error) {
      return sendMade(reply, resultPage(resultOfError(error)))
    }
  })

  app.get('/oauth/callback', async (request, reply) => {
    const parameters = [...new URLSearchParams(queryOf(request))]
    return parameters.length === 0 ? sendMade(reply, fragmentPage()) : finish(parameters, request, reply)
  })
  app.post('/oauth/callback', async (request, reply) => {
    const parameters = [...new URLSearchParams(typeof request.body === 'string' ? request.body : '')]
    // What belongs to no flow is not kept.
    const flow = await flowOf(parameters).catch(resultOfError)
    if ('title' in flow) return end(flow, reply)
    return reply.redirect(`/oauth/callback/${answers.put(parameters)}`, 303)
  })
  app.get<{ Params: { ticket: string } }>('/oauth/callback/:ticket', async (request, reply) => {
    const parameters = answers.take(request.params.ticket)
    return parameters === undefined
      ? end(resultOfError(new EvergrantError('authorization_used')), reply)
      : finish(parameters, request, reply)
  })
  app.get('/oauth/done', async (request, reply) => {
    const result = results.look(new URLSearchParams(queryOf(request)).get('result') ?? '')
    return sendMade(reply, resultPage(result ?? { ok: true, title: 'This page has expired', lines: [closing] }))
  })
  app.get('/oauth/code', async (_, reply) => sendMade(reply, relayPage()))

  async function finish(parameters: Parameters, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const result = await complete(parameters, request).catch((error: unknown) => {
      if (error instanceof EvergrantError) {
        log.info({ request_id: request.id, code: error.code }, 'callback refused')
        return resultOfError(error)
      }
      // Even a defect must not leave the code in the address bar.
      log.error({ request_id: request.id, error: scrub(error) }, 'an unexpected fault')
      return resultOfError(new EvergrantError('internal', { detail: `look for ${request.id} in the log` }))
    })
    return end(result, reply)
  }

  async function complete(parameters: Parameters, request: FastifyRequest): Promise<PageResult> {
    const { id, startedBy } = await flowOf(parameters)
    const word = request.cookies[cookies.flow(id)]
    if (word === undefined || startedBy === undefined || !sameText(digestOf(word), startedBy)) {
      throw new EvergrantError('state_mismatch', {
        detail: 'this authorization was not started in this browser',
        remedy: 'open the link again in the browser that you finish in, or start again',
      })
    }
    const answer = { kind: 'parameters', parameters } as const
    const actor = { kind: 'callback', id } as const
    const done = { action: 'completeAuthorization', recording: 'first', actor } as const
    const work = () => connections.complete(id, answer, actor)
    return resultOf(await audited.run(request, done, work, ({ connection }) => ({ connection })))
  }

  async function flowOf(parameters: Parameters): Promise<{ id: string; startedBy?: string }> {
    const [state, ...more] = parameters.filter(([name]) => name === 'state').map(([, value]) => value)
    if (state === undefined || more.length > 0) {
      throw new EvergrantError('bad_callback', {
        detail: state === undefined ? 'the answer has no "state"' : 'the answer has "state" more than once',
      })
    }
    const flow = await connections.authorizationByState(state)
    if (flow === undefined)
      throw new EvergrantError('state_mismatch', { detail: 'the answer belongs to no authorization that is open' })
    return flow
  }

  function end(result: PageResult, reply: FastifyReply): FastifyReply {
    return reply.redirect(`/oauth/done?result=${results.put(result)}`, 303)
  }
}

const closing = 'You can close this window.'

/** What the person is told: success only after the exchange has worked. */
function resultOf({ connection, outcome }: AuthorizationView): PageResult {
  switch (outcome.kind) {
    case 'authorized':
      return {
        ok: true,
        title: `"${connection}" is authorized`,
        lines: [...(outcome.who === undefined ? [] : [`Connected as ${outcome.who}.`]), closing],
      }
    case 'code_received':
      return { ok: true, title: 'Code received', lines: [`Go on with "${connection}" in the wizard.`] }
    case 'failed': {
      const { code, words, cause, remedy } = outcome
      const lines = [
        `The authorization server answered ${code}${words === undefined ? '.' : `: ${words}`}`,
        cause,
        remedy,
      ]
      return {
        ok: false,
        title: `"${connection}" is not authorized`,
        lines: lines.filter((line) => line !== undefined),
      }
    }
    case 'expired':
    case 'waiting':
      return {
        ok: false,
        title: `"${connection}" is not authorized`,
        lines: ['The authorization has expired. Start again.'],
      }
  }
}

function resultOfError(error: unknown): PageResult {
  if (!(error instanceof EvergrantError)) throw error
  return {
    ok: false,
    title: sentence(error.row.title),
    lines: [`${sentence(error.message)}.`, `What to do: ${error.remedy}`],
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The query as it came, because duplicates must be seen. */
function queryOf(request: FastifyRequest): string {
  const url = request.raw.url ?? ''
  const at = url.indexOf('?')
  return at < 0 ? '' : url.slice(at + 1)
}

/** Compares two digests in constant time. */
function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

function sendMade(reply: FastifyReply, { status, headers, body }: Page): FastifyReply {
  return reply.code(status).headers(headers).send(body)
}
