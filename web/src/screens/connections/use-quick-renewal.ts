import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, Problem } from '../../server/call.ts'
import type { Connection } from './urgency.ts'

/** Renews without leaving the list; what came of it is announced, and the details stand on its page. */
export function useQuickRenewal({ name, actions }: Connection) {
  const client = useQueryClient()
  return useMutation({
    mutationKey: ['renew', name],
    scope: { id: `renew ${name}` },
    mutationFn: () => call(actions.includes('renew') ? 'renewToken' : 'issueToken', { params: { name } }),
    onSuccess: ({ ok, failure }) =>
      notifications.show(
        ok
          ? { title: `${name} has a new token`, message: 'Jobs get it from now on.', color: 'green' }
          : {
              title: `${name} could not be renewed`,
              message: failure?.words ?? failure?.cause ?? failure?.code ?? 'Its page says more.',
              color: 'red',
              autoClose: 15_000,
            },
      ),
    onError: (error) =>
      notifications.show({
        title: `${name} could not be renewed`,
        message: error instanceof Problem ? `${error.facts.detail}. ${error.facts.remedy}` : error.message,
        color: 'red',
        autoClose: 15_000,
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ['connections'] }),
  })
}
