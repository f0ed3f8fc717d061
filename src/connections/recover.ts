/**
 * After a crash: what the spool holds goes where it belongs, and what was begun is finished. The same after a database
 * has come back without its last moments.
 */
import type { ClaimResult, Loaded } from '../store/store.ts'
import type { Context } from './context.ts'
import { noClaim } from './grant.ts'
import type { Keeper } from './keep.ts'
import type { Plan, Planner } from './plan.ts'
import type { Outcome, Trigger } from './renewing.ts'
import type { SpoolEntry } from './spool.ts'
import { isAway, onceReachable } from './until-stored.ts'

export type Recovery = {
  /** Of all connections; before anything is served. Renewals that were left open go on in the background. */
  recover(renew: (connectionId: string, seen: number, trigger: Trigger) => Promise<Outcome>): Promise<void>
  /** Puts back what was stored and is not there any more. */
  putBack(renew: (connectionId: string, seen: number, trigger: Trigger) => Promise<Outcome>): Promise<void>
  /** What the spool has for this generation, of a dead process or stored and lost again: nothing need be sent. */
  applySpool(mine: Mine, plan: Plan, mark: number): Promise<Outcome | undefined>
}

type Mine = Pick<Extract<ClaimResult, { kind: 'mine' }>, 'claim' | 'loaded' | 'leftOpen'>

