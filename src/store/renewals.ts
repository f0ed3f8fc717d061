/**
 * Renewal: claims, outcomes, due moments. Every write compares the fence, so that a holder whose claim was taken over
 * changes nothing any more. The duties are in `store.ts`, the rule of the claim in `claim-rule.ts`.
 */
import type { Clock } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import { decideClaim, passesBackOff, startWindow } from './claim-rule.ts'
import type { DataKeys } from './data-keys.ts'
import type { Database, Session } from './database.ts'
import { isLate, lateAnswers } from './late-answers.ts'
import { loadedById, openLoaded, sealSecretValues, sealTokens } from './loaded.ts'
import { dropReady, putReady } from './ready.ts'
import * as sql from './renewal-statements.ts'
import { noteRevocations } from './revocations.ts'
import { failureOf, jsonOrNull, parsed } from './rows.ts'
import type { SealKey } from './seal.ts'
import type { Advance, Claim, ClaimRequest, ClaimResult, ConnectionRecord, RenewalStore } from './store.ts'

export function renewalStore(database: Database, keys: DataKeys, clock: Clock, holder: string): RenewalStore {
  return {
    claim: (request) => database.write((session) => claim(session, request, keys, clock), request.connectionId),
    async close(claim) {
      await database.write((session) => session.run(sql.close, { id: claim.connectionId, fence: claim.fence }))
    },
    advance: (claim, next) =>
      database.write(async (session) => {
        const generation = claim.generation + 1
        const { connectionId: id, fence } = claim
        const moved = await session.run(sql.advance, {
          id,
          fence,
          seen: claim.generation,
          generation,
          due_at: next.dueAt ?? null,
        })
        if (moved === 0) return { saved: false }
        await session.run(sql.clearFailure, { id })
        if (next.values) await mergeInputs(session, id, next.values)
        await putTokens(session, id, generation, next, await dataKey(session, id, keys))
        if (next.endsOthers) await session.tell({ kind: 'connection', id })
        return { saved: true, generation }
      }, claim.connectionId),
    fail: (claim, failure, next) =>
      database.write(async (session) => {
        const { connectionId: id, fence } = claim
        if (!(await settingsStand(session, claim))) {
          await session.run(sql.close, { id, fence })
          return false
        }
        const state = next.state ?? null
        const moment = { due_at: next.dueAt ?? null, retry_at: failure.retryAt ?? null }
        const changed = await session.run(sql.fail, { id, fence, seen: claim.generation, state, ...moment })
        if (changed === 0) return false
        await session.run(sql.setFailure, { id, failure: JSON.stringify(failure) })
        const { tried } = next
        return tried !== undefined && (await isLate(session, id, claim.generation, tried)) ? 'late' : true
      }, claim.connectionId),
    ...lateAnswers(database, keys),
    async look(ids) {
      const states = new Map<string, { generation: number; open: boolean; heldUntil?: number }>()
      for (let at = 0; at < ids.length; at += sql.LOOK) {
        for (const row of await database.read.all(sql.look, sql.lookInput(ids.slice(at, at + sql.LOOK)))) {
          const { connection_id: id, generation, held_until: heldUntil } = row
          const until = heldUntil === null ? {} : { heldUntil: database.here(heldUntil) }
          states.set(id, { generation, open: row.holder !== null, ...until })
        }
      }
      return states
    },
    serve: (id, generation, served, ready, dueAt) =>
      database.write(async (session) => {
        const row = await session.first(sql.generationAndKey, { id })
        if (!row || row.generation !== generation) return false
        const key = keys.open('connection', id, row.data_key)
        const sealed = sealTokens(served, id, 'served', generation, key)
        if ((await session.run(sql.setServed, { id, served_sealed: sealed })) === 0) return false
        await putReady(session, id, generation, ready, key)
        if (dueAt !== undefined) await session.run(sql.setDue, { id, due_at: dueAt })
        return true
      }, id),
    replace: (id, next, patch) => database.write((session) => replace(session, id, next, patch, keys), id),
    async setState(id, state, { dropTokens = false, failure, revocations } = {}) {
      await database.write(async (session) => {
        await noteRevocations(session, keys, revocations)
        await session.run(sql.setState, { id, state })
        if (dropTokens) {
          await session.run(sql.dropTokens, { id })
          await dropReady(session, id)
        }
        if (failure) await session.run(sql.setFailure, { id, failure: JSON.stringify(failure) })
        await session.tell({ kind: 'connection', id })
      }, id)
    },
    async forgive(id) {
      await database.write(async (session) => {
        await session.run(sql.forgive, { id })
        await session.run(sql.clearFailure, { id })
      }, id)
    },
    async due(before, limit) {
      const now = await database.read.now()
      const rows = await database.read.all(sql.due, { before, limit, now, ...sql.earlierStarts(holder) })
      return rows.map(({ connection_id: connectionId, generation, due_at, origin }) => ({
        connectionId,
        generation,
        // The condition of the statement excludes null.
        dueAt: due_at ?? before,
        ...(origin === null ? {} : { origin }),
      }))
    },
    async nextDue() {
      const now = await database.read.now()
      const row = await database.read.first(sql.next, { now, ...sql.earlierStarts(holder) })
      const free = row?.free ?? Infinity
      const held = row?.held ? database.here(row.held) : Infinity
      const at = Math.min(free, held)
      return at === Infinity ? undefined : at
    },
    async setDue(id, dueAt, seen) {
      const due = { id, due_at: dueAt ?? null }
      await database.write((session) =>
        seen === undefined ? session.run(sql.setDue, due) : session.run(sql.setDueOf, { ...due, seen }),
      )
    },
    async leftOpen(holder) {
      const rows = await database.read.all(sql.leftOpen, sql.earlierStarts(holder))
      return rows.map((row) => row.connection_id)
    },
  }
}

