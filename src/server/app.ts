/**
 * The routes behind the token read, in the order a request passes them: headers that every answer carries, the Host
 * check, who asks and whether they may, the route, and errors as problem documents.
 */
import cookie from '@fastify/cookie'
import fastify from 'fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger, RandomBytes } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import type { Audited } from './audited.ts'
import { admit, identify, seesCauses } from './callers.ts'
import type { Parts } from './callers.ts'
import { keyFrom } from './keys.ts'
import { isLocal } from './local.ts'
import type { Metrics } from './metrics.ts'
import { problemOf, refusalOf, scrub } from './problems.ts'

export type AppParts = Parts & {
  log: Logger
  metrics: Metrics
  audited: Audited
  randomBytes: RandomBytes
  securityHeaders: Readonly<Record<string, string>>
}

/** Probes come with the address of the machine as Host, and learn nothing that a stranger may not know. */
const anyHost = new Set(['/healthz', '/readyz'])

export async function createApp(parts: AppParts, routes: (app: FastifyInstance) => void): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    trustProxy: false,
    bodyLimit: 1024 * 1024,
    routerOptions: { maxParamLength: 200 },
    genReqId: () => Buffer.from(parts.randomBytes(9)).toString('base64url'),
    frameworkErrors: (error, request, reply) => void answerError(parts, error, request, reply),
  })
  await app.register(cookie)
  app.decorateRequest('caller')
  app.decorate('audited', parts.audited)
  readBodies(app)

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(parts.securityHeaders)
    reply.header('x-request-id', request.id)
    if (
      !isLocal(request.raw) &&
      !anyHost.has(request.routeOptions.url ?? '') &&
      !parts.hosts.answers(request.headers.host)
    ) {
      throw new EvergrantError('bad_host')
    }
    request.caller = await identify(request, parts)
    const route = request.routeOptions.config.route
    if (route !== undefined) admit(route, request.caller, nameIn(request.params), request, parts)
  })
  app.addHook('onResponse', async (request, reply) => {
    parts.metrics.answered(reply.statusCode)
    // The pattern, never the address as it came: queries carry codes and one-time words.
    parts.log.debug(
      {
        request_id: request.id,
        method: request.method,
        route: request.routeOptions.url ?? '(none)',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'answered',
    )
  })
  app.setErrorHandler((error, request, reply) => answerError(parts, error, request, reply))
  app.setNotFoundHandler((request, reply) => answerError(parts, new EvergrantError('not_found'), request, reply))
  routes(app)
  await app.ready()
  return app
}

/** An empty body is no body, whatever its type says; a form is left as text, for the two routes that read one. */
function readBodies(app: FastifyInstance): void {
  const json = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) =>
    body.length === 0 ? done(null, undefined) : json(request, body.toString(), done),
  )
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 16_384 },
    (_, body, done) => done(null, body),
  )
}

function nameIn(params: unknown): string | undefined {
  if (typeof params !== 'object' || params === null || !('name' in params)) return undefined
  return String(params.name)
}

function answerError(
  { log, metrics, audited, securityHeaders }: AppParts,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const refusal = error instanceof EvergrantError ? { error, status: undefined } : refusalOf(error)
  if (refusal === undefined) logDefect(log, error, request)
  const known = refusal?.error ?? new EvergrantError('internal')
  if (known.code === 'unauthenticated' && keyFrom(request.headers) !== undefined) metrics.counts.wrongKeys++
  audited.refused(request, known.code)
  const { body, headers } = problemOf(known, request.id, seesCauses(request.caller), refusal?.status)
  return reply
    .code(body.status)
    .headers({ ...securityHeaders, ...headers, 'x-request-id': request.id })
    .send(JSON.stringify(body))
}

function logDefect(log: Logger, error: unknown, request: FastifyRequest): void {
  log.error(
    {
      request_id: request.id,
      method: request.method,
      route: request.routeOptions.url ?? '(none)',
      error: scrub(error),
    },
    'an unexpected fault',
  )
}
