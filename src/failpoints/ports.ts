/**
 * The steps where a process can be killed are those of the ports that `main.ts` hands around: a failpoint is a port
 * around another one, and a process without one has the plain ports.
 */
import type { Spool } from '../connections/spool.ts'
import type { Fetch } from '../deps.ts'
import type { Store } from '../store/store.ts'
import type { Failpoint, Point } from './points.ts'

type Armed = { store(store: Store): Store; fetch(fetch: Fetch): Fetch; spool(spool: Spool): Spool } & {
  reached(point: Point): void
}

/** The ports with the failpoint in them. */
export function arm({ point: wanted, time }: Failpoint): Armed {
  let left = time
  function reached(point: Point): void {
    if (point === wanted && --left === 0) process.kill(process.pid, 'SIGKILL')
  }

  /** The same function, which reaches one point before it works and one after it worked. */
  function around<In extends unknown[], Out>(
    work: (...input: In) => Promise<Out>,
    { before, after }: { before?: Point; after?: Point },
  ): (...input: In) => Promise<Out> {
    return async (...input) => {
      if (before !== undefined) reached(before)
      const output = await work(...input)
      if (after !== undefined) reached(after)
      return output
    }
  }

  return {
    reached,
    fetch: (fetch) => around(fetch, { before: 'before_request', after: 'after_response' }),
    spool: (spool) => ({
      append: around((entry) => spool.append(entry), { before: 'before_spool', after: 'after_spool' }),
      pending: () => spool.pending(),
      settle: (entry) => spool.settle(entry),
      stored: (entry) => spool.stored(entry),
      answerTo: (connectionId, generation) => spool.answerTo(connectionId, generation),
      storedLately: () => spool.storedLately(),
      close: () => spool.close(),
    }),
    store(store) {
      const { renewals, connections, sealing } = store
      const own: Pick<Store, 'renewals' | 'connections' | 'sealing'> = {
        renewals: {
          ...renewals,
          claim: around(renewals.claim, { before: 'before_claim', after: 'after_claim' }),
          advance: around(renewals.advance, { before: 'before_advance', after: 'after_advance' }),
          replace: around(renewals.replace, { before: 'before_grant', after: 'after_grant' }),
          setState: around(renewals.setState, { before: 'before_drop', after: 'after_drop' }),
        },
        connections: {
          ...connections,
          touch: around(connections.touch, { after: 'after_removing' }),
          remove: around(connections.remove, { before: 'before_remove' }),
        },
        sealing: {
          ...sealing,
          begin: around(sealing.begin, { after: 'after_key' }),
          async *rewrap() {
            for await (const step of sealing.rewrap()) {
              reached('after_wrapping')
              yield step
            }
          },
        },
      }
      // Everything else, counters included, stays the store's own.
      return Object.assign(Object.create(store) as Store, own)
    },
  }
}
