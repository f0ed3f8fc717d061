/**
 * The store: what must outlive the process. `store.ts` says in prose what every database has to keep, `conformance.ts`
 * holds it to that; `sqlite.ts` is the embedded one. Secrets are sealed before they are written (`seal.ts`): one data
 * key per connection and client, wrapped by the key file's key, so that a copied file is worth nothing without the key
 * and a deleted connection is gone from every backup of it that is opened later.
 *
 * A typical renewal is two commits: `claim` (a conditional write with a fence, the record that it was begun) and
 * `advance` (generation + 1, if the fence still stands). Nothing here waits, retries or sends.
 */
export { holdHome } from './owner.ts'
export { homeFaults, prepareHome } from './home.ts'
export { loadKeys } from './key-cover.ts'
export { openSqliteStore } from './sqlite.ts'
