/**
 * A connection that was stored and never had a token is continued by connecting it again: what is new goes to it as a
 * change. Some services give a value only after the key made here is registered there.
 */
import { isDeepStrictEqual } from 'node:util'
import type { ConnectionChangeOnWire, ConnectionOnWire } from '../../api/connection.ts'
import { EvergrantError } from '../../errors.ts'
import type { Call } from '../command.ts'
import { describingFlags } from '../definition-draft.ts'
import { isProblem } from '../problem.ts'
import type { Draft } from './draft.ts'
import { isImport } from './place.ts'

/** How the server shows that a secret is there. */
const set = '[set]'

/** The connection of this name; undefined if there is none, and a new one is meant. */
export function findExisting({ client }: Call, name: string): Promise<ConnectionOnWire | undefined> {
  return client.call('showConnection', { params: { name } }).catch((error: unknown) => {
    if (isProblem(error, 'unknown_connection')) return undefined
    throw error
  })
}

/** Whether the draft goes on with a connection that never had a token. */
export function continues(call: Call, draft: Draft, found: ConnectionOnWire, provider: string): boolean {
  if (describesService(call) || isImport(draft)) return false // neither is a change of what exists
  if (found.state !== 'pending' || found.provider !== provider) return false
  return draft.grant === undefined || [found.way, found.grant].includes(draft.grant)
}

/** Whether the flags say what the service is like. */
export function describesService(call: Call): boolean {
  return call.given.text('definition') !== undefined || describesByFlags(call).length > 0
}

/** The flags that were given and describe a custom service. */
export function describesByFlags({ given }: Call): string[] {
  return [...describingFlags, 'issuer', 'from-curl'].filter((option) => given.text(option) !== undefined)
}

/** The draft with everything that is stored already; secrets appear as the server shows them. */
export function withStored(draft: Draft, pending: ConnectionOnWire): Draft {
  const stored = storedDraft(pending)
  // A key made before may be registered by now: another one would not be.
  const key = draft.client.key === 'generate' ? (stored.client.key ?? 'generate') : draft.client.key
  const { method, ...client } = stored.client
  return {
    ...stored,
    ...draft,
    grant: pending.way,
    client: {
      ...client,
      ...(method === undefined || (key ?? set) !== set ? {} : { method }),
      ...draft.client,
      ...(key === undefined ? {} : { key }),
    },
    inputs: { ...stored.inputs, ...draft.inputs },
  }
}

/** What of a draft is not stored yet; undefined if nothing. */
export function changeOf(draft: Draft, pending: ConnectionOnWire): ConnectionChangeOnWire | undefined {
  const stored = storedDraft(pending)
  const { scopes, redirect_uri, user_name, password, overrides } = draft
  const client = differing(draft.client, stored.client)
  const inputs = differing(draft.inputs, stored.inputs)
  const change = {
    ...differing({ scopes, redirect_uri, user_name, password, overrides }, stored),
    ...(isEmpty(client) ? {} : { client }),
    ...(isEmpty(inputs) ? {} : { inputs }),
  }
  return isEmpty(change) ? undefined : change
}

function storedDraft({ client, inputs, scopes, redirect_uri, overrides }: ConnectionOnWire): Draft {
  const { user_name, password, ...others } = inputs
  return {
    client: {
      ...(client === undefined ? {} : { id: client.id, method: client.method }),
      ...(client?.has_secret ? { secret: set } : {}),
      ...(client?.has_key ? { key: set } : {}),
    },
    inputs: others,
    scopes,
    ...(redirect_uri === undefined ? {} : { redirect_uri }),
    ...(user_name === undefined ? {} : { user_name }),
    ...(password === undefined ? {} : { password }),
    ...(overrides === undefined ? {} : { overrides }),
  }
}

/** Another connection may live on this client: what is meant for a new one must not break it. */
export function refuseShared(
  { client = {} }: ConnectionChangeOnWire,
  { name, client: stored }: ConnectionOnWire,
): void {
  if (isEmpty(client) || stored === undefined || stored.shared_with === 0) return
  throw new EvergrantError('invalid_request', {
    connection: name,
    detail: `"${name}" is stored already, and other connections use its client ${stored.id} too`,
    remedy: `leave the options of the client out to keep it, or \`evergrant remove ${name}\` and connect it again`,
  })
}

/** The members that are given and not the same as stored. */
function differing<Members extends object>(given: Members, stored: Readonly<Record<string, unknown>>): Members {
  const members = Object.entries(given).filter(
    ([name, value]) => value !== undefined && !isDeepStrictEqual(value, stored[name]),
  )
  return Object.fromEntries(members) as Members // members were only taken away, and all of them are optional
}

function isEmpty(members: object): boolean {
  return Object.keys(members).length === 0
}
