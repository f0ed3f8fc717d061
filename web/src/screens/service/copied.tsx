import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Dialog } from '../../parts/dialog.tsx'
import { Trouble } from '../../parts/page.tsx'
import { call, type Answer } from '../../server/call.ts'

/** Makes a definition of one's own from this one; it remembers where it comes from. */
export function Copied({ service }: { service: Answer<'showProvider'> }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [isAsked, setAsked] = useState(false)
  const [id, setId] = useState(`my-${service.id}`.slice(0, 63))
  const [name, setName] = useState(`My ${service.name}`)
  const copy = useMutation({
    mutationKey: ['providers', 'copy', service.id],
    mutationFn: async () => {
      const { definition } = await call('draftProvider', {
        body: { copy: service.id, id: id.trim(), name: name.trim() },
      })
      return call('createProvider', { body: { definition } })
    },
    onSuccess: async (stored) => {
      await client.invalidateQueries({ queryKey: ['providers'] })
      setAsked(false)
      await navigate({ to: '/services/$id', params: { id: stored.id } })
    },
  })
  return (
    <>
      <Button variant="default" onClick={() => setAsked(true)}>
        Copy to change
      </Button>
      <Dialog opened={isAsked} onClose={() => setAsked(false)} title="A definition of your own">
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (!copy.isPending) copy.mutate()
          }}
        >
          <Stack>
            <Text size="sm">
              The copy can be changed in every part, and shows what you made different. For a difference that concerns
              one connection, no copy is needed: change it in the third step of connecting.
            </Text>
            <TextInput
              label="Id"
              description="Lower-case letters, digits and hyphens."
              required
              maxLength={63}
              value={id}
              onChange={(event) => setId(event.currentTarget.value)}
              autoCapitalize="none"
              spellCheck={false}
              data-autofocus
            />
            <TextInput
              label="Name"
              required
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            {copy.error !== null && <Trouble error={copy.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setAsked(false)} disabled={copy.isPending}>
                Cancel
              </Button>
              <Button type="submit" loading={copy.isPending}>
                Make the copy
              </Button>
            </Group>
          </Stack>
        </form>
      </Dialog>
    </>
  )
}
