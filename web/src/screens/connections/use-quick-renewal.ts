import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { announce, announceTrouble } from '../../parts/announce.ts'
import { call } from '../../server/call.ts'
import { showAnew } from '../../server/show-anew.ts'
import type { Connection } from './urgency.ts'

const failed = (name: string): string => `${name} could not be renewed`

/** Renews without leaving the list, each connection once at a time; what came of it is announced. */
export function useQuickRenewal() {
  const client = useQueryClient()
  const [renewing, setRenewing] = useState<ReadonlySet<string>>(new Set())
  const { mutate } = useMutation({
    mutationKey: ['renew'],
    mutationFn: ({ name, actions }: Connection) =>
      call(actions.includes('renew') ? 'renewToken' : 'issueToken', { params: { name } }),
    onMutate: ({ name }) => setRenewing((before) => new Set([...before, name])),
    onSuccess: ({ ok, failure, connection }, { name }) => {
      showAnew(client, connection)
      if (ok) return announce(`${name} has a new token`, 'Jobs get it from now on.')
      const message = failure?.words ?? failure?.cause ?? failure?.code ?? 'Its page says more.'
      notifications.show({ title: failed(name), message, color: 'red', autoClose: 15_000 })
    },
    onError: (error, { name }) => announceTrouble(failed(name), error),
    onSettled: (_answer, _error, { name }) => {
      setRenewing((before) => new Set([...before].filter((other) => other !== name)))
      return client.invalidateQueries({ queryKey: ['connections'] })
    },
  })
  const renew = useCallback((connection: Connection) => mutate(connection), [mutate])
  return { renewing, renew }
}
