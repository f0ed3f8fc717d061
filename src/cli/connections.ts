import type { ConnectionOnWire } from '../api/connection.ts'
import type { Client } from './client.ts'

/** All connections, page by page. */
export async function allConnections(client: Client, search?: string): Promise<ConnectionOnWire[]> {
  const connections: ConnectionOnWire[] = []
  let after: string | undefined
  do {
    const page = await client.call('listConnections', { query: { search, after, limit: 500 } })
    connections.push(...page.connections)
    after = page.next
  } while (after !== undefined)
  return connections
}
