import type { FastifyInstance } from 'fastify'
import { contract } from '../../api/contract.ts'
import type { Connections, ConnectionView } from '../../connections/connections.ts'
import type { Store } from '../../store/store.ts'
import { present } from '../present.ts'
import { implement } from '../route.ts'
import type { RouteParts } from './parts.ts'

/** More connections are not looked at one by one. */
const countable = 5_000

/** How this server runs, and whether it is well. What the store cannot say is left out, and the rest is still told. */
export function settingsRoutes(app: FastifyInstance, parts: RouteParts): void {
  const { store, connections, clock, version, publicUrl, addresses, installation } = parts
  implement(app, contract.showSettings, async () => {
    const { home, database, allowHosts, adminKey, rehearsal, warnings, spooled } = installation
    const unless = <T>(asked: Promise<T>) => asked.catch(() => undefined)
    const [healthy, bytes, counted, keys, due, waiting] = await Promise.all([
      store.healthy(),
      unless(store.size()),
      unless(count(store, connections)),
      unless(store.keys.list()),
      // None due is not the same as not known.
      unless(store.renewals.nextDue().then((at) => ({ at }))),
      unless(spooled()),
    ])
    const now = clock.now()
    const lives = keys?.filter(({ revokedAt, expiresAt = Infinity }) => revokedAt === undefined && expiresAt > now)
    return present({
      version,
      public_url: publicUrl,
      listen: [...addresses()],
      home,
      database: present({ ...database, bytes }),
      allow_hosts: [...allowHosts],
      admin_key: adminKey,
      rehearsal,
      connections: counted,
      keys: lives && keys && { living: lives.length, total: keys.length },
      warnings: [...warnings],
      health: present({
        store: healthy ? ('ok' as const) : ('unavailable' as const),
        refresher_behind: due && Math.max(0, Math.floor((now - (due.at ?? now)) / 1000)),
        spooled: waiting,
      }),
    })
  })
}

async function count(store: Pick<Store, 'connections'>, connections: Connections) {
  const total = await store.connections.count()
  if (total > countable) return { total }
  const conditions: Partial<Record<ConnectionView['condition'], number>> = {}
  let after: string | undefined
  do {
    const page = await connections.list(present({ limit: 1000, after }))
    for (const { condition } of page.connections) conditions[condition] = (conditions[condition] ?? 0) + 1
    after = page.next
  } while (after !== undefined)
  return { total, by_condition: conditions }
}
