/**
 * Drafts: what a person has typed into the wizard, kept sealed until it is a connection. One draft is worked on by one
 * call at a time, so that a double click or a reload does nothing twice.
 */
import { randomUUID } from 'node:crypto'
import { newConnection, type NewConnectionOnWire } from '../api/connection.ts'
import type { DraftOnWire, NewDraftOnWire } from '../api/draft.ts'
import type { Actor, Connections, ConnectionView, Preview } from '../connections/connections.ts'
import type { Clock } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import { mergePatch } from '../provider/apply.ts'
import type { Catalogue } from '../provider/load.ts'
import { secret } from '../secret.ts'
import type { DraftRecord, DraftStore } from '../store/store.ts'
import { changeFor, recreates } from './draft-change.ts'
import {
  masked,
  nameOf,
  patched,
  secretNamesIn,
  secretsIn,
  withoutMarks,
  withoutPlaces,
  type DraftContent,
  type Settings,
} from './draft-content.ts'
import { begun } from './draft-source.ts'
import { changeOf, newConnectionOf, settingsToWire } from './inputs.ts'
import { present } from './present.ts'
import { faultsOf, invalid } from './route.ts'
import { seconds } from './views.ts'

const dayMs = 24 * 3600_000
const keptMs = 7 * dayMs
const limit = 50
/** A definition, a certificate and what the pages remember fit well. */
const longest = 256 * 1024

export type DraftParts = {
  store: DraftStore
  connections: Connections
  catalogue: Catalogue
  clock: Clock
}

export type Drafts = ReturnType<typeof createDrafts>