async function claim(session: Session, request: ClaimRequest, keys: DataKeys, clock: Clock): Promise<ClaimResult> {
  const { connectionId: id, holder } = request
  const row = await session.first(loadedById, { id })
  if (!row) return { kind: 'gone' }
  const now = await session.now()
  const loaded = openLoaded(row, keys)
  const seen = row.open_seen_at === null ? {} : { openSeenAt: row.open_seen_at }
  const decision = decideClaim({ ...loaded.schedule, ...seen, removing: row.removing === 1 }, request, now)
  if (decision.kind === 'held') {
    if (decision.note) await session.run(sql.noteOpen, { id, fence: row.fence, now })
    return { kind: 'held', until: decision.until }
  }
  if (decision.kind === 'backing_off') {
    const failure = failureOf(row.failure)
    return failure ? { ...decision, failure } : decision
  }
  if (decision.kind !== 'free') return decision

  const until = now + request.leaseMs
  const { generation, state, fence } = row
  const pass = passesBackOff(request, loaded.schedule, now) ? 1 : 0
  const given = { id, fence, generation, state, now, pass, before: row.holder }
  const taken = await session.first(sql.take, { ...given, holder, until })
  // Somebody else was faster between our look and our write: to be asked again, at once.
  if (!taken) return { kind: 'held', until: now }
  Object.assign(loaded.schedule, { fence: taken.fence, holder, heldUntil: until })
  const { connection, client } = loaded
  return {
    kind: 'mine',
    leftOpen: decision.leftOpen,
    loaded,
    claim: {
      connectionId: id,
      generation,
      fence: taken.fence,
      holder,
      sendBy: clock.monotonic() + startWindow(request.leaseMs),
      settingsVersion: connection.settingsVersion,
      ...(client ? { clientSettingsVersion: client.settingsVersion } : {}),
    },
  }
}

async function replace(
  session: Session,
  id: string,
  next: Advance,
  patch: Partial<ConnectionRecord>,
  keys: DataKeys,
): Promise<number> {
  const row = await session.first(sql.replace, { id, due_at: next.dueAt ?? null })
  if (!row) throw new EvergrantError('unknown_connection', { detail: 'the connection was removed meanwhile' })
  const { generation } = row
  const key = await dataKey(session, id, keys)
  const now = await session.now()
  await session.run(sql.authorized, {
    id,
    generation,
    failure: jsonOrNull(patch.failure),
    at: patch.authorizedAt ?? now,
    inputs: merged(patch.values ? JSON.stringify(patch.values) : await storedInputs(session, id), next.values ?? {}),
    who: patch.who ?? null,
    scopes: jsonOrNull(patch.scopes),
    redirect_uri: patch.redirectUri ?? null,
    bound_to: patch.boundTo ?? null,
    secrets_sealed: patch.secretValues ? sealSecretValues(patch.secretValues, id, key) : null,
  })
  await putTokens(session, id, generation, next, key)
  await session.tell({ kind: 'connection', id })
  return generation
}

/** Writes the tokens of this generation, and what jobs are served of them if that is known. */
export async function putTokens(
  session: Session,
  id: string,
  generation: number,
  next: Advance,
  key: SealKey,
): Promise<void> {
  await session.run(sql.putTokens, {
    id,
    root_sealed: sealTokens(next.root, id, 'root', generation, key),
    served_sealed: next.served ? sealTokens(next.served, id, 'served', generation, key) : null,
  })
  if (next.ready) await putReady(session, id, generation, next.ready, key)
  else await dropReady(session, id)
}

/** `changes` on top of the values that are stored: most renewals bring none, or the same again. */
async function mergeInputs(session: Session, id: string, changes: Record<string, string>): Promise<void> {
  if (Object.keys(changes).length === 0) return
  const stored = await storedInputs(session, id)
  const inputs = merged(stored, changes)
  if (inputs !== stored) await session.run(sql.setInputs, { id, inputs })
}

async function storedInputs(session: Session, id: string): Promise<string> {
  return (await session.first(sql.inputs, { id }))?.inputs ?? '{}'
}

function merged(stored: string, changes: Record<string, string>): string {
  return JSON.stringify({ ...(parsed(stored) as Record<string, string>), ...changes })
}

async function settingsStand(session: Session, claim: Claim): Promise<boolean> {
  const row = await session.first(sql.versions, { id: claim.connectionId })
  return (
    row !== undefined &&
    row.settings_version === claim.settingsVersion &&
    (row.client_version ?? undefined) === claim.clientSettingsVersion
  )
}

/** Where it is in memory nothing is asked: the write before this one has said whether the connection is still there. */
async function dataKey(session: Session, id: string, keys: DataKeys): Promise<SealKey> {
  const known = keys.known('connection', id)
  if (known) return known
  const row = await session.first(sql.generationAndKey, { id })
  if (!row) throw new EvergrantError('unknown_connection', { detail: 'the connection was removed meanwhile' })
  return keys.open('connection', id, row.data_key)
}
