/**
 * A connection with everything a read or a renewal needs, in one statement: connection, client, schedule, tokens.
 */
import { EvergrantError } from '../errors.ts'
import { secret, type Secret } from '../secret.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import { clientColumns, clientOf, type ClientRow } from './client-row.ts'
import type { DataKeys } from './data-keys.ts'
import { failureOf, parsed, present } from './rows.ts'
import { KeyAbsent, place, SealBroken, type SealKey } from './seal.ts'
import { statement, type Slots } from './statement.ts'
import type { ConnectionRecord, Loaded, ScheduleRecord, TokenRecord } from './store.ts'
import type { Builder, Tables } from './tables.ts'
import { tokenSetFromJson, tokenSetToJson } from './token-set-json.ts'

/** The joined select; callers add their condition. */
export function selectLoaded(db: Builder) {
  return db
    .selectFrom('connection as c')
    .innerJoin('schedule as s', 's.connection_id', 'c.id')
    .leftJoin('token_set as t', 't.connection_id', 'c.id')
    .leftJoin('client as k', 'k.id', 'c.client_ref')
    .selectAll('c')
    .select(['s.state', 's.generation', 's.fence', 's.due_at', 's.retry_at', 's.holder', 's.held_until'])
    .select(['s.open_seen_at', 't.root_sealed', 't.served_sealed'])
    .select(clientColumns)
}

export const loadedById = statement((db, slot: Slots<{ id: string }>) =>
  selectLoaded(db).where('c.id', '=', slot('id')),
)

export const loadedByName = statement((db, slot: Slots<{ name: string }>) =>
  selectLoaded(db).where('c.name', '=', slot('name')),
)

export type LoadedRow = Awaited<ReturnType<ReturnType<typeof selectLoaded>['execute']>>[number]

/** Opens the seals. Throws `integrity_error` for this connection. */
export function openLoaded(row: LoadedRow, keys: DataKeys): Loaded {
  try {
    const key = keys.open('connection', row.id, row.data_key)
    const loaded: Loaded = { connection: connectionOf(row, key), schedule: scheduleOf(row) }
    if (row.k_id !== null) loaded.client = clientOf(row as ClientRow, keys)
    const tokens = tokensOf(row, key)
    if (tokens) loaded.tokens = tokens
    return loaded
  } catch (error) {
    throw integrityError(error, row.name)
  }
}

/**
 * For lists: one damaged row must not hide the others, so it is shown without what cannot be opened and with the
 * fault as its failure.
 */
export function openListed(row: LoadedRow, keys: DataKeys): Loaded {
  try {
    return openLoaded(row, keys)
  } catch (error) {
    if (!(error instanceof EvergrantError)) throw error
    const connection = connectionOf(readable(row), undefined)
    const at = row.created_at
    connection.failure = {
      kind: 'configuration',
      code: error.code,
      words: error.message,
      count: 1,
      firstAt: at,
      lastAt: at,
    }
    return { connection, schedule: scheduleOf(row) }
  }
}

/**
 * Names the connection of a seal that did not open; other errors pass. Where the key is missing nothing is damaged: what
 * is there opens again when the key has come.
 */
export function integrityError(error: unknown, connection: string): unknown {
  if (error instanceof KeyAbsent) {
    return new EvergrantError('key_wrong', {
      detail: `connection "${connection}" is ${error.message}`,
      remedy: 'copy the key file of the node that changed the key to this one, or put that key back',
      connection,
      cause: error,
    })
  }
  if (!(error instanceof SealBroken)) return error
  return new EvergrantError('integrity_error', {
    detail: `what is stored for connection "${connection}" cannot be opened: ${error.message}`,
    connection,
    cause: error,
  })
}

/** Without what cannot be opened or read. */
function readable(row: LoadedRow): LoadedRow {
  const { inputs, scopes, definition, overrides, failure } = row
  return {
    ...row,
    secrets_sealed: null,
    inputs: isSound(inputs) ? inputs : '{}',
    scopes: isSound(scopes) ? scopes : '[]',
    definition: isSound(definition) ? definition : null,
    overrides: isSound(overrides) ? overrides : null,
    failure: isSound(failure) ? failure : null,
  }
}

function isSound(text: string | null): boolean {
  try {
    parsed(text)
    return true
  } catch (error) {
    if (error instanceof SealBroken) return false
    throw error
  }
}

function connectionOf(row: LoadedRow, key: SealKey | undefined): ConnectionRecord {
  return {
    ...present({
      definition: parsed(row.definition),
      clientRef: row.client_ref,
      redirectUri: row.redirect_uri,
      overrides: parsed(row.overrides),
      authorizedAt: row.authorized_at,
      authorizedGeneration: row.authorized_generation,
      who: row.who,
      failure: failureOf(row.failure),
    }),
    id: row.id,
    name: row.name,
    provider: row.provider,
    way: row.way,
    values: parsed(row.inputs) as Record<string, string>,
    secretValues: row.secrets_sealed && key ? openSecretValues(row.secrets_sealed, row.id, key) : {},
    scopes: parsed(row.scopes) as string[],
    boundTo: row.bound_to,
    settingsVersion: row.settings_version,
    createdAt: row.created_at,
    removing: row.removing === 1,
  }
}

function scheduleOf(row: Pick<Tables['schedule'], Exclude<keyof Tables['schedule'], 'connection_id' | 'origin'>>) {
  const record: ScheduleRecord = {
    state: row.state,
    generation: row.generation,
    fence: row.fence,
    ...present({ dueAt: row.due_at, retryAt: row.retry_at, holder: row.holder, heldUntil: row.held_until }),
  }
  return record
}

function tokensOf(row: LoadedRow, key: SealKey): TokenRecord | undefined {
  if (!row.root_sealed) return undefined
  const tokens: TokenRecord = {
    generation: row.generation,
    root: openTokens(row.root_sealed, tokenPlace(row.id, 'root', row.generation), key),
  }
  if (row.served_sealed) {
    tokens.served = openTokens(row.served_sealed, tokenPlace(row.id, 'served', row.generation), key)
  }
  return tokens
}

/** The generation is the schedule row's: putting an old token row back does not make it open. */
export function tokenPlace(connectionId: string, column: 'root' | 'served', generation: number) {
  return place('token_set', connectionId, column, generation)
}

export function sealTokens(
  tokens: TokenSet,
  connectionId: string,
  column: 'root' | 'served',
  generation: number,
  key: SealKey,
) {
  return key.seal(tokenSetToJson(tokens), tokenPlace(connectionId, column, generation))
}

function openTokens(blob: Uint8Array, at: ReturnType<typeof tokenPlace>, key: SealKey): TokenSet {
  return tokenSetFromJson(key.open(blob, at).toString('utf8'))
}

export function sealSecretValues(
  values: Record<string, Secret>,
  connectionId: string,
  key: SealKey,
): Uint8Array | null {
  const entries = Object.entries(values)
  if (entries.length === 0) return null
  const text = JSON.stringify(Object.fromEntries(entries.map(([name, value]) => [name, value.open()])))
  return key.seal(text, place('connection', connectionId, 'secrets'))
}

function openSecretValues(blob: Uint8Array, connectionId: string, key: SealKey): Record<string, Secret> {
  const text = key.open(blob, place('connection', connectionId, 'secrets')).toString('utf8')
  const opened = Object.entries(JSON.parse(text) as Record<string, string>)
  return Object.fromEntries(opened.map(([name, value]) => [name, secret(value)]))
}
