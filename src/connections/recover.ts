/** After a crash: what the spool holds goes where it belongs, and what was begun is finished. */
import type { Claim, Loaded } from '../store/store.ts'
import type { Context } from './context.ts'
import { noClaim } from './grant.ts'
import type { Keeper } from './keep.ts'
import type { Plan, Planner } from './plan.ts'
import type { Outcome, Trigger } from './renewing.ts'
import type { SpoolEntry } from './spool.ts'

export type Recovery = {
  /** Of all connections; before anything is served. Renewals that were left open go on in the background. */
  recover(renew: (connectionId: string, seen: number, trigger: Trigger) => Promise<Outcome>): Promise<void>
  /** The answer of a dead process, if the spool has it: the claim need not send anything. */
  applySpool(claim: Claim, plan: Plan, mark: number): Promise<Outcome | undefined>
}

export function createRecovery(context: Context, planner: Planner, keeper: Keeper): Recovery {
  const { store, spool } = context
  type Renew = Parameters<Recovery['recover']>[0]

  async function applySpool(claim: Claim, plan: Plan, mark: number): Promise<Outcome | undefined> {
    const entry = (await spool.pending()).find(
      (one) => one.connectionId === claim.connectionId && one.generation === claim.generation,
    )
    if (entry === undefined) return undefined
    const advanced = await store.renewals.advance(claim, keeper.advanceOf(plan, entry.tokens))
    spool.settle(entry)
    if (!advanced.saved) return { kind: 'moved' }
    context.emit('token.recovered', { connection: plan.connection.name, generation: advanced.generation })
    await keeper.serve(plan, advanced.generation, entry.tokens, 'start', mark)
    return { kind: 'renewed', generation: advanced.generation }
  }

  async function recover(renew: Renew): Promise<void> {
    const entries = await spool.pending()
    const leftOpen = new Set(await store.renewals.leftOpen(context.holder))
    for (const connectionId of new Set([...entries.map((entry) => entry.connectionId), ...leftOpen])) {
      const mine = entries.filter((entry) => entry.connectionId === connectionId)
      // One connection that cannot be read keeps no other from being served.
      await recoverOne(renew, connectionId, mine, leftOpen.has(connectionId)).catch((error: unknown) =>
        context.log.error(
          { connectionId, reason: String(error) },
          'what a crash left of a connection could not be read',
        ),
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
    for (const entry of stored) spool.settle(entry)
    // The spool forgets in memory only: most of what it holds after a restart was saved long ago and asks for nothing.
    if (loaded === undefined || (stored.length === entries.length && !leftOpen)) return
    const granted = entries.find((entry) => entry.fence === noClaim && entry.generation === loaded.schedule.generation)
    if (granted !== undefined) return applyGrant(loaded, granted)
    void renew(connectionId, loaded.schedule.generation, 'start').catch((error: unknown) => {
      context.log.warn(
        { connection: loaded.connection.name, reason: String(error) },
        'a renewal left open by a crash could not be finished yet',
      )
    })
  }

  /** A person's grant that was received and not stored: it needs no claim, as in `grant.ts`. */
  async function applyGrant(loaded: Loaded, entry: SpoolEntry): Promise<void> {
    const plan = await planner.of(loaded)
    const generation = await store.renewals.replace(entry.connectionId, keeper.advanceOf(plan, entry.tokens), {
      authorizedAt: entry.tokens.obtainedAt,
    })
    spool.settle(entry)
    context.emit('token.recovered', { connection: plan.connection.name, generation })
  }

  return { recover, applySpool }
}
