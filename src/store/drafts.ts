/**
 * Connections that somebody has begun to describe. They belong to no connection yet, so they are sealed with the
 * installation's key itself; the version is part of the place, so that an older state cannot be put back.
 */
import { EvergrantError } from '../errors.ts'
import { secret } from '../secret.ts'
import type { DataKeys } from './data-keys.ts'
import type { Database } from './database.ts'
import { place, SealBroken } from './seal.ts'
import { statement, type Slots } from './statement.ts'
import type { DraftRecord, DraftStore } from './store.ts'
import type { Tables } from './tables.ts'

const insert = statement((db, slot: Slots<Tables['draft']>) =>
  db.insertInto('draft').values({
    id: slot('id'),
    version: slot('version'),
    created_at: slot('created_at'),
    changed_at: slot('changed_at'),
    expires_at: slot('expires_at'),
    content_sealed: slot('content_sealed'),
  }),
)

const prune = statement((db, slot: Slots<{ now: number }>) =>
  db.deleteFrom('draft').where('expires_at', '<=', slot('now')),
)

const crowdOut = statement((db, slot: Slots<{ limit: number }>) =>
  db.deleteFrom('draft').where('id', 'in', (on) =>
    on
      .selectFrom('draft as d')
      .select('d.id')
      .orderBy('d.changed_at', 'desc')
      .orderBy('d.id')
      // All behind the first ones; SQLite wants a limit before an offset.
      .limit(1_000_000)
      .offset(slot('limit')),
  ),
)

const byId = statement((db, slot: Slots<{ id: string; now: number }>) =>
  db.selectFrom('draft').selectAll().where('id', '=', slot('id')).where('expires_at', '>', slot('now')),
)

const list = statement((db, slot: Slots<{ now: number }>) =>
  db.selectFrom('draft').selectAll().where('expires_at', '>', slot('now')).orderBy('changed_at', 'desc').orderBy('id'),
)

const replace = statement((db, slot: Slots<Omit<Tables['draft'], 'created_at'> & { expected: number }>) =>
  db
    .updateTable('draft')
    .set({
      version: slot('version'),
      changed_at: slot('changed_at'),
      expires_at: slot('expires_at'),
      content_sealed: slot('content_sealed'),
    })
    .where('id', '=', slot('id'))
    .where('version', '=', slot('expected')),
)

const remove = statement((db, slot: Slots<{ id: string }>) => db.deleteFrom('draft').where('id', '=', slot('id')))

export function draftStore(database: Database, { ring }: DataKeys): DraftStore {
  const seal = (id: string, version: number, content: string) => ring.seal(content, contentPlace(id, version))

  return {
    async insert({ id, version, content, createdAt, changedAt, expiresAt }, limit) {
      await database.write(async (session) => {
        await session.run(prune, { now: await session.now() })
        await session.run(crowdOut, { limit: limit - 1 })
        await session.run(insert, {
          id,
          version,
          created_at: createdAt,
          changed_at: changedAt,
          expires_at: expiresAt,
          content_sealed: seal(id, version, content.open()),
        })
      })
    },
    async byId(id) {
      const row = await database.read.first(byId, { id, now: await database.read.now() })
      if (row === undefined) return undefined
      try {
        return recordOf(row)
      } catch (cause) {
        if (!(cause instanceof SealBroken)) throw cause
        throw new EvergrantError('integrity_error', {
          detail: `a stored draft cannot be opened: ${cause.message}`,
          cause,
        })
      }
    },
    async list() {
      const rows = await database.read.all(list, { now: await database.read.now() })
      return rows.flatMap((row) => {
        try {
          return [recordOf(row)]
        } catch (error) {
          if (error instanceof SealBroken) return []
          throw error
        }
      })
    },
    replace: ({ id, content, changedAt, expiresAt }, expected) =>
      database.write(async (session) => {
        const version = expected + 1
        const changed = await session.run(replace, {
          id,
          expected,
          version,
          changed_at: changedAt,
          expires_at: expiresAt,
          content_sealed: seal(id, version, content.open()),
        })
        return changed === 1
      }),
    remove: (id) => database.write(async (session) => (await session.run(remove, { id })) === 1),
  }

  function recordOf(row: Tables['draft']): DraftRecord {
    return {
      id: row.id,
      version: row.version,
      content: secret(ring.open(row.content_sealed, contentPlace(row.id, row.version)).toString('utf8')),
      createdAt: row.created_at,
      changedAt: row.changed_at,
      expiresAt: row.expires_at,
    }
  }
}

function contentPlace(id: string, version: number) {
  return place('draft', id, 'content', version)
}
