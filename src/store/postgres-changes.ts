/**
 * What one node tells the others: whose tokens or keys their memory must not serve any more. A row in `change` is part
 * of the transaction that makes the change; NOTIFY on commit carries it to the listening connection of every node at
 * once. Where notifications do not arrive (a pooler of transactions, a connection that is down) the rows are looked at
 * twice a second. Renewals are not told, but for those that end the token before them: commits that notify come one
 * after the other on the whole server.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Logger } from '../deps.ts'
import type { Session } from './database.ts'
import { connect, type OwnClient, type PostgresAddress } from './postgres-client.ts'
import { postgresError } from './postgres-error.ts'
import type { PostgresDatabase } from './postgres-database.ts'
import { statement, type Slots } from './statement.ts'
import type { Change } from './store.ts'
import type { Tables } from './tables.ts'

const CHANNEL = 'evergrant'
const ROUND_MS = 500
/** How long a notification may take before it counts as lost, at start. */
const PROBE_MS = 1_000
/** A change is seen later than its time says by as long as its transaction takes, which the server bounds. */
const OVERLAP_MS = 30_000
/** Longer than a node that cannot reach the database has anything to serve. */
const KEPT_MS = 7 * 24 * 3_600_000
/** How often the listening connection is asked whether it is still there. */
const PING_MS = 30_000
const LONGEST_REST_MS = 10_000

type Telling = Omit<Tables['change'], 'seq'>

/** The words of a notification: holder, number, kind, id. None of them has a space in it. */
const tell = statement((db, slot: Slots<Telling>) =>
  db
    .with('told', (on) =>
      on
        .insertInto('change')
        .values({ at: slot('at'), kind: slot('kind'), target: slot('target'), holder: slot('holder') })
        .returning(['seq', 'kind', 'target', 'holder']),
    )
    .selectFrom('told')
    .select(sql`pg_notify(${sql.lit(CHANNEL)}, concat_ws(' ', holder, seq, kind, target))`.as('sent')),
)

const forget = statement((db, slot: Slots<{ before: number }>) =>
  db.deleteFrom('change').where('at', '<', slot('before')),
)

const since = statement((db, slot: Slots<{ from: number }>) =>
  db.selectFrom('change').selectAll().where('at', '>', slot('from')).orderBy('seq'),
)

/** Part of a work: other nodes hear of it when, and only if, the work is committed. */
export async function tellChange(session: Session, { kind, id }: Change, holder: string): Promise<void> {
  const at = await session.now()
  await session.run(forget, { before: at - KEPT_MS })
  await session.run(tell, { at, kind, target: id, holder })
}

export type ChangesOptions = {
  database: PostgresDatabase
  address: PostgresAddress
  holder: string
  log: Logger
  told: (change: Change) => void
}

export class Changes {
  readonly #options: ChangesOptions
  /** Numbers of the changes that were told already, with their times. */
  readonly #seen = new Map<number, number>()
  readonly #stop = new AbortController()
  #wake = new AbortController()
  #listener: OwnClient | undefined
  /** Changes up to here, by the database's clock, have been told. */
  #upTo = 0
  #isAway = false
  #probe: { word: string; arrived: () => void } | undefined

  constructor(options: ChangesOptions) {
    this.#options = options
  }

