/** The statements of `renewals.ts`. Writes name what they compare: fence, generation, state. */
import { sql } from 'kysely'
import { nodeOf } from './claim-rule.ts'
import { statement, type Slots } from './statement.ts'
import type { ConnectionState } from './store.ts'
import type { Builder, Sealed } from './tables.ts'

/** An ended claim. */
const free = { holder: null, held_until: null, open_seen_at: null }

type Taking = {
  id: string
  fence: number
  generation: number
  state: ConnectionState
  now: number
  pass: number
  holder: string
  until: number
  /** The holder of the open claim that is taken over. */
  before: string | null
}

export const take = statement((db, slot: Slots<Taking>) =>
  db
    .updateTable('schedule')
    .set((on) => ({
      holder: slot('holder'),
      held_until: slot('until'),
      open_seen_at: null,
      fence: on('fence', '+', 1),
    }))
    .where('connection_id', '=', slot('id'))
    .where('fence', '=', slot('fence'))
    .where('generation', '=', slot('generation'))
    .where('state', '=', slot('state'))
    .where((on) =>
      on.and([
        on.or([on('holder', 'is', null), on('holder', '=', slot('before'))]),
        on.or([on('retry_at', 'is', null), on('retry_at', '<=', slot('now')), sql<boolean>`${slot('pass')} = 1`]),
      ]),
    )
    .returning('fence'),
)

export const noteOpen = statement((db, slot: Slots<{ id: string; fence: number; now: number }>) =>
  db
    .updateTable('schedule')
    .set({ open_seen_at: slot('now') })
    .where('connection_id', '=', slot('id'))
    .where('fence', '=', slot('fence'))
    .where('open_seen_at', 'is', null),
)

export const close = statement((db, slot: Slots<{ id: string; fence: number }>) =>
  db.updateTable('schedule').set(free).where('connection_id', '=', slot('id')).where('fence', '=', slot('fence')),
)

type Advancing = { id: string; fence: number; seen: number; generation: number; due_at: number | null }

export const advance = statement((db, slot: Slots<Advancing>) =>
  db
    .updateTable('schedule')
    .set({ ...free, state: 'active', generation: slot('generation'), due_at: slot('due_at'), retry_at: null })
    .where('connection_id', '=', slot('id'))
    .where('fence', '=', slot('fence'))
    .where('generation', '=', slot('seen')),
)

type Failing = {
  id: string
  fence: number
  seen: number
  state: ConnectionState | null
  due_at: number | null
  retry_at: number | null
}

export const fail = statement((db, slot: Slots<Failing>) =>
  db
    .updateTable('schedule')
    .set((on) => ({
      ...free,
      state: on.fn.coalesce(on.val(slot('state')), 'state').$castTo<ConnectionState>(),
      due_at: slot('due_at'),
      retry_at: slot('retry_at'),
    }))
    .where('connection_id', '=', slot('id'))
    .where('fence', '=', slot('fence'))
    .where('generation', '=', slot('seen')),
)

export const versions = statement((db, slot: Slots<{ id: string }>) =>
  db
    .selectFrom('connection as c')
    .leftJoin('client as k', 'k.id', 'c.client_ref')
    .select(['c.settings_version', 'k.settings_version as client_version'])
    .where('c.id', '=', slot('id')),
)

export const clearFailure = statement((db, slot: Slots<{ id: string }>) =>
  db.updateTable('connection').set({ failure: null }).where('id', '=', slot('id')).where('failure', 'is not', null),
)

export const setFailure = statement((db, slot: Slots<{ id: string; failure: string }>) =>
  db
    .updateTable('connection')
    .set({ failure: slot('failure') })
    .where('id', '=', slot('id')),
)

export const setInputs = statement((db, slot: Slots<{ id: string; inputs: string }>) =>
  db
    .updateTable('connection')
    .set({ inputs: slot('inputs') })
    .where('id', '=', slot('id')),
)

export const inputs = statement((db, slot: Slots<{ id: string }>) =>
  db.selectFrom('connection').select('inputs').where('id', '=', slot('id')),
)

export const generationAndKey = statement((db, slot: Slots<{ id: string }>) =>
  db
    .selectFrom('connection as c')
    .innerJoin('schedule as s', 's.connection_id', 'c.id')
    .select(['s.generation', 'c.data_key'])
    .where('c.id', '=', slot('id')),
)

export const putTokens = statement(
  (db, slot: Slots<{ id: string; root_sealed: Sealed; served_sealed: Sealed | null }>) =>
    db
      .insertInto('token_set')
      .values({
        connection_id: slot('id'),
        root_sealed: slot('root_sealed'),
        served_sealed: slot('served_sealed'),
      })
      .onConflict((conflict) =>
        conflict.column('connection_id').doUpdateSet((on) => ({
          root_sealed: on.ref('excluded.root_sealed'),
          served_sealed: on.ref('excluded.served_sealed'),
        })),
      ),
)

export const setServed = statement((db, slot: Slots<{ id: string; served_sealed: Sealed }>) =>
  db
    .updateTable('token_set')
    .set({ served_sealed: slot('served_sealed') })
    .where('connection_id', '=', slot('id')),
)

export const dropTokens = statement((db, slot: Slots<{ id: string }>) =>
  db.deleteFrom('token_set').where('connection_id', '=', slot('id')),
)

