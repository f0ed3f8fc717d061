/** The token endpoint of the rehearsal: one function a grant. */
import { createPublicKey } from 'node:crypto'
import { decodeJwt, jwtVerify } from 'jose'
import type { Behaviour, RehearsedClient } from './behaviour.ts'
import { longestAssertionSeconds, type Asked, type Authenticate } from './client-authentication.ts'
import { refusal, type Ledger, type Refusal, type Subject, type Tokens } from './ledger.ts'

export type Answer = {
  status: number
  /** An object, or a list where a service answers with one. */
  body: Record<string, unknown> | unknown[]
  headers?: Readonly<Record<string, string>>
  /** How it is written; JSON if absent. `text` brings its own. */
  as?: 'json' | 'form' | 'text' | 'nothing'
  text?: string
}

type World = {
  behaviour: () => Behaviour
  ledger: Ledger
  authenticate: Authenticate
  now: () => number
  audiences: () => readonly string[]
}

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

export function createTokenEndpoint(world: World): (asked: Asked) => Promise<Answer> {
  const { behaviour, ledger, authenticate } = world
  const usedAssertions = new Set<string>()

  const scopeOf = (asked: Asked): readonly string[] | Refusal => {
    const named = (asked.form.get('scope') ?? '').split(' ').filter(Boolean)
    const unknown = named.filter((scope) => !behaviour().scopes.includes(scope))
    if (unknown.length > 0) return refusal('invalid_scope', 'a scope that this server does not know')
    return named.length > 0 ? named : behaviour().scopes.slice(0, 1)
  }

  const grants: Record<string, (asked: Asked, client: RehearsedClient) => Tokens | Refusal> = {
    authorization_code: ({ form }, client) =>
      ledger.redeem(
        form.get('code') ?? '',
        {
          clientId: client.id,
          redirectUri: form.get('redirect_uri') ?? '',
          ...(form.has('code_verifier') && { verifier: form.get('code_verifier')! }),
        },
        behaviour().refresh.with.includes('authorization_code'),
      ),

    refresh_token: ({ form }, client) => ledger.refresh(form.get('refresh_token') ?? '', client.id),

    client_credentials: (asked, client) => {
      if (client.methods.includes('none')) return refusal('unauthorized_client', 'only for confidential clients')
      return issueFor(asked, { clientId: client.id, who: client.id }, false)
    },

    password: (asked, client) => {
      const [name, password] = [asked.form.get('username'), asked.form.get('password')]
      const person = behaviour().people.find((one) => one.name === name && one.password === password)
      if (!person) return refusal('invalid_grant', 'wrong user name or password')
      return issueFor(asked, { clientId: client.id, who: person.name }, behaviour().refresh.with.includes('password'))
    },
  }

  function issueFor(asked: Asked, who: Omit<Subject, 'scope'>, withRefreshToken: boolean): Tokens | Refusal {
    const scope = scopeOf(asked)
    return 'error' in scope ? scope : ledger.issue({ ...who, scope }, withRefreshToken)
  }

  /** RFC 7523 section 2.1: the assertion is the grant, and no client need authenticate. */
  async function byAssertion(asked: Asked): Promise<Tokens | Refusal> {
    const assertion = asked.form.get('assertion') ?? ''
    try {
      const issuer = behaviour().assertionIssuers.find((one) => one.issuer === decodeJwt(assertion).iss)
      if (!issuer) return refusal('invalid_grant', 'nobody known issued the assertion')
      const { payload } = await jwtVerify(assertion, createPublicKey(issuer.publicKey), {
        audience: [...world.audiences()],
        requiredClaims: ['exp', 'iat'],
        currentDate: new Date(world.now()),
      })
      if (payload.exp! * 1000 > world.now() + longestAssertionSeconds * 1000) {
        return refusal('invalid_grant', 'the assertion lives too long')
      }
      if (usedAssertions.has(assertion)) return refusal('invalid_grant', 'the assertion was used before')
      usedAssertions.add(assertion)
      return issueFor(asked, { clientId: issuer.issuer, who: payload.sub ?? issuer.issuer }, false)
    } catch {
      return refusal('invalid_grant', 'the assertion does not hold')
    }
  }

  async function decide(asked: Asked): Promise<Tokens | Refusal> {
    const { exchange } = behaviour()
    const name = asked.form.get('grant_type') ?? asked.query.get('grant_type') ?? ''
    if (name === jwtBearer) return byAssertion(asked)
    const isExchange = exchange !== undefined && name === exchange.grantType
    if (asked.method === 'GET' && !isExchange) return refusal('invalid_request', 'send a POST', 405)
    if (!isExchange && !Object.hasOwn(grants, name)) return refusal('unsupported_grant_type', 'no such grant')
    const client = await authenticate(asked)
    if ('error' in client) return client
    if (isExchange) return ledger.exchange(asked.query.get(exchange.parameter) ?? '', client.id)
    return grants[name]!(asked, client)
  }

  return async (asked) => {
    const outcome = await decide(asked)
    return 'error' in outcome ? plainRefusal(outcome) : { status: 200, body: toBody(outcome) }
  }
}

/** RFC 6749 section 5.2. */
export function plainRefusal({ status, error, description }: Refusal): Answer {
  return { status, body: { error, error_description: description } }
}

/** RFC 6749 section 5.1. */
function toBody(tokens: Tokens): Record<string, unknown> {
  return {
    access_token: tokens.accessToken,
    token_type: 'Bearer',
    expires_in: tokens.expiresIn,
    ...(tokens.refreshToken !== undefined && { refresh_token: tokens.refreshToken }),
    scope: tokens.subject.scope.join(' '),
  }
}
