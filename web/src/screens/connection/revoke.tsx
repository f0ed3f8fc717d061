import { Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { announce } from '../../parts/announce.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Trouble } from '../../parts/page.tsx'
import { call, type Answer } from '../../server/call.ts'
import { revocationWords } from './revocation-words.ts'

/** Ends the tokens, at the service and here; the connection stays. */
export function Revoke({ connection, onClose }: { connection: Answer<'showConnection'>; onClose: () => void }) {
  const { name, provider_name: service } = connection
  const client = useQueryClient()
  const revoke = useMutation({
    mutationKey: ['revoke', name],
    mutationFn: () => call('revokeConnection', { params: { name } }),
    onSuccess: ({ revocation }) => {
      announce(`The tokens of ${name} are dropped`, revocationWords[revocation])
      onClose()
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['connections'] }),
  })
  return (
    <Confirm
      opened
      title={`Revoke the tokens of ${name}?`}
      action="Revoke"
      busy={revoke.isPending}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      {revoke.error !== null && <Trouble error={revoke.error} />}
      <Text>
        {service} is asked to end what it gave, and the tokens are dropped here. Jobs get none until somebody authorizes
        again. The settings stay.
      </Text>
    </Confirm>
  )
}