export function createDrafts({ store, connections, catalogue, clock }: DraftParts) {
  const working = new Map<string, Promise<unknown>>()

  /** One after the other for one draft. */
  function alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = working.get(id) ?? Promise.resolve()
    const next = before.then(work, work)
    const settled = next.catch(() => undefined).finally(() => working.get(id) === settled && working.delete(id))
    working.set(id, settled)
    return next
  }

  async function load(id: string): Promise<{ record: DraftRecord; content: DraftContent }> {
    const record = await store.byId(id)
    if (record === undefined) throw gone()
    return { record, content: contentOf(record) }
  }

  async function save(record: DraftRecord, content: DraftContent): Promise<DraftRecord> {
    const now = clock.now()
    const next = { ...record, content: sealable(content), changedAt: now, expiresAt: now + keptMs }
    if (!(await store.replace(next, record.version)))
      throw new EvergrantError('invalid_request', {
        detail: 'this draft was changed or removed by somebody else meanwhile',
        remedy: 'load it again and repeat the change',
      })
    return { ...next, version: record.version + 1 }
  }

  /** Names of secret values as the service of these settings declares them; undefined where it is not known. */
  async function declared({ provider, definition, overrides }: Settings): Promise<ReadonlySet<string> | undefined> {
    const written = definition ?? (provider && (await catalogue.written(provider))?.body)
    return written === undefined || written === '' ? undefined : secretNamesIn(mergePatch(written, overrides ?? {}))
  }

  async function leadsTo(settings: Settings): Promise<string | undefined> {
    if (settings.provider === undefined) return undefined
    try {
      return await connections.leadsTo(newConnectionOf({ ...unnamed(settings), provider: settings.provider }))
    } catch (error) {
      if (error instanceof EvergrantError) return undefined
      throw error
    }
  }

  /** Whether the secrets of a draft would go elsewhere than their owner meant. Another way alone leads nowhere new. */
  async function moved(before: Settings, after: Settings): Promise<boolean> {
    const parts = ({ provider, definition, overrides, inputs, user_name }: Settings) =>
      JSON.stringify([provider, definition, overrides, inputs, user_name])
    if (parts(before) === parts(after)) return false
    const [then, now] = await Promise.all([leadsTo({ ...before, grant: after.grant }), leadsTo(after)])
    if (then !== undefined) return then !== now
    return before.provider !== after.provider || JSON.stringify(before.definition) !== JSON.stringify(after.definition)
  }

  async function change(before: DraftContent, patch: Readonly<Record<string, unknown>>): Promise<DraftContent> {
    const { content, kept } = await patched(before, patch, declared)
    if (kept.length === 0 || !(await moved(before.settings, content.settings))) return content
    return {
      ...content,
      settings: withoutPlaces(content.settings, kept),
      giveAgain: [...content.giveAgain, ...kept.map(nameOf)],
    }
  }

  async function begin(given: NewDraftOnWire): Promise<DraftContent> {
    const { step, view = {}, connection } = given
    const place = { view, ...(step === undefined ? {} : { step }), giveAgain: [] }
    if (connection !== undefined) {
      const settings = settingsToWire(await connections.settings(connection))
      const secretNames = [...((await declared(settings)) ?? Object.keys(settings.inputs ?? {}))]
      return { settings, base: settings, connection, changes: true, secretNames, faults: [], warnings: [], ...place }
    }
    const day = new Date(clock.now()).toISOString().slice(0, 10)
    const { settings, faults, warnings } = await begun(catalogue, given, day)
    const empty = { settings: {}, secretNames: [], changes: false, faults, warnings, ...place }
    return (await patched(empty, settings, declared)).content
  }

  /** Makes the connection, or brings what was changed since to the one that was made. */
  async function settle(
    record: DraftRecord,
    content: DraftContent,
    actor: Actor,
  ): Promise<{ record: DraftRecord; content: DraftContent; view: ConnectionView }> {
    const current = content.connection === undefined ? undefined : await found(content.connection)
    if (current === undefined) {
      if (content.changes)
        throw new EvergrantError('unknown_connection', {
          detail: `the connection "${content.connection ?? ''}" was removed meanwhile`,
        })
      return make(record, content, actor)
    }
    const { settings, base = {}, giveAgain } = content
    if (giveAgain.length > 0) throw secretsMissing(giveAgain)
    if (recreates(base, settings)) {
      if (content.changes || current.state !== 'pending')
        throw new EvergrantError('not_supported', {
          connection: current.name,
          detail: 'the service and the way of a connection stay what they are, and so does what a draft has taken away',
          remedy: 'connect a new one under another name',
        })
      const wanted = complete(settings)
      await connections.remove(current.name, { revoke: false }, actor)
      const { connection: _, base: _base, ...rest } = content
      return make(record, { ...rest, settings: { ...settings, ...wanted } }, actor)
    }
    const sameHosts = (await leadsTo(base)) === (await leadsTo(settings))
    const wire = changeFor(base, settings, sameHosts ? [] : secretsIn(content))
    if (wire === undefined) return { record, content, view: current }
    const view = await connections.change(current.name, changeOf(wire), actor)
    const next = { ...content, connection: view.name, base: settings }
    return { record: await save(record, next), content: next, view }
  }

  async function make(record: DraftRecord, content: DraftContent, actor: Actor) {
    const wanted = complete(content.settings)
    const mine = await madeBefore(content, wanted)
    const { connecting: _, ...rest } = content
    let written = record
    if (mine === undefined) {
      const connecting = { name: wanted.name, at: clock.now() }
      written = await save(record, { ...rest, connecting })
    }
    const view = mine ?? (await createOnly(wanted, actor, () => save(written, rest)))
    const next: DraftContent = { ...rest, connection: view.name, base: content.settings }
    return { record: await save(written, next), content: next, view }
  }

  /** What was refused has made nothing: a namesake is somebody else's. */
  async function createOnly(wanted: NewConnectionOnWire, actor: Actor, refused: () => Promise<unknown>) {
    try {
      return await connections.create(newConnectionOf(wanted), actor)
    } catch (error) {
      await refused()
      throw error
    }
  }

  /** The connection that this draft made just before the process ended, without having written that down. */
  async function madeBefore({ connecting }: DraftContent, { name, provider }: NewConnectionOnWire) {
    if (connecting?.name !== name) return undefined
    const view = await found(name)
    return view !== undefined && view.createdAt >= connecting.at && view.provider === provider ? view : undefined
  }

  async function found(name: string): Promise<ConnectionView | undefined> {
    try {
      return await connections.get(name)
    } catch (error) {
      if (error instanceof EvergrantError && error.code === 'unknown_connection') return undefined
      throw error
    }
  }

  return {
    async create(given: NewDraftOnWire): Promise<DraftOnWire> {
      const now = clock.now()
      const content = await begin(given)
      const record: DraftRecord = {
        id: randomUUID(),
        version: 1,
        content: sealable(content),
        createdAt: now,
        changedAt: now,
        expiresAt: now + keptMs,
      }
      await store.insert(record, limit)
      return draftView(record, content)
    },
    list: async () => (await store.list()).map((record) => draftView(record, contentOf(record))),
    async get(id: string): Promise<DraftOnWire> {
      const { record, content } = await load(id)
      return draftView(record, content)
    },
    change: (id: string, patch: Readonly<Record<string, unknown>>): Promise<DraftOnWire> =>
      alone(id, async () => {
        const { record, content } = await load(id)
        const next = await change(content, patch)
        return draftView(await save(record, next), next)
      }),
    async remove(id: string): Promise<void> {
      if (!(await alone(id, () => store.remove(id)))) throw gone()
    },
    async preview(id: string): Promise<Preview> {
      const { content } = await load(id)
      const { provider, client, ...settings } = content.settings
      if (provider === undefined) throw invalid([{ path: 'provider', problem: 'no service is chosen yet' }])
      // A mark stands for a secret and is masked like one; a key has a form, and a mark has not.
      const { key, ...known } = client ?? {}
      const shown = { ...known, ...(key === undefined || key === '[set]' ? {} : { key }) }
      return connections.previewDraft(
        newConnectionOf({ ...unnamed(settings), provider, ...(client === undefined ? {} : { client: shown }) }),
      )
    },
    connect: (id: string, actor: Actor): Promise<{ connection: ConnectionView; draft: DraftOnWire }> =>
      alone(id, async () => {
        const { record, content } = await load(id)
        const done = await settle(record, content, actor)
        return { connection: done.view, draft: draftView(done.record, done.content) }
      }),
  }
}

