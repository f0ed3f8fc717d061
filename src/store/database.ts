/**
 * What the repositories need from a driver. SQLite and Postgres are behind it.
 * A driver turns its failures into EvergrantError `store_unavailable` or `storage_full`; anything else is a defect.
 */
import type { Statement } from './statement.ts'
import type { Change } from './store.ts'

/** One transaction, or plain reads outside of any. */
export interface Session {
  all<In, Row>(statement: Statement<In, Row>, input: In): Promise<Row[]>
  first<In, Row>(statement: Statement<In, Row>, input: In): Promise<Row | undefined>
  /**
   * The first row for each input, all from the same moment and for the price of one visit to the database. The inputs
   * hold texts only.
   */
  each<In, Row>(statement: Statement<In, Row>, inputs: readonly In[]): Promise<(Row | undefined)[]>
  /** How many rows were changed. */
  run<In>(statement: Statement<In, unknown>, input: In): Promise<number>
  /** Epoch milliseconds by the database's clock: leases are judged by it. */
  now(): Promise<number>
  /** Once this work is committed, the other nodes hear of it (`Store.watch`). */
  tell(change: Change): Promise<void>
}

export interface Database {
  /** Reads what has been committed. */
  readonly read: Session
  /**
   * Runs `work` in a transaction and settles after the commit has reached the disk. Works that arrive together may
   * share one commit; each is undone by itself if it throws. `work` awaits nothing but its session, and may be run
   * again.
   *
   * @param about what the work reads before it writes, such as a connection's id: works about the same come one after
   *   the other, whichever node they come from
   */
  write<Result>(work: (session: Session) => Promise<Result>, about?: string): Promise<Result>
  /** Makes deleted bytes leave the files that lie beside the database. */
  scrub(): Promise<void>
  /** A moment by the database's clock as this machine's clock would say it. */
  here(moment: number): number
  readonly statements: number
}
