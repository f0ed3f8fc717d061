/** What was tried for a connection, masked: the last twenty requests and their answers. */
import type { Database } from './database.ts'
import { jsonOrNull, parsed, present } from './rows.ts'
import { statement, type Slots } from './statement.ts'
import type { AttemptRecord, AttemptStore } from './store.ts'
import type { Tables } from './tables.ts'

const KEPT = 20

const lastNumber = statement((db, slot: Slots<{ id: string }>) =>
  db
    .selectFrom('connection as c')
    .leftJoin('attempt as a', 'a.connection_id', 'c.id')
    .select((on) => on.fn.max('a.seq').as('seq'))
    .where('c.id', '=', slot('id'))
    .groupBy('c.id'),
)

const insert = statement((db, slot: Slots<Tables['attempt']>) =>
  db.insertInto('attempt').values({
    connection_id: slot('connection_id'),
    seq: slot('seq'),
    at: slot('at'),
    trigger_name: slot('trigger_name'),
    step: slot('step'),
    generation: slot('generation'),
    outcome: slot('outcome'),
    status: slot('status'),
    code: slot('code'),
    duration_ms: slot('duration_ms'),
    request: slot('request'),
    response: slot('response'),
  }),
)

const forget = statement((db, slot: Slots<{ id: string; seq: number }>) =>
  db.deleteFrom('attempt').where('connection_id', '=', slot('id')).where('seq', '<=', slot('seq')),
)

const list = statement((db, slot: Slots<{ id: string }>) =>
  db.selectFrom('attempt').selectAll().where('connection_id', '=', slot('id')).orderBy('seq', 'desc').limit(KEPT),
)

export function attemptStore(database: Database): AttemptStore {
  return {
    append: (attempt) => {
      const { connectionId: id } = attempt
      return database.write(async (session) => {
        const last = await session.first(lastNumber, { id })
        if (!last) return
        const seq = (last.seq ?? 0) + 1
        await session.run(insert, rowOf(attempt, seq))
        await session.run(forget, { id, seq: seq - KEPT })
      }, id)
    },
    async list(id) {
      const rows = await database.read.all(list, { id })
      return rows.map(recordOf)
    },
  }
}

function rowOf(attempt: AttemptRecord, seq: number): Tables['attempt'] {
  return {
    connection_id: attempt.connectionId,
    seq,
    at: attempt.at,
    trigger_name: attempt.trigger,
    step: attempt.step,
    generation: attempt.generation,
    outcome: attempt.outcome,
    status: attempt.status ?? null,
    code: attempt.code ?? null,
    // A monotonic clock has fractions of a millisecond.
    duration_ms: Math.round(attempt.durationMs),
    request: jsonOrNull(attempt.request) ?? 'null',
    response: jsonOrNull(attempt.response) ?? 'null',
  }
}

function recordOf(row: Tables['attempt']): AttemptRecord {
  return {
    connectionId: row.connection_id,
    at: row.at,
    trigger: row.trigger_name,
    step: row.step,
    generation: row.generation,
    outcome: row.outcome,
    durationMs: row.duration_ms,
    request: parsed(row.request),
    response: parsed(row.response),
    ...present({ status: row.status, code: row.code }),
  }
}