export function createRecovery(context: Context, planner: Planner, keeper: Keeper): Recovery {
  const { store, spool } = context
  type Renew = Parameters<Recovery['recover']>[0]

  async function applySpool(mine: Mine, plan: Plan, mark: number): Promise<Outcome | undefined> {
    const { claim } = mine
    const entry = await spool.answerTo(claim.connectionId, claim.generation)
    if (entry === undefined || (await isDoubted(entry, mine))) return undefined
    const advanced = await store.renewals.advance(claim, keeper.advanceOf(plan, entry.tokens))
    if (!advanced.saved) {
      // The claim was taken over meanwhile: whoever has it must find what is here before it gives the grant up, or after.
      await store.renewals.keepLate(entry, entry.tokens)
      spool.settle(entry)
      return { kind: 'moved' }
    }
    spool.stored(entry)
    context.emit('token.recovered', { connection: plan.connection.name, generation: advanced.generation })
    await keeper.serve(plan, advanced.generation, entry.tokens, 'start', mark)
    return { kind: 'renewed', generation: advanced.generation }
  }

  /**
   * Another node has renewed by this answer since or may have, or the grant was declared dead with it at hand: then the
   * service is asked first, with the newest late answer. What came after that one continues it.
   */
  async function isDoubted(
    { connectionId, generation, fence, tokens }: SpoolEntry,
    { claim, loaded, leftOpen }: Mine,
  ): Promise<boolean> {
    const late = await store.renewals.late(connectionId, generation)
    if (late === undefined) return false
    const ahead = late.tokens.obtainedAt - tokens.obtainedAt
    const { failure } = loaded.connection
    const isOtherOpen = leftOpen && fence < claim.fence - 1
    const isOpen =
      isOtherOpen || failure?.kind === 'dead' || failure?.kind === 'unknown_outcome' || failure?.refused === true
    return isOpen ? ahead >= 0 : ahead > 0
  }

  async function recover(renew: Renew): Promise<void> {
    const entries = await spool.pending()
    const leftOpen = new Set(await store.renewals.leftOpen(context.holder))
    for (const connectionId of new Set([...entries.map((entry) => entry.connectionId), ...leftOpen])) {
      const mine = entries.filter((entry) => entry.connectionId === connectionId)
      const recoverIt = () => recoverOne(renew, connectionId, mine, leftOpen.has(connectionId))
      const tell = (error: unknown) =>
        context.log.error(
          { connectionId, reason: String(error) },
          'what a crash left of a connection could not be read',
        )
      // One connection that cannot be read keeps no other from being served. A store that went away comes back.
      await recoverIt().catch((error: unknown) =>
        isAway(error) ? void onceReachable(context, recoverIt).catch(tell) : tell(error),
      )
    }
  }

  async function recoverOne(
    renew: Renew,
    connectionId: string,
    entries: SpoolEntry[],
    leftOpen: boolean,
  ): Promise<void> {
    const loaded = await store.connections.byId(connectionId)
    const stored = entries.filter((entry) => loaded === undefined || entry.generation < loaded.schedule.generation)
    for (const entry of stored) spool.stored(entry)
    // The spool forgets in memory only: most of what it holds after a restart was saved long ago and asks for nothing.
    if (loaded === undefined || (stored.length === entries.length && !leftOpen)) return
    const granted = entries.find((entry) => entry.fence === noClaim && entry.generation === loaded.schedule.generation)
    if (granted !== undefined) return applyGrant(loaded, granted)
    const kept = new Set<SpoolEntry>()
    // An open claim of this node itself is taken over before anybody could look for what is here.
    const keep = async (found: Loaded): Promise<void> => {
      if (!leftOpen || found.schedule.fence !== loaded.schedule.fence) await keepPassedOn(found, entries, kept)
    }
    await keep(loaded)
    const finished = onceReachable(context, async () => {
      // Again: while the store was away another node may have taken the claim over, and given the grant up.
      const now = await store.connections.byId(connectionId)
      if (now !== undefined) await keep(now)
      const { kind } = await renew(connectionId, loaded.schedule.generation, 'start')
      // Or was faster after the start, and has given the grant up.
      const then = kind === 'blocked' ? await store.connections.byId(connectionId) : undefined
      if (then !== undefined) await keep(then)
    })
    void finished.catch((error: unknown) => {
      context.log.warn(
        { connection: loaded.connection.name, reason: String(error) },
        'a renewal left open by a crash could not be finished yet',
      )
    })
  }

  /** Another node has taken the claim over: it must find what is here before it gives the grant up, or after. */
  async function keepPassedOn(
    { schedule, tokens }: Loaded,
    entries: readonly SpoolEntry[],
    kept: Set<SpoolEntry>,
  ): Promise<void> {
    if (tokens === undefined) return
    for (const entry of entries) {
      const isPassedOn = entry.generation === schedule.generation && entry.fence !== schedule.fence
      if (!isPassedOn || kept.has(entry)) continue
      await store.renewals.keepLate(entry, entry.tokens)
      kept.add(entry)
    }
  }

  /** A person's grant that was received and not stored: it needs no claim, as in `grant.ts`. */
  async function applyGrant(loaded: Loaded, entry: SpoolEntry): Promise<void> {
    const plan = await planner.of(loaded)
    const generation = await store.renewals.replace(entry.connectionId, keeper.advanceOf(plan, entry.tokens), {
      authorizedAt: entry.tokens.obtainedAt,
    })
    spool.stored(entry)
    context.emit('token.recovered', { connection: plan.connection.name, generation })
  }

  async function putBack(renew: Renew): Promise<void> {
    const stored = spool.storedLately()
    const now = await store.renewals.look(stored.map(({ connectionId }) => connectionId))
    const missing = stored.filter(({ connectionId, generation }) => now.get(connectionId)?.generation === generation)
    const lane = async () => {
      for (let head = missing.shift(); head !== undefined; head = missing.shift()) {
        const { connectionId, generation } = head
        await putBackOne(renew, connectionId, generation).catch((error: unknown) =>
          context.log.error(
            { connectionId, reason: String(error) },
            'an answer that the store lost could not be put back',
          ),
        )
      }
    }
    // Other nodes wait for a few seconds only.
    await Promise.all(Array.from({ length: 8 }, lane))
  }

  async function putBackOne(renew: Renew, connectionId: string, generation: number): Promise<void> {
    const entry = await spool.answerTo(connectionId, generation)
    const loaded = await store.connections.byId(connectionId)
    if (entry === undefined || loaded === undefined) return
    if (entry.fence === noClaim) return applyGrant(loaded, entry)
    // Where only the answer was lost its claim stands open still, and is ours. Else a new one is made.
    const plan = await planner.of(loaded)
    const claim = { ...entry, sendBy: 0, settingsVersion: loaded.connection.settingsVersion }
    const { saved } = await store.renewals.advance(claim, keeper.advanceOf(plan, entry.tokens))
    if (saved) context.emit('token.recovered', { connection: plan.connection.name, generation: generation + 1 })
    else await renew(connectionId, generation, 'start')
  }

  return { recover, putBack, applySpool }
}
