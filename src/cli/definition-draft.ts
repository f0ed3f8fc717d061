/**
 * A definition to begin with, for the verbs that make one: from an issuer, a curl command, a copy or settings. A curl
 * command is read in this process, so that its secrets go nowhere by it.
 */
import type { CustomSettingsOnWire, DefinitionDraftOnWire } from '../api/provider.ts'
import { EvergrantError } from '../errors.ts'
import type { Call } from './command.ts'
import type { CustomAddresses } from './ports.ts'
import { readGiven } from './spoken-secrets.ts'

export type DraftSource =
  | { issuer: string }
  /** A file, or `-`. */
  | { curl: string }
  | { copy: string; overrides?: unknown }
  | { settings: true }

export type DraftWish = {
  source: DraftSource
  id?: string
  name?: string
  grant?: string
  scopes?: readonly string[]
  clientAuth?: readonly string[]
  pkce?: string
}

export type Drafted = Pick<DefinitionDraftOnWire, 'faults' | 'warnings' | 'values' | 'difference'> & {
  definition: object
  secrets: Record<string, string>
}

const addressOptions: Readonly<Record<keyof CustomAddresses | 'tokenUrl', string>> = {
  tokenUrl: 'token-url',
  authorizationUrl: 'authorization-url',
  deviceUrl: 'device-url',
  revocationUrl: 'revocation-url',
  introspectionUrl: 'introspection-url',
  apiUrl: 'api-url',
  testUrl: 'test-url',
}

/** The flags that say what a service is like. */
export const describingFlags: readonly string[] = Object.values(addressOptions)

/** The addresses that were given by flags. */
export function addressesOf({ given }: Call): CustomAddresses & { tokenUrl?: string } {
  const found = Object.entries(addressOptions).flatMap(([name, option]) => {
    const value = given.text(option)
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(found) as CustomAddresses // its own keys
}

export async function draftFrom(call: Call, wish: DraftWish): Promise<Drafted> {
  const drafted = 'curl' in wish.source ? await fromCurl(call, wish, wish.source.curl) : await fromServer(call, wish)
  for (const warning of drafted.warnings) call.output.warn(warning)
  return drafted
}

async function fromCurl(call: Call, { id, name, scopes }: DraftWish, file: string): Promise<Drafted> {
  const { tokenUrl, ...addresses } = addressesOf(call)
  if (tokenUrl !== undefined)
    throw new EvergrantError('invalid_request', {
      detail: '--token-url and --from-curl exclude each other: the command has the token URL',
      remedy: 'leave --token-url out',
    })
  const text = await readGiven(call, file, '--from-curl', true)
  const { definition, values, secrets, warnings } = await call.ports.draftFromCurl(text, {
    ...addresses,
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(scopes === undefined || scopes.length === 0 ? {} : { scopes }),
    day: new Date(call.io.now()).toISOString().slice(0, 10),
  })
  const { ok, faults } = await call.client.call('checkProvider', { body: { definition } })
  return {
    definition,
    values: { ...values },
    secrets: Object.fromEntries(Object.entries(secrets).map(([key, secret]) => [key, secret.open()])),
    faults: ok ? [] : faults.map(worded),
    warnings: [...warnings],
  }
}

/** An empty place of the draft, as the flag that fills it. */
function worded(fault: Drafted['faults'][number]): Drafted['faults'][number] {
  if (!fault.path.endsWith('.authorize.url')) return fault
  return {
    path: '--authorization-url URL',
    problem: 'is missing: a token request does not say where a person authorizes',
  }
}

async function fromServer(call: Call, wish: DraftWish): Promise<Drafted> {
  const { source, id, name } = wish
  const settings = settingsOf(call, wish)
  const isEmpty = Object.keys(settings).length === 0
  const draft = await call.client.call('draftProvider', {
    body: {
      ...('settings' in source ? { settings } : source),
      ...('issuer' in source && !isEmpty ? { settings } : {}),
      ...(id === undefined ? {} : { id }),
      ...(name === undefined ? {} : { name }),
    },
  })
  return {
    ...draft,
    definition: draft.definition as object, // a draft is one
    secrets: {},
    faults: draft.faults.map(flagged),
  }
}

/** The server names settings as the API has them; the command line has flags. */
function flagged(fault: Drafted['faults'][number]): Drafted['faults'][number] {
  const option = fault.path.replaceAll('_', '-')
  return describingFlags.includes(option) ? { path: `--${option} URL`, problem: fault.problem } : fault
}

function settingsOf(call: Call, { grant, scopes, clientAuth, pkce }: DraftWish): CustomSettingsOnWire {
  const addresses = Object.entries(addressesOf(call)).map(([name, value]) => [
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ])
  return {
    ...Object.fromEntries(addresses),
    ...(grant === undefined ? {} : { grant }),
    ...(scopes === undefined || scopes.length === 0 ? {} : { scopes }),
    ...(clientAuth === undefined || clientAuth.length === 0 ? {} : { client_auth: clientAuth }),
    ...(pkce === undefined ? {} : { pkce }),
  } as CustomSettingsOnWire // words that the API does not know it names itself
}
