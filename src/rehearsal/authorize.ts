/** The authorization endpoint of the rehearsal (RFC 6749 section 4.1.1): checks, consent, the way back. */
import type { RandomBytes } from '../deps.ts'
import type { Behaviour, RehearsedClient } from './behaviour.ts'
import type { Ledger } from './ledger.ts'
import { consentPage, goBack, page, type Shown } from './pages.ts'

type Request = {
  client: RehearsedClient
  redirectUri: string
  state: string | null
  scope: string[]
  challenge?: string
}

export function createAuthorizationEndpoint(world: {
  behaviour: () => Behaviour
  ledger: Ledger
  randomBytes: RandomBytes
  origin: () => string
}) {
  const waiting = new Map<string, Request>()
  const { behaviour, ledger } = world

  /** Errors before the redirect URI is known to be good are shown, never sent to it (RFC 6749 section 4.1.2.1). */
  function open(query: URLSearchParams): Shown {
    const client = behaviour().clients.find((one) => one.id === query.get(behaviour().names.clientId))
    if (!client) return page(400, 'Unknown client', 'No client of this id is registered here.')
    const redirectUri = query.get('redirect_uri') ?? ''
    if (!client.redirectUris.some((registered) => matches(registered, redirectUri))) {
      return page(400, 'Redirect URI not registered', `${redirectUri} is not among the redirect URIs of this client.`)
    }
    const request: Request = {
      client,
      redirectUri,
      state: query.get('state'),
      scope: (query.get('scope') ?? behaviour().scopes[0] ?? '').split(' ').filter(Boolean),
      ...(query.has('code_challenge') && { challenge: query.get('code_challenge')! }),
    }
    const fault = faultOf(query, request)
    if (fault) return back(request, fault)
    if (behaviour().authorize.consent !== 'page') return decide(request, behaviour().authorize.consent === 'automatic')
    const id = Buffer.from(world.randomBytes(16)).toString('base64url')
    waiting.set(id, request)
    const asking = {
      service: 'Rehearsal service',
      who: behaviour().people[0]?.name ?? 'somebody',
      client: client.id,
      scopes: request.scope.map((scope) => [scope, undefined] as const),
      back: URL.parse(redirectUri)?.origin ?? redirectUri,
    }
    return consentPage(asking, '/authorize', id)
  }

  function faultOf(query: URLSearchParams, request: Request): Record<string, string> | undefined {
    if (query.get('response_type') !== 'code') return { error: 'unsupported_response_type' }
    if (request.scope.some((scope) => !behaviour().scopes.includes(scope))) return { error: 'invalid_scope' }
    const wanted = behaviour().authorize.pkce === 'required' || request.client.methods.includes('none')
    if (request.challenge === undefined) {
      return wanted ? { error: 'invalid_request', error_description: 'code_challenge is required' } : undefined
    }
    if (query.get('code_challenge_method') === 'S256') return undefined
    return { error: 'invalid_request', error_description: 'code_challenge_method must be S256' }
  }

  function decide(request: Request, allowed: boolean): Shown {
    if (!allowed) return back(request, { error: 'access_denied', error_description: 'the person said no' })
    const { client, redirectUri, scope, challenge } = request
    const who = behaviour().people[0]?.name ?? 'somebody'
    const code = ledger.giveCode({
      clientId: client.id,
      who,
      scope,
      redirectUri,
      ...(challenge !== undefined && { challenge }),
    })
    return back(request, { code, ...behaviour().authorize.adds })
  }

  function back(request: Request, answer: Record<string, string>): Shown {
    const { mode, sendsIssuer } = behaviour().authorize
    const fields = new URLSearchParams({
      ...answer,
      ...(request.state !== null && { state: request.state }),
      ...(sendsIssuer && { iss: world.origin() }),
    })
    return goBack(request.redirectUri, fields, mode)
  }

  return {
    open,
    /** The button of the consent page. */
    answer(form: URLSearchParams): Shown {
      const id = form.get('request') ?? ''
      const request = waiting.get(id)
      waiting.delete(id)
      if (!request) return page(400, 'Already answered', 'This page was answered before. Start again.')
      return decide(request, form.get('answer') === 'allow')
    },
  }
}

/** A registered loopback URI without a port goes with any port (RFC 8252 section 7.3). */
function matches(registered: string, asked: string): boolean {
  if (registered === asked) return true
  const loopback = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(?=\/|$)/
  return (
    loopback.test(registered) &&
    asked.replace(/^(http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])):\d+/, '$1') === registered
  )
}
