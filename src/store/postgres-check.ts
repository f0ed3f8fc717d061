/** What a database must be before anything is entrusted to it, looked at once at start. */
import { EvergrantError, type Fault } from '../errors.ts'
import type { Ground } from './installation.ts'
import { connect, shown, type Client, type PostgresAddress } from './postgres-client.ts'
import { readOnly } from './postgres-error.ts'

/** The oldest version that its makers still mend (https://www.postgresql.org/support/versioning/, read 2026-11-22). */
const OLDEST = 14

type Facts = {
  version: number
  reads_only: boolean
  synchronous: string
  encoding: string
  database: string
}

const facts = `select
  current_setting('server_version_num')::int / 10000 as version,
  pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as reads_only,
  current_setting('synchronous_commit') as synchronous,
  current_setting('server_encoding') as encoding,
  (select oid::text from pg_database where datname = current_database()) as database`

/**
 * Throws `store_unavailable` with what is wrong. A copy of the files keeps what the ground is made of, like a standby
 * that takes over; a dump that was restored does not.
 */
export async function examine(client: Client, at: PostgresAddress): Promise<Ground> {
  const found = (await client.query<Facts>(facts)).rows[0]
  if (found === undefined) throw new EvergrantError('store_unavailable', { detail: `${shown(at)} tells nothing` })
  if (found.reads_only) throw new EvergrantError('store_unavailable', readOnly(at))
  const faults = faultsOf(found, at)
  if (faults.length > 0) {
    throw new EvergrantError('store_unavailable', {
      detail: `${shown(at)} does not keep what the store promises: ${faults.map((f) => `${f.path} ${f.problem}`).join('; ')}`,
      remedy: faults.map((fault) => fault.remedy).join('; '),
      faults,
    })
  }
  return { system: await systemOf(client), database: found.database }
}

function faultsOf({ version, synchronous, encoding }: Facts, { user, database }: PostgresAddress): Required<Fault>[] {
  const faults: Required<Fault>[] = []
  if (version < OLDEST) {
    faults.push({
      path: 'the version',
      problem: `is ${version}, must be ${OLDEST} or newer`,
      remedy: 'upgrade the database server',
    })
  }
  if (synchronous === 'off') {
    faults.push({
      path: 'synchronous_commit',
      problem: 'is off, so a crash loses what was acknowledged, such as refresh tokens',
      remedy: `alter role "${user}" in database "${database}" set synchronous_commit = on`,
    })
  }
  if (encoding !== 'UTF8') {
    faults.push({
      path: 'the encoding',
      problem: `is ${encoding}, must be UTF8`,
      remedy: `create another database: create database "${database}" encoding 'UTF8' template template0`,
    })
  }
  return faults
}

/** Made by `initdb`. A service may keep it to itself: then only the database is compared. */
async function systemOf(client: Client): Promise<string> {
  try {
    const { rows } = await client.query<{ system: string }>(
      'select system_identifier::text as system from pg_control_system()',
    )
    return rows[0]?.system ?? ''
  } catch {
    return ''
  }
}

/** Whether a store was made in this database. */
export async function storeExists(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ made: boolean }>(`select to_regclass('installation') is not null as made`)
  if (rows[0]?.made !== true) return false
  return ((await client.query('select 1 from installation')).rowCount ?? 0) > 0
}

/** A connection for what is done at start, closed afterwards. */
export async function atStart<Result>(address: PostgresAddress, run: (client: Client) => Promise<Result>) {
  const client = await connect(address)
  try {
    return await run(client)
  } finally {
    client.leave()
  }
}
