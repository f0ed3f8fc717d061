/** A service of one's own: what a person says about it, and the definition that is made of that. */
import type { FieldOnWire, ProviderOnWire, WayOnWire } from '../../api/provider.ts'
import { EvergrantError, type Fault } from '../../errors.ts'
import { askChoice, askText } from '../asking.ts'
import type { Call } from '../command.ts'
import { canAsk } from '../io.ts'
import { addressesOf, draftFrom } from '../definition-draft.ts'
import type { ClientAuth, CustomAddresses, CustomSettings } from '../ports.ts'
import type { Draft } from './draft.ts'
import { isImport } from './place.ts'

type Grant = CustomSettings['grant']
type Site = Pick<CustomSettings, 'grant' | 'tokenUrl'> & CustomAddresses

const grants: Readonly<Record<Grant, string>> = {
  authorization_code: 'a person authorizes in the browser',
  client_credentials: 'the client alone, with id and secret',
  password: 'a user name and a password',
  jwt_bearer: 'an assertion signed with a key',
  device_code: 'a person, with a code typed in on another device',
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
  device_code: [...client, scopes],
}

/**
 * From `--issuer` or `--from-curl`: the definition, and in the draft what a curl command already says. Undefined if the
 * service is described address by address.
 */
export async function readDrafted(call: Call, draft: Draft): Promise<CustomService | undefined> {
  const { given } = call
  const issuer = given.text('issuer')
  const curl = given.text('from-curl')
  if (issuer === undefined && curl === undefined) return undefined
  const { client, grant, scopes } = draft
  const drafted = await draftFrom(call, {
    source: issuer === undefined ? { curl: curl ?? '' } : { issuer },
    ...(draft.name === undefined ? {} : { name: draft.name }),
    ...(grant === undefined ? {} : { grant }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(client.method === undefined ? {} : { clientAuth: [client.method] }),
  })
  const checked = await call.client.call('checkProvider', { body: { definition: drafted.definition } })
  const faults = drafted.faults.length > 0 ? drafted.faults : checked.faults
  if (!checked.ok || faults.length > 0)
    throw new EvergrantError('invalid_definition', {
      detail: `${issuer === undefined ? 'the curl command' : issuer} does not say all that is needed`,
      remedy: 'give the rest by flags, or make a definition with `evergrant service new` and correct it',
      faults: faults.map(({ path, problem, remedy }) => ({ path, problem, ...(remedy ? { remedy } : {}) })),
    })
  draft.definition = drafted.definition
  prefill(draft, drafted.values, drafted.secrets)
  const { id = 'custom', name = 'the custom service', ways = [] } = checked
  return { id, name, traps: [], ways }
}

/** What was found goes where it was not given otherwise. */
function prefill(draft: Draft, values: Record<string, string>, secrets: Record<string, string>): void {
  const { client_id, user_name, redirect_uri, ...inputs } = values
  const { client_secret, password, refresh_token, ...secretInputs } = secrets
  const { client } = draft
  if (client_id !== undefined) client.id ??= client_id
  if (client_secret !== undefined && client.key === undefined) client.secret ??= client_secret
  if (user_name !== undefined) draft.user_name ??= user_name
  if (password !== undefined) draft.password ??= password
  if (redirect_uri !== undefined) draft.redirect_uri ??= redirect_uri
  if (refresh_token !== undefined && !isImport(draft)) draft.refresh_token = refresh_token
  draft.inputs = { ...inputs, ...secretInputs, ...draft.inputs }
}

/** Where a custom service is and how it lets in. What is missing is asked for on a terminal, and named elsewhere. */
export async function readCustom(call: Call, draft: Draft): Promise<{ settings: Site; missing: Fault[] }> {
  const { io } = call
  const asking = canAsk(io)
  const { tokenUrl: typed, ...addresses } = addressesOf(call)
  let tokenUrl = typed
  let grant = draft.grant === undefined ? undefined : readGrant(draft.grant)
  if (asking) {
    const choices = Object.entries(grants).map(([value, label]) => ({ value, label }))
    grant ??=
      likelyGrant(addresses) ?? readGrant(await askChoice(io, { message: 'how does the service let you in?' }, choices))
    if (grant === 'authorization_code') {
      addresses.authorizationUrl ??= await askText(io, {
        message: 'authorization URL',
        placeholder: 'https://service.example/authorize',
      })
    }
    if (grant === 'device_code') {
      addresses.deviceUrl ??= await askText(io, {
        message: 'address that gives device codes',
        placeholder: 'https://service.example/device',
      })
    }
    tokenUrl ??= await askText(io, { message: 'token URL', placeholder: 'https://service.example/token' })
  }
  grant ??= likelyGrant(addresses) ?? 'client_credentials'
  const missing: Fault[] = []
  if (tokenUrl === undefined) missing.push({ path: '--token-url URL', problem: 'Token URL' })
  if (grant === 'authorization_code' && addresses.authorizationUrl === undefined) {
    missing.push({ path: '--authorization-url URL', problem: 'Authorization URL' })
  }
  if (grant === 'device_code' && addresses.deviceUrl === undefined) {
    missing.push({ path: '--device-url URL', problem: 'Address that gives device codes' })
  }
  return { settings: { grant, tokenUrl: tokenUrl ?? '', ...addresses }, missing }
}

/** An address that only one grant has says which one is meant. */
function likelyGrant({ authorizationUrl, deviceUrl }: CustomAddresses): Grant | undefined {
  if (authorizationUrl !== undefined) return 'authorization_code'
  return deviceUrl === undefined ? undefined : 'device_code'
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
export function customService(grant: Grant): CustomService {
  const auth = grant === 'jwt_bearer' ? ['none'] : methods.filter((method) => method !== 'query')
  const way = { name: grant, label: grants[grant], grant, client_auth: [...auth], fields: fields[grant] }
  return { id: 'custom', name: 'the custom service', traps: [], ways: [way] }
}

/** As much of a service as asking needs. */
export type CustomService = Pick<ProviderOnWire, 'id' | 'name' | 'traps' | 'console'> & { ways: CustomWay[] }

/** As much of a way as asking needs. */
export type CustomWay = Pick<WayOnWire, 'name' | 'label' | 'help' | 'grant' | 'client_auth' | 'fields' | 'scopes'> &
  Partial<Pick<WayOnWire, 'ways_back'>>

function readGrant(text: string): Grant {
  if (Object.hasOwn(grants, text)) return text as Grant // its own keys
  throw new EvergrantError('unknown_way', {
    detail: `a custom service can be described by flags for the grants ${Object.keys(grants).join(', ')}, not "${text}"`,
    remedy: 'give a whole definition with --definition FILE',
  })
}
