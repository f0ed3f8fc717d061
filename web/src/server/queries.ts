/** What the pages read, each under one key, so that an event of the server can say what is stale. */
import { queryOptions } from '@tanstack/react-query'
import { call, type Answer } from './call.ts'

export const connectionsQuery = (search: string) =>
  queryOptions({
    queryKey: ['connections', 'list', search],
    queryFn: ({ signal }) =>
      call('listConnections', { query: { limit: 500, ...(search !== '' && { search }) } }, signal),
  })

/** More than these are narrowed down by the search of the server. */
const mostListed = 5000

/** All connections that fit the search, page after page; `more` where they are too many to be listed. */
export const allConnectionsQuery = (search: string) =>
  queryOptions({
    queryKey: ['connections', 'all', search],
    queryFn: async ({ signal }) => {
      const found: Answer<'listConnections'>['connections'] = []
      let after: string | undefined
      do {
        const query = { limit: 500, ...(search !== '' && { search }), ...(after !== undefined && { after }) }
        // oxlint-disable-next-line no-await-in-loop -- each page says where the next one begins
        const page = await call('listConnections', { query }, signal)
        found.push(...page.connections)
        after = page.next
      } while (after !== undefined && found.length < mostListed)
      return { connections: found, more: after !== undefined }
    },
  })

export const connectionQuery = (name: string) =>
  queryOptions({
    queryKey: ['connections', 'one', name],
    queryFn: ({ signal }) => call('showConnection', { params: { name } }, signal),
  })

export const attemptsQuery = (name: string) =>
  queryOptions({
    queryKey: ['connections', 'attempts', name],
    queryFn: ({ signal }) => call('listAttempts', { params: { name } }, signal),
  })

/** How far a flow is: told by events, and asked for where none come. */
export const authorizationQuery = (id: string) =>
  queryOptions({
    queryKey: ['authorizations', id],
    queryFn: ({ signal }) => call('showAuthorization', { params: { id } }, signal),
    refetchInterval: ({ state }) => (state.data === undefined || state.data.outcome.kind === 'waiting' ? 1500 : false),
  })

export const providersQuery = queryOptions({
  queryKey: ['providers', 'list'],
  queryFn: ({ signal }) => call('listProviders', {}, signal),
  staleTime: 60_000,
})

export const providerQuery = (id: string) =>
  queryOptions({
    queryKey: ['providers', 'one', id],
    queryFn: ({ signal }) => call('showProvider', { params: { id } }, signal),
    staleTime: 60_000,
  })

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => call('listKeys', {}, signal),
})