export const replace = statement((db, slot: Slots<{ id: string; due_at: number | null }>) =>
  db
    .updateTable('schedule')
    .set((on) => ({
      ...free,
      state: 'active' as const,
      generation: on('generation', '+', 1),
      fence: on('fence', '+', 1),
      due_at: slot('due_at'),
      retry_at: null,
    }))
    .where('connection_id', '=', slot('id'))
    .returning('generation'),
)

type Authorized = {
  id: string
  generation: number
  at: number
  failure: string | null
  inputs: string | null
  who: string | null
  scopes: string | null
  redirect_uri: string | null
  bound_to: string | null
  secrets_sealed: Sealed | null
}

/** What an authorization changes at the connection; null leaves a column as it is, but for the failure. */
export const authorized = statement((db, slot: Slots<Authorized>) =>
  db
    .updateTable('connection')
    .set((on) => ({
      authorized_generation: slot('generation'),
      authorized_at: slot('at'),
      failure: slot('failure'),
      inputs: sql<string>`coalesce(${slot('inputs')}, ${on.ref('inputs')})`,
      who: sql<string | null>`coalesce(${slot('who')}, ${on.ref('who')})`,
      scopes: sql<string>`coalesce(${slot('scopes')}, ${on.ref('scopes')})`,
      redirect_uri: sql<string | null>`coalesce(${slot('redirect_uri')}, ${on.ref('redirect_uri')})`,
      bound_to: sql<string>`coalesce(${slot('bound_to')}, ${on.ref('bound_to')})`,
      secrets_sealed: sql<Sealed | null>`coalesce(${slot('secrets_sealed')}, ${on.ref('secrets_sealed')})`,
    }))
    .where('id', '=', slot('id')),
)

export const setState = statement((db, slot: Slots<{ id: string; state: ConnectionState }>) =>
  db
    .updateTable('schedule')
    .set((on) => ({ ...free, state: slot('state'), fence: on('fence', '+', 1), due_at: null, retry_at: null }))
    .where('connection_id', '=', slot('id')),
)

export const forgive = statement((db, slot: Slots<{ id: string }>) =>
  db.updateTable('schedule').set({ retry_at: null }).where('connection_id', '=', slot('id')),
)

/** A nudge does not pass a back-off: the moment is then its end. */
type Due = { id: string; due_at: number | null }

const movingDue = (db: Builder, slot: Slots<Due>) =>
  db
    .updateTable('schedule')
    .set((on) => ({
      due_at: on.case().when('retry_at', '>', slot('due_at')).then(on.ref('retry_at')).else(slot('due_at')).end(),
    }))
    .where('connection_id', '=', slot('id'))

export const setDue = statement((db, slot: Slots<Due>) => movingDue(db, slot))

export const setDueOf = statement((db, slot: Slots<Due & { seen: number }>) =>
  movingDue(db, slot).where('generation', '=', slot('seen')),
)

/** Open claims of earlier starts of this node: same node, another start. */
export function earlierStarts(holder: string) {
  const prefix = `${nodeOf(holder)}/`
  return { holder, prefix, prefixLength: prefix.length }
}

type Earlier = ReturnType<typeof earlierStarts>

const isEarlier = (slot: Slots<Earlier>) =>
  sql<boolean>`(holder <> ${slot('holder')} and substr(holder, 1, ${slot('prefixLength')}) = ${slot('prefix')})`

const dueRows = (db: Pick<Builder, 'selectFrom'>, slot: Slots<Earlier & { now: number }>) =>
  db
    .selectFrom('schedule')
    .where('due_at', 'is not', null)
    .where('state', 'in', ['active', 'pending'])
    .where((on) => on.or([on('holder', 'is', null), on('held_until', '<=', slot('now')), isEarlier(slot)]))
    .orderBy('due_at')

export const due = statement((db, slot: Slots<Earlier & { now: number; before: number; limit: number }>) =>
  dueRows(db, slot)
    .select(['connection_id', 'generation', 'due_at', 'origin'])
    .where('due_at', '<=', slot('before'))
    .limit(slot('limit')),
)

/**
 * Both moments that the refresher sleeps until: the earliest due one, and the one at which a running claim of a due
 * connection runs out. If its holder has died, nobody else would wake up for it.
 */
export const next = statement((db, slot: Slots<Earlier & { now: number }>) =>
  db.selectNoFrom((on) => [
    dueRows(on, slot).select('due_at').limit(1).as('free'),
    on
      .selectFrom('schedule')
      .select('held_until')
      .where('holder', 'is not', null)
      .where('due_at', 'is not', null)
      .where('held_until', '>', slot('now'))
      .orderBy('held_until')
      .limit(1)
      .as('held'),
  ]),
)

export const leftOpen = statement((db, slot: Slots<Earlier>) =>
  db.selectFrom('schedule').select('connection_id').where('holder', 'is not', null).where(isEarlier(slot)),
)

/** How many connections one look takes. */
export const LOOK = 32

type Ids = Record<`id${number}`, string>

export const look = statement((db, slot: Slots<Ids>) =>
  db
    .selectFrom('schedule')
    .select(['connection_id', 'generation', 'holder', 'held_until'])
    .where(
      'connection_id',
      'in',
      Array.from({ length: LOOK }, (_, at) => slot(`id${at}`)),
    ),
)

/** One statement for any number of connections up to `LOOK`: the last id fills the places left. */
export function lookInput(ids: readonly string[]): Ids {
  const last = ids.at(-1) ?? ''
  return Object.fromEntries(Array.from({ length: LOOK }, (_, at) => [`id${at}`, ids[at] ?? last]))
}
