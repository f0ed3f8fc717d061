/**
 * A definition to begin with: from a server's metadata, a pasted curl command, another definition, or a handful of
 * settings. Nothing is kept. A draft may have faults; they say what is still to be given.
 */
import type { Fetch } from '../deps.ts'
import { EvergrantError, type Fault } from '../errors.ts'
import { discover } from '../oauth/discovery.ts'
import { changesBetween, difference, mergePatch, withoutOrigin, type Change } from './apply.ts'
import { draftFromCurl } from './curl.ts'
import { definitionFromMetadata, draftDefinition, type CustomSettings } from './custom.ts'
import type { GrantName, Provider } from './provider.ts'
import type { Parsed } from './schema.ts'

/** Settings beside a source complete it: a curl command has no authorization URL. */
export type DraftRequest = {
  source: { issuer: string } | { curl: string } | { copy: string; overrides?: unknown } | { settings: true }
  id?: string
  name?: string
  settings?: Partial<Omit<CustomSettings, 'id' | 'name' | 'day' | 'allowHttp'>>
}

export type Draft = {
  definition: unknown
  /** For a copy: what differs from what was copied. */
  difference?: { patch: unknown; changes: Change[] }
  /** Found in a curl command and not secret. */
  values: Record<string, string>
  /** Names of the secrets that were found; they stay where they were. */
  secrets: string[]
  faults: Fault[]
  warnings: string[]
}

export type DraftParts = {
  fetch?: Fetch | undefined
  get(id: string): Promise<Provider | undefined>
  check(input: unknown): Parsed
  /** YYYY-MM-DD. */
  day: string
  allowHttp: boolean
}

export async function makeDraft(parts: DraftParts, request: DraftRequest): Promise<Draft> {
  const { source } = request
  if ('issuer' in source) return fromIssuer(parts, request, source.issuer)
  if ('curl' in source) return fromCurl(parts, request, source.curl)
  if ('copy' in source) return copied(parts, request, source.copy, source.overrides)
  return fromSettings(parts, request)
}

async function fromIssuer(
  parts: DraftParts,
  { id, name, settings = {} }: DraftRequest,
  issuer: string,
): Promise<Draft> {
  if (parts.fetch === undefined) throw new Error('a draft from an issuer needs the outbound client')
  const metadata = await discover(parts.fetch, issuer)
  const { grant } = settings
  const definition = definitionFromMetadata(metadata, {
    day: parts.day,
    allowHttp: parts.allowHttp,
    id: id ?? idFrom(metadata.issuer),
    ...(name !== undefined && { name }),
    ...(grant !== undefined && { grant }),
  })
  return judged(parts, { definition, values: {}, secrets: [], warnings: [] })
}

function fromCurl(parts: DraftParts, { id, name, settings = {} }: DraftRequest, curl: string): Draft {
  const { grant: _grant, tokenUrl: _url, clientAuth: _auth, ...more } = settings
  const found = draftFromCurl(curl, { ...more, ...(name !== undefined && { name }), day: parts.day })
  const definition = { ...found.definition, id: id ?? idFrom(found.definition.name) }
  const { authorizationUrl } = settings
  const missing =
    definition.ways['authorization_code'] && authorizationUrl === undefined ? [lacking('authorizationUrl')] : []
  const { values, warnings } = found
  return judged(parts, { definition, values, secrets: Object.keys(found.secrets), warnings }, missing)
}

async function copied(parts: DraftParts, { id, name }: DraftRequest, from: string, overrides: unknown): Promise<Draft> {
  const original = await parts.get(from)
  if (original === undefined) throw new EvergrantError('unknown_provider', { detail: `there is no service "${from}"` })
  const own = { copyOf: from, id: id ?? `${from}-copy`, ...(name !== undefined && { name }) }
  const definition = mergePatch(overrides === undefined ? original : mergePatch(original, overrides), own)
  const [before, after] = [withoutOrigin(original), withoutOrigin(definition)]
  return {
    ...judged(parts, { definition, values: {}, secrets: [], warnings: [] }),
    difference: { patch: difference(before, after) ?? {}, changes: changesBetween(before, after) },
  }
}

function fromSettings(parts: DraftParts, { id, name, settings = {} }: DraftRequest): Draft {
  const grant =
    settings.grant ?? (settings.authorizationUrl === undefined ? 'client_credentials' : 'authorization_code')
  const host = settings.tokenUrl ?? settings.authorizationUrl ?? ''
  const definition = draftDefinition({
    ...settings,
    grant,
    id: id ?? idFrom(host),
    name: name ?? URL.parse(host)?.host ?? 'Custom',
    day: parts.day,
  })
  const missing = needed[grant].filter((setting) => settings[setting] === undefined).map(lacking)
  return judged(parts, { definition, values: {}, secrets: [], warnings: [] }, missing)
}

type Address = 'tokenUrl' | 'authorizationUrl' | 'deviceUrl'

const needed: Record<GrantName, Address[]> = {
  authorization_code: ['authorizationUrl', 'tokenUrl'],
  client_credentials: ['tokenUrl'],
  password: ['tokenUrl'],
  jwt_bearer: ['tokenUrl'],
  device_code: ['deviceUrl', 'tokenUrl'],
  token_exchange: ['tokenUrl'],
  pasted: [],
  literal: [],
}

const settingWords: Record<Address, [path: string, words: string]> = {
  tokenUrl: ['token_url', 'the token URL is missing'],
  authorizationUrl: ['authorization_url', 'the authorization URL is missing'],
  deviceUrl: ['device_url', 'the address that gives device codes is missing'],
}

function lacking(setting: Address): Fault {
  const [path, problem] = settingWords[setting]
  return { path, problem, remedy: `give ${path}` }
}

/** A missing setting is told once, and not again as the empty places it leaves. */
function judged(parts: DraftParts, draft: Omit<Draft, 'faults'>, missing: readonly Fault[] = []): Draft {
  const parsed = parts.check(draft.definition)
  const faults = parsed.ok ? [] : parsed.faults
  // The base of the API is made from an address: where that is wrong, this is too.
  const own = faults.some(({ path }) => path.endsWith('.url'))
    ? faults.filter(({ path }) => path !== 'api.base')
    : faults
  const left = missing.length === 0 ? own : own.filter(({ path }) => !/\.(?:url|aud|base)$/.test(path))
  return { ...draft, faults: [...missing, ...left] }
}

/** `login.example.com` -> `login-example-com`. */
export function idFrom(text: string): string {
  const host = URL.parse(text)?.hostname ?? text
  const plain = host
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return plain === '' || plain === 'custom' ? 'my-service' : plain.slice(0, 63)
}
