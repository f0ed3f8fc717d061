/**
 * Answers that came after their claim had been taken over. They are kept in the database, because there whoever is
 * about to declare the grant dead finds them; the spool of another node could not be seen.
 */
import { sql } from 'kysely'
import { integrityError } from './loaded.ts'
import type { DataKeys } from './data-keys.ts'
import type { Database, Session } from './database.ts'
import { place } from './seal.ts'
import { statement, type Slots } from './statement.ts'
import type { RenewalStore } from './store.ts'
import type { Tables } from './tables.ts'
import { tokenSetFromJson, tokenSetToJson } from './token-set-json.ts'

const KEPT_MS = 24 * 3600_000

const owner = statement((db, slot: Slots<{ id: string }>) =>
  db.selectFrom('connection').select('data_key').where('id', '=', slot('id')),
)

const insert = statement((db, slot: Slots<Tables['late_answer']>) =>
  db
    .insertInto('late_answer')
    .values({
      connection_id: slot('connection_id'),
      base_generation: slot('base_generation'),
      fence: slot('fence'),
      answer_sealed: slot('answer_sealed'),
      holder: slot('holder'),
      received_at: slot('received_at'),
    })
    .onConflict((conflict) => conflict.columns(['connection_id', 'base_generation', 'fence']).doNothing()),
)

/** Declared dead, perhaps only because this answer was not there yet: with it the grant is tried once more. */
const revive = statement((db, slot: Slots<{ id: string; generation: number; now: number }>) =>
  db
    .updateTable('schedule')
    .set({ state: 'active', due_at: slot('now'), retry_at: null })
    .where('connection_id', '=', slot('id'))
    .where('generation', '=', slot('generation'))
    .where('state', '=', sql.lit('needs_authorization'))
    // A revocation takes the tokens away, and means it.
    .where((on) =>
      on.exists(on.selectFrom('token_set').select('connection_id').where('connection_id', '=', slot('id'))),
    ),
)

const prune = statement((db, slot: Slots<{ before: number }>) =>
  db.deleteFrom('late_answer').where('received_at', '<=', slot('before')),
)

const newest = statement((db, slot: Slots<{ id: string; generation: number; before: number }>) =>
  db
    .selectFrom('late_answer as l')
    .innerJoin('connection as c', 'c.id', 'l.connection_id')
    .select(['l.answer_sealed', 'l.base_generation', 'l.fence', 'l.received_at', 'c.id', 'c.name', 'c.data_key'])
    .where('l.connection_id', '=', slot('id'))
    .where('l.base_generation', '=', slot('generation'))
    .where('l.received_at', '>', slot('before'))
    // An answer to a grant from before the last authorization belongs to another grant.
    .where((on) =>
      on.or([
        on('c.authorized_generation', 'is', null),
        on('l.base_generation', '>=', on.ref('c.authorized_generation')),
      ]),
    )
    .orderBy('l.fence', 'desc')
    .limit(1),
)

export function lateAnswers(database: Database, keys: DataKeys): Pick<RenewalStore, 'keepLate' | 'late'> {
  return {
    async keepLate({ connectionId, generation, fence, holder }, answer) {
      await database.write(async (session) => {
        const now = await session.now()
        await session.run(prune, { before: now - KEPT_MS })
        const row = await session.first(owner, { id: connectionId })
        if (!row) return
        const key = keys.open('connection', connectionId, row.data_key)
        await session.run(insert, {
          connection_id: connectionId,
          base_generation: generation,
          fence,
          answer_sealed: key.seal(tokenSetToJson(answer), latePlace(connectionId, generation, fence)),
          holder,
          received_at: now,
        })
        await session.run(revive, { id: connectionId, generation, now })
      }, connectionId)
    },
    async late(id, generation) {
      const row = await newestOf(database.read, id, generation)
      if (!row) return undefined
      try {
        const key = keys.open('connection', row.id, row.data_key)
        const blob = key.open(row.answer_sealed, latePlace(row.id, row.base_generation, row.fence))
        return { fence: row.fence, keptAt: row.received_at, tokens: tokenSetFromJson(blob.toString('utf8')) }
      } catch (error) {
        throw integrityError(error, row.name)
      }
    },
  }
}

/** In the transaction that declares a death: true if an answer came after the one that was tried, and revives the grant. */
export async function isLate(session: Session, id: string, generation: number, tried: number): Promise<boolean> {
  const row = await newestOf(session, id, generation)
  if (!row || row.fence <= tried) return false
  return (await session.run(revive, { id, generation, now: await session.now() })) > 0
}

async function newestOf(session: Session, id: string, generation: number) {
  return session.first(newest, { id, generation, before: (await session.now()) - KEPT_MS })
}

function latePlace(connectionId: string, generation: number, fence: number) {
  return place('late_answer', connectionId, `answer of fence ${fence}`, generation)
}