  /** Gives whether notifications arrive. */
  async start(): Promise<boolean> {
    this.#upTo = await this.#options.database.read.now()
    const arrives = await this.#listen().then(
      () => this.#probed(),
      () => false,
    )
    if (!arrives) {
      this.#hangUp()
      this.#options.log.warn(
        {},
        'the database does not pass notifications on (a pooler of transactions?): changes of other nodes are looked for twice a second',
      )
    }
    void this.#run(arrives)
    return arrives
  }

  /** What it is looking for meanwhile ends with the database's connections. */
  close(): void {
    this.#stop.abort()
    this.#hangUp()
  }

  /** While notifications arrive there is nothing to do but to make sure of it now and then; else looks. */
  async #run(arrives: boolean): Promise<void> {
    let tries = 0
    let next = 0
    while (!this.#stop.signal.aborted) {
      const listener = this.#listener
      if (listener !== undefined) {
        tries = 0
        await this.#rest(PING_MS)
        if (this.#stop.signal.aborted) return
        await listener.query('select 1').catch(() => this.#lost(listener))
      } else if (arrives && performance.now() >= next) {
        tries += 1
        next = performance.now() + Math.min(LONGEST_REST_MS, ROUND_MS * 2 ** tries)
        await this.#listen().catch(() => undefined)
      } else {
        await this.#rest(ROUND_MS)
        if (this.#stop.signal.aborted) return
      }
      // The database is away: nobody changes anything meanwhile.
      await this.#look().then(
        () => this.#went('back'),
        () => this.#went('lost'),
      )
    }
  }

  /** Told once each. A connection that is lost may mean another server behind the same address. */
  #went(how: 'lost' | 'back'): void {
    if (this.#stop.signal.aborted || this.#isAway === (how === 'lost')) return
    this.#isAway = how === 'lost'
    this.#options.told({ kind: 'store', id: how })
  }

  async #look(): Promise<void> {
    const { read } = this.#options.database
    const now = await read.now()
    const from = this.#upTo - OVERLAP_MS
    for (const row of await read.all(since, { from })) {
      this.#take({ seq: row.seq, kind: row.kind, id: row.target, holder: row.holder })
    }
    for (const [seq, at] of this.#seen) if (at < from) this.#seen.delete(seq)
    this.#upTo = now
  }

  #take({ seq, kind, id, holder }: { seq: number; kind: string; id: string; holder: string }): void {
    if (holder === this.#options.holder || this.#seen.has(seq)) return
    this.#seen.set(seq, this.#upTo)
    // A newer node may tell of more than is known here.
    if (kind === 'connection' || kind === 'key' || kind === 'server' || kind === 'seal')
      this.#options.told({ kind, id })
  }

  async #listen(): Promise<void> {
    const { address } = this.#options
    const client = await connect(address).catch((error: unknown) => {
      throw postgresError(error, address)
    })
    client.on('notification', ({ payload = '' }) => this.#heard(payload))
    const lost = () => this.#lost(client)
    client.on('error', lost)
    client.on('end', lost)
    try {
      await client.query(`listen ${CHANNEL}`)
    } catch (error) {
      client.leave()
      throw error
    }
    this.#listener = client
    if (this.#stop.signal.aborted) this.#hangUp()
  }

  #heard(payload: string): void {
    const [holder = '', seq = '', kind = '', id = ''] = payload.split(' ')
    if (holder === this.#probe?.word) this.#probe.arrived()
    else this.#take({ seq: Number(seq), kind, id, holder })
  }

  /** Whether a notification from another connection comes through. */
  async #probed(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#probe = { word: randomUUID(), arrived: () => resolve(true) }
    const timer = setTimeout(() => resolve(false), PROBE_MS)
    try {
      await this.#options.database.notify(CHANNEL, this.#probe.word)
      return await promise
    } finally {
      clearTimeout(timer)
      this.#probe = undefined
    }
  }

  #lost(client: OwnClient): void {
    if (this.#listener !== client) return
    this.#hangUp()
    if (this.#stop.signal.aborted) return
    this.#went('lost')
    this.#options.log.warn(
      {},
      'the connection that tells of other nodes’ changes was lost: they are looked for meanwhile',
    )
    this.#wake.abort()
  }

  #hangUp(): void {
    const client = this.#listener
    this.#listener = undefined
    client?.leave()
  }

  /** Ends early when the connection is lost or everything stops. */
  async #rest(ms: number): Promise<void> {
    if (this.#wake.signal.aborted) this.#wake = new AbortController()
    const signal = AbortSignal.any([this.#stop.signal, this.#wake.signal])
    await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
