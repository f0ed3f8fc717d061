import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { announce, announceTrouble } from '../../parts/announce.ts'
import { call } from '../../server/call.ts'
import type { Connection } from './urgency.ts'

/** Renews without leaving the list; what came of it is announced, and the details stand on its page. */
export function useQuickRenewal({ name, actions }: Connection) {
  const client = useQueryClient()
  const title = `${name} could not be renewed`
  return useMutation({
    mutationKey: ['renew', name],
    scope: { id: `renew ${name}` },
    mutationFn: () => call(actions.includes('renew') ? 'renewToken' : 'issueToken', { params: { name } }),
    onSuccess: ({ ok, failure }) => {
      if (ok) return announce(`${name} has a new token`, 'Jobs get it from now on.')
      const message = failure?.words ?? failure?.cause ?? failure?.code ?? 'Its page says more.'
      notifications.show({ title, message, color: 'red', autoClose: 15_000 })
    },
    onError: (error) => announceTrouble(title, error),
    onSettled: () => client.invalidateQueries({ queryKey: ['connections'] }),
  })
}
