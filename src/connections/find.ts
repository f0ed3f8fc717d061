import { EvergrantError } from '../errors.ts'
import type { Loaded, Store } from '../store/store.ts'

/** The connection of this name; one that is being removed is gone already. Throws `unknown_connection`. */
export async function find(store: Pick<Store, 'connections'>, name: string): Promise<Loaded> {
  const loaded = await store.connections.byName(name)
  if (loaded === undefined || loaded.connection.removing) {
    throw new EvergrantError('unknown_connection', { connection: name, detail: `there is no connection "${name}"` })
  }
  return loaded
}
