/** A service of one's own: what a person says about it, and the definition that is made of that. */
import type { FieldOnWire, ProviderOnWire, WayOnWire } from '../../api/provider.ts'
import { EvergrantError, type Fault } from '../../errors.ts'
import { askChoice, askText } from '../asking.ts'
import type { Call } from '../command.ts'
import { canAsk } from '../io.ts'
import type { ClientAuth, CustomSettings } from '../ports.ts'
import type { Draft } from './draft.ts'

type Grant = CustomSettings['grant']
type Site = Pick<CustomSettings, 'grant' | 'tokenUrl' | 'authorizationUrl'>

const grants: Readonly<Record<Grant, string>> = {
  authorization_code: 'a person authorizes in the browser',
  client_credentials: 'the client alone, with id and secret',
  password: 'a user name and a password',
  jwt_bearer: 'an assertion signed with a key',
}

/** What is asked for a way of one's own; the catalogue's services say it themselves. */
const client: FieldOnWire[] = [
  { name: 'client_id', label: 'Client id', place: 'client' },
  { name: 'client_secret', label: 'Client secret', secret: true, place: 'client' },
]
const scopes: FieldOnWire = { name: 'scopes', label: 'Scopes', optional: true, place: 'scope' }
const fields: Readonly<Record<Grant, FieldOnWire[]>> = {
  authorization_code: [
    ...client,
    { name: 'redirect_uri', label: 'Redirect URI', optional: true, place: 'redirect' },
    scopes,
  ],
  client_credentials: [...client, scopes],
  password: [
    ...client,
    { name: 'user_name', label: 'User name', place: 'user' },
    { name: 'password', label: 'Password', secret: true, place: 'user' },
    scopes,
  ],
  jwt_bearer: [
    { name: 'client_id', label: 'Issuer of the assertion', place: 'client' },
    { name: 'key', label: 'Key', secret: true, place: 'client' },
    scopes,
  ],
}

/** Where a custom service is and how it lets in. What is missing is asked for on a terminal, and named elsewhere. */
export async function readCustom(call: Call, draft: Draft): Promise<{ settings: Site; missing: Fault[] }> {
  const { given, io } = call
  const asking = canAsk(io)
  let tokenUrl = given.text('token-url')
  let authorizationUrl = given.text('authorization-url')
  let grant = draft.grant === undefined ? undefined : readGrant(draft.grant)
  if (asking) {
    const choices = Object.entries(grants).map(([value, label]) => ({ value, label }))
    grant ??= authorizationUrl
      ? 'authorization_code'
      : readGrant(await askChoice(io, { message: 'how does the service let you in?' }, choices))
    if (grant === 'authorization_code') {
      authorizationUrl ??= await askText(io, {
        message: 'authorization URL',
        placeholder: 'https://service.example/authorize',
      })
    }
    tokenUrl ??= await askText(io, { message: 'token URL', placeholder: 'https://service.example/token' })
  }
  grant ??= authorizationUrl === undefined ? 'client_credentials' : 'authorization_code'
  const missing: Fault[] = []
  if (tokenUrl === undefined) missing.push({ path: '--token-url URL', problem: 'Token URL' })
  if (grant === 'authorization_code' && authorizationUrl === undefined) {
    missing.push({ path: '--authorization-url URL', problem: 'Authorization URL' })
  }
  const settings = { grant, tokenUrl: tokenUrl ?? '', ...(authorizationUrl === undefined ? {} : { authorizationUrl }) }
  return { settings, missing }
}

/** The definition, once the draft is complete. */
export async function makeDefinition(call: Call, settings: Site, draft: Draft): Promise<unknown> {
  const method = draft.client.method
  return call.ports.customDefinition({
    ...settings,
    ...(method === undefined ? {} : { clientAuth: [readMethod(method)] }),
    ...(draft.scopes === undefined ? {} : { scopes: draft.scopes }),
    day: new Date(call.io.now()).toISOString().slice(0, 10),
    allowHttp: true,
  })
}

const methods: readonly ClientAuth[] = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'query',
  'none',
]

function readMethod(text: string): ClientAuth {
  const method = methods.find((each) => each === text)
  if (method !== undefined) return method
  throw new EvergrantError('invalid_value', {
    detail: `--client-auth: there is no client authentication method "${text}"`,
    remedy: `use one of ${methods.join(', ')}`,
  })
}

/** The custom service in the shape in which the catalogue describes one. */
export function customService(
  grant: Grant,
): Pick<ProviderOnWire, 'id' | 'name' | 'traps' | 'console'> & { ways: CustomWay[] } {
  const auth = grant === 'jwt_bearer' ? ['none'] : methods.filter((method) => method !== 'query')
  const way = { name: grant, label: grants[grant], grant, client_auth: [...auth], fields: fields[grant] }
  return { id: 'custom', name: 'the custom service', traps: [], ways: [way] }
}

/** As much of a way as asking needs. */
export type CustomWay = Pick<WayOnWire, 'name' | 'label' | 'help' | 'grant' | 'client_auth' | 'fields' | 'scopes'>

function readGrant(text: string): Grant {
  if (Object.hasOwn(grants, text)) return text as Grant // its own keys
  throw new EvergrantError('unknown_way', {
    detail: `a custom service can be described by flags for the grants ${Object.keys(grants).join(', ')}, not "${text}"`,
    remedy: 'give a whole definition with --definition FILE',
  })
}
