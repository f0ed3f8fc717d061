/** Who asks: strict about how a client proves itself, because lenient servers hide mistakes of the one who rehearses. */
import { createPublicKey } from 'node:crypto'
import { decodeJwt, jwtVerify } from 'jose'
import type { AuthenticationMethod, Behaviour, RehearsedClient } from './behaviour.ts'
import { refusal, type Refusal } from './ledger.ts'

/** A request to an endpoint that clients call, read. */
export type Asked = {
  method: string
  headers: Readonly<Record<string, string | undefined>>
  query: URLSearchParams
  form: URLSearchParams
}

type Shown = { method: AuthenticationMethod; id: string; secret?: string; assertion?: string }

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** At most this long may an assertion live. */
export const longestAssertionSeconds = 3600

export type Authenticate = (asked: Asked) => Promise<RehearsedClient | Refusal>

/** `audiences` are the names this server goes by. Assertion ids are remembered: each works once. */
export function createClientAuthentication(
  behaviour: () => Behaviour,
  now: () => number,
  audiences: () => readonly string[],
): Authenticate {
  const seen = new Set<string>()
  const invalidClient = (description: string): Refusal => refusal('invalid_client', description, 401)

  return async (asked) => {
    const shown = readShown(asked, behaviour())
    if (shown.length !== 1) {
      return shown.length === 0
        ? invalidClient('no client authentication')
        : refusal('invalid_request', 'more than one client authentication') // RFC 6749 section 2.3
    }
    const { method, id, secret, assertion } = shown[0]!
    const client = behaviour().clients.find((one) => one.id === id)
    if (!client) return invalidClient('no such client')
    if (!client.methods.includes(method)) return invalidClient(`this client may not use ${method}`)
    if (assertion !== undefined) {
      return (await assertionHolds(client, method, assertion)) ? client : invalidClient('the assertion does not hold')
    }
    if (method === 'none' || secret === client.secret) return client
    return invalidClient('wrong client secret')
  }

  /** RFC 7523 section 3. */
  async function assertionHolds(client: RehearsedClient, method: string, assertion: string): Promise<boolean> {
    const byKey = method === 'private_key_jwt'
    const material = byKey ? client.publicKey : client.secret
    if (!material) return false
    const key = byKey ? createPublicKey(material) : new TextEncoder().encode(material)
    try {
      const { payload } = await jwtVerify(assertion, key, {
        issuer: client.id,
        subject: client.id,
        audience: [...audiences()],
        requiredClaims: ['exp', 'jti'],
        currentDate: new Date(now()),
      })
      const fresh = !seen.has(payload.jti!) && payload.exp! * 1000 <= now() + longestAssertionSeconds * 1000
      seen.add(payload.jti!)
      return fresh
    } catch {
      return false
    }
  }
}

/** Every client authentication that stands in the request. */
function readShown(asked: Asked, { names, clients }: Behaviour): Shown[] {
  const shown: Shown[] = []
  const basic = /^Basic (.+)$/i.exec(asked.headers.authorization ?? '')?.[1]
  if (basic) {
    const text = Buffer.from(basic, 'base64').toString()
    const [id, secret] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)]
    const raw = clients.some((client) => client.id === id && client.rawBasic)
    shown.push({
      method: 'client_secret_basic',
      id: raw ? id : decodeForm(id),
      secret: raw ? secret : decodeForm(secret),
    })
  }
  const assertion = asked.form.get('client_assertion')
  if (assertion && asked.form.get('client_assertion_type') === assertionType) {
    const [header = ''] = assertion.split('.')
    const symmetric = Buffer.from(header, 'base64url').toString().includes('"HS')
    shown.push({ method: symmetric ? 'client_secret_jwt' : 'private_key_jwt', id: subjectOf(assertion), assertion })
  }
  const places = [
    { parameters: asked.form, method: 'client_secret_post' },
    { parameters: asked.query, method: 'query' },
  ] as const
  for (const { parameters, method } of places) {
    const secret = parameters.get(names.clientSecret)
    if (secret !== null) shown.push({ method, id: parameters.get(names.clientId) ?? '', secret })
  }
  const alone = asked.form.get(names.clientId) ?? asked.query.get(names.clientId)
  if (shown.length === 0 && alone !== null) shown.push({ method: 'none', id: alone })
  return shown
}

/** application/x-www-form-urlencoded, as RFC 6749 section 2.3.1 asks for inside Basic. */
export function decodeForm(text: string): string {
  return new URLSearchParams(`v=${text.replaceAll('&', '%26')}`).get('v') ?? ''
}

function subjectOf(assertion: string): string {
  try {
    return decodeJwt(assertion).sub ?? ''
  } catch {
    return ''
  }
}
