/**
 * The tables as Kysely sees them; `migrations.ts` makes them. Both databases have the same ones: times are epoch
 * milliseconds in a 64-bit integer, facts of yes and no are 0 and 1, structures are JSON text, sealed columns are bytes.
 */
import type { Generated, Kysely } from 'kysely'
import type { ConnectionState } from './store.ts'

/** Sealed bytes, see `seal.ts`. */
export type Sealed = Uint8Array

export type Tables = {
  installation: {
    id: string
    epoch: number
    /** What the database was adopted on: file and machine, see `installation.ts`. */
    adopted_on: string
    /** A known text sealed with the key: tells a wrong key before anything is read with it. */
    key_check: Sealed
    created_at: number
    /** The last holder that proved it can write, and when. */
    seen_by: string
    seen_at: number
    /** The key of the audit's heads and the list of its chains, see `audit-head.ts`. */
    audit_sealed: Sealed | null
  }
  /** Keys that have sealed, by their ids: the newest seals. See `sealing-keys.ts`. */
  sealing_key: {
    id: string
    since: number
    /** When nothing was left under older keys. */
    rewrapped_at: number | null
  }
  client: {
    id: string
    provider: string
    client_id: string
    auth_method: string
    settings_version: number
    state: 'ok' | 'refused'
    failure: string | null
    worked: number
    secret_ends_at: number | null
    certificate_ends_at: number | null
    key_alg: string | null
    key_id: string | null
    certificate: string | null
    secrets_sealed: Sealed | null
    data_key: Sealed
    created_at: number
  }
  connection: {
    id: string
    name: string
    provider: string
    definition: string | null
    way: string
    client_ref: string | null
    inputs: string
    secrets_sealed: Sealed | null
    scopes: string
    redirect_uri: string | null
    overrides: string | null
    bound_to: string
    settings_version: number
    data_key: Sealed
    created_at: number
    authorized_at: number | null
    authorized_generation: number | null
    who: string | null
    failure: string | null
    removing: number
  }
  schedule: {
    connection_id: string
    state: ConnectionState
    generation: number
    fence: number
    due_at: number | null
    retry_at: number | null
    origin: string | null
    /** Not null = an open claim = a renewal that was begun. */
    holder: string | null
    held_until: number | null
    /** When somebody first met the expired claim of another node; the hold counts from here. */
    open_seen_at: number | null
  }
  token_set: {
    connection_id: string
    root_sealed: Sealed
    served_sealed: Sealed | null
  }
  /** What jobs are served, as `ready.ts` reads it; no row while that is still to be derived, or nothing is served. */
  ready: { name: string; connection_id: string; sealed: Sealed }
  late_answer: {
    connection_id: string
    base_generation: number
    fence: number
    answer_sealed: Sealed
    holder: string
    received_at: number
  }
  attempt: {
    connection_id: string
    seq: number
    at: number
    trigger_name: string
    step: string
    generation: number
    outcome: string
    status: number | null
    code: string | null
    duration_ms: number
    request: string
    response: string
  }
  authorization_flow: {
    id: string
    state_digest: string
    connection_id: string
    started_by: string | null
    back: string
    sealed: Sealed
    created_at: number
    expires_at: number
    taken_at: number | null
    outcome: string
  }
  api_key: {
    id: string
    prefix: string
    digest: string
    name: string
    verbs: string
    connections: string
    created_at: number
    expires_at: number | null
    revoked_at: number | null
    last_used_at: number | null
    addresses: string
  }
  session: { digest: string; kind: 'link' | 'session'; created_at: number; expires_at: number }
  definition: { id: string; body: string }
  server: { origin: string; retry_at: number }
  event: { id: number; at: number; name: string; connection: string | null; fields: string }
  audit: {
    node: string
    seq: number
    at: number
    action: string
    connection: string | null
    actor_kind: string
    actor_id: string | null
    actor_name: string | null
    text: string
    prev: string
    hash: string
  }
  audit_head: { node: string; head: string; mac: string }
  key_read: { connection: string; key_id: string; reads: number; last_at: number }
  key_address: { key_id: string; place: string; first_at: number }
  draft: {
    id: string
    version: number
    created_at: number
    changed_at: number
    expires_at: number
    content_sealed: Sealed
  }
  /** What one node tells the others; in Postgres alone. */
  change: { seq: Generated<number>; at: number; kind: string; target: string; holder: string }
  revocation: { id: string; call_sealed: Sealed; retry_at: number; tries: number }
}

/** The builder: it writes SQL; the driver behind `Database` runs it. */
export type Builder = Kysely<Tables>
