import { Switch, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { announce } from '../../parts/announce.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Trouble } from '../../parts/page.tsx'
import { call, type Answer } from '../../server/call.ts'
import { revocationWords } from './revocation-words.ts'

/** Removes a connection with all its secrets, for good. */
export function Remove({ connection, onClose }: { connection: Answer<'showConnection'>; onClose: () => void }) {
  const { name, provider_name: service, actions } = connection
  const canRevoke = actions.includes('revoke')
  const [isRevoked, setRevoked] = useState(canRevoke)
  const client = useQueryClient()
  const navigate = useNavigate()
  const remove = useMutation({
    mutationKey: ['remove', name],
    mutationFn: () => call('removeConnection', { params: { name }, query: { revoke: isRevoked ? 'true' : 'false' } }),
    onSuccess: async ({ revocation }) => {
      announce(`${name} is removed`, canRevoke ? revocationWords[revocation] : 'Its secrets are destroyed.')
      await navigate({ to: '/' })
      client.removeQueries({ queryKey: ['connections', 'one', name] })
      await client.invalidateQueries({ queryKey: ['connections'] })
    },
  })
  return (
    <Confirm
      opened
      title={`Remove ${name}?`}
      typed={name}
      action="Remove for good"
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      {remove.error !== null && <Trouble error={remove.error} />}
      <Text>
        Its settings, its tokens and the key that they are sealed with are destroyed. Jobs that ask for it get an error.
        This cannot be undone.
      </Text>
      {canRevoke && (
        <Switch
          label="Revoke at the service first"
          description={`${service} is asked to end what it gave.`}
          checked={isRevoked}
          onChange={(event) => setRevoked(event.currentTarget.checked)}
        />
      )}
    </Confirm>
  )
}
