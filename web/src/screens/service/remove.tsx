import { Button, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { announce } from '../../parts/announce.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Trouble } from '../../parts/page.tsx'
import { call } from '../../server/call.ts'

/** Removes a definition of one's own; the server refuses while a connection uses it, and names which. */
export function Remove({ id }: { id: string }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [isAsked, setAsked] = useState(false)
  const remove = useMutation({
    mutationKey: ['providers', 'remove', id],
    mutationFn: () => call('removeProvider', { params: { id } }),
    onSuccess: async () => {
      announce('Done', `Removed the definition ${id}.`)
      await navigate({ to: '/services' })
      client.removeQueries({ queryKey: ['providers', 'definition', id] })
      await client.invalidateQueries({ queryKey: ['providers'] })
    },
  })
  return (
    <>
      <Button variant="default" onClick={() => setAsked(true)}>
        Remove
      </Button>
      <Confirm
        opened={isAsked}
        title={`Remove the definition ${id}?`}
        action="Remove it"
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
        onClose={() => setAsked(false)}
      >
        <Text size="sm">It is gone for good. Connections that use it keep it from being removed.</Text>
        {remove.error !== null && <Trouble error={remove.error} />}
      </Confirm>
    </>
  )
}
