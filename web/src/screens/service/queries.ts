import { queryOptions } from '@tanstack/react-query'
import { call } from '../../server/call.ts'

export const definitionQuery = (id: string) =>
  queryOptions({
    queryKey: ['providers', 'definition', id],
    queryFn: ({ signal }) => call('showDefinition', { params: { id } }, signal),
  })

export const differenceQuery = (id: string) =>
  queryOptions({
    queryKey: ['providers', 'difference', id],
    queryFn: ({ signal }) => call('showDifference', { params: { id } }, signal),
  })
