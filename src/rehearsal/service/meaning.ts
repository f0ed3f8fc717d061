/** What the values of a request mean: the right client and person, signatures that hold, scopes that are known. */
import type { Provider } from '../../provider/provider.ts'
import { refusal, type Refusal } from '../ledger.ts'
import type { Stage } from './address.ts'
import { readClientAssertion, readWayAssertion, type Registered } from './assertions.ts'
import { idToken } from './answers.ts'
import type { Handed } from './handed.ts'
import { merge, type Captured } from './pattern.ts'
import type { Received } from './received.ts'
import { readScope } from './scope.ts'
import type { Shaped } from './shape.ts'
import { clientIdOf, known } from './sites.ts'

export type MeaningWorld = {
  provider: Provider
  handed: Handed
  stage: () => Stage
  /** The key behind a way's assertions: registered, or of the key file that was handed out. */
  registered: (ownKey: boolean) => Registered | undefined
  now: () => number
  /** Assertions that were used: each works once. */
  seen: Set<string>
}

const grantTypes: Readonly<Record<string, string>> = {
  jwt_bearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  device_code: 'urn:ietf:params:oauth:grant-type:device_code',
  token_exchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
}

/** Everything the request said, assertions included, or why it is refused. */
export async function meaningOf(
  shaped: Shaped,
  request: Received,
  world: MeaningWorld,
): Promise<Refusal | { captured: Captured; scope: string[] }> {
  const { site, proof } = shaped
  let { captured } = shaped
  const badClient = (says: string): Refusal => refusal('invalid_client', says, 401)

  if (proof?.method === 'user') {
    if (proof.id !== known.userName || proof.secret !== known.password)
      return refusal('invalid_grant', 'wrong user name or password')
  } else if (proof?.assertion !== undefined) {
    const read = await readClientAssertion(
      proof.assertion,
      site.client,
      world.stage().origin + request.path,
      captured,
      {
        stage: world.stage(),
        registered: world.registered(false),
        now: world.now(),
        symmetric: proof.method === 'client_secret_jwt',
      },
    )
    if ('problem' in read) return badClient(`the client assertion does not hold: ${read.problem}`)
    if (world.seen.has(proof.assertion)) return badClient('the client assertion was used before')
    world.seen.add(proof.assertion)
    captured = read.captured
  }
  const id = proof?.method === 'user' ? undefined : proof?.id
  const ids = [id, captured['client_id']].filter((one) => one !== undefined)
  if (ids.some((one) => one !== clientIdOf(site.client))) return badClient('no such client')
  const secrets = [proof?.method === 'user' ? undefined : proof?.secret, captured['client_secret']]
  if (secrets.some((one) => one !== undefined && !known.secrets.some((secret) => secret === one)))
    return badClient('wrong client secret')
  if (proof?.method === 'client_secret_basic' && proof.secret === undefined) return badClient('Basic cannot be read')

  const { assertion } = captured
  if (typeof assertion === 'string' && site.way.assertion) {
    const read = await readWayAssertion(assertion, site.way.assertion, site.client, captured, {
      stage: world.stage(),
      registered: world.registered(site.way.assertion.key !== undefined),
      now: world.now(),
    })
    if ('problem' in read) return refusal('invalid_grant', `the assertion does not hold: ${read.problem}`)
    const claimed = merge([read.captured, { client_id: clientIdOf(site.client) }])
    if (!claimed) return badClient('the assertion names another client')
    captured = read.captured
  }
  return valuesOf(shaped, captured, world)
}

function valuesOf(
  { site }: Shaped,
  captured: Captured,
  world: MeaningWorld,
): Refusal | { captured: Captured; scope: string[] } {
  const wrong = (name: string, wanted: string): boolean => captured[name] !== undefined && captured[name] !== wanted
  if (wrong('user_name', known.userName) || wrong('password', known.password))
    return refusal('invalid_grant', 'wrong user name or password')
  if (wrong('grant_type', grantTypes[site.way.grant] ?? site.way.grant))
    return refusal('unsupported_grant_type', 'another grant type is meant')
  if (wrong('id_token', idToken)) return refusal('invalid_grant', 'another id_token was given out')
  const all = { client_id: clientIdOf(site.client), client_secret: known.secrets[0], ...captured }
  for (const [name, value] of Object.entries(captured)) {
    const problem = world.handed.problem(name, String(value), all)
    if (problem !== undefined) return refusal('invalid_request', problem)
  }
  const scope = readScope(captured, site.scopes)
  return 'problem' in scope ? refusal('invalid_scope', scope.problem) : { captured, scope: scope.scope }
}
