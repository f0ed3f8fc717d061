import type { QueryClient } from '@tanstack/react-query'
import type { Answer } from './call.ts'
import { connectionQuery } from './queries.ts'

type Connection = Answer<'showConnection'>
/** What `allConnectionsQuery` gives. */
type Listed = { connections: Connection[]; more: boolean }

/** What an action answered of its connection stands everywhere at once, before anything is read again. */
export function showAnew(client: QueryClient, connection: Connection): void {
  client.setQueryData(connectionQuery(connection.name).queryKey, connection)
  client.setQueriesData<Listed>({ queryKey: ['connections', 'all'] }, (listed) => {
    if (listed === undefined) return undefined
    const connections = listed.connections.map((one) => (one.name === connection.name ? connection : one))
    return { ...listed, connections }
  })
}
