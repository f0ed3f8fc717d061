/** What the pages read, each under one key, so that an event of the server can say what is stale. */
import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

export const connectionsQuery = (search: string) =>
  queryOptions({
    queryKey: ['connections', 'list', search],
    queryFn: ({ signal }) =>
      call('listConnections', { query: { limit: 500, ...(search !== '' && { search }) } }, signal),
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