function gone(): EvergrantError {
  return new EvergrantError('unknown_draft', {
    detail: `the draft was finished, discarded, left alone for ${keptMs / dayMs} days, or the oldest of more than ${limit}`,
  })
}

function secretsMissing(names: readonly string[]): EvergrantError {
  return new EvergrantError('missing_value', {
    detail: `after the change these would go to other hosts, so they are asked for again: ${names.join(', ')}`,
    faults: names.map((path) => ({ path, problem: 'give it again', remedy: 'or take it away' })),
  })
}

/** A draft may have half a name. */
function unnamed({ name: _, ...settings }: Settings): Omit<Settings, 'name'> {
  return settings
}

/** As a new connection has it; throws with everything that is missing or does not fit. */
function complete(settings: Settings): NewConnectionOnWire {
  const result = newConnection.safeParse(withoutMarks(settings))
  if (!result.success) throw invalid(faultsOf(result.error, 'body'))
  return result.data
}

function contentOf({ content }: DraftRecord): DraftContent {
  // This file wrote it.
  return JSON.parse(content.open()) as DraftContent
}

function sealable(content: DraftContent) {
  const text = JSON.stringify(content)
  if (text.length > longest)
    throw new EvergrantError('invalid_request', { detail: `a draft holds at most ${longest / 1024} KB` })
  return secret(text)
}

function draftView({ id, version, createdAt, changedAt, expiresAt }: DraftRecord, content: DraftContent): DraftOnWire {
  const { step, view, connection, changes, giveAgain, faults, warnings } = content
  return present({
    id,
    version,
    created_at: seconds(createdAt),
    changed_at: seconds(changedAt),
    expires_at: seconds(expiresAt),
    step,
    view,
    connection,
    changes,
    settings: masked(content),
    give_again: giveAgain,
    faults: faults.map(({ path, problem, remedy }) => present({ path, problem, remedy })),
    warnings,
  })
}
