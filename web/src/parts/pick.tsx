import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { announce } from './announce.ts'
import { Notice } from './notice.tsx'
import { Trouble } from './page.tsx'
import { call, type Answer } from '../server/call.ts'

type Connection = Answer<'showConnection'>
type Open = NonNullable<Connection['to_choose']>[number]

/** Something that can only be chosen now that there is a token: the service is asked what there is. */
export function Pick({ connection: { name, provider_name: service }, open }: { connection: Connection; open: Open }) {
  const client = useQueryClient()
  const [chosen, setChosen] = useState<string | null>(null)
  const listed = useQuery({
    queryKey: ['connections', 'choices', name, open.value],
    queryFn: ({ signal }) => call('listChoices', { params: { name, value: open.value } }, signal),
    refetchInterval: false,
    retry: false,
  })
  const save = useMutation({
    mutationKey: ['change', name],
    mutationFn: (value: string) =>
      call('changeConnection', { params: { name }, body: { inputs: { [open.value]: value } } }),
    onSuccess: () => {
      announce(`${open.label} is chosen`, 'Jobs get it from now on.')
      return client.invalidateQueries({ queryKey: ['connections'] })
    },
  })
  return (
    <Notice kind="info" title={`${open.label} is not chosen yet${open.optional ? ' (it can be left open)' : ''}`}>
      <Stack gap="sm">
        {open.help !== undefined && <Text size="sm">{open.help}</Text>}
        {listed.error !== null && <Trouble error={listed.error} onRetry={() => void listed.refetch()} />}
        {save.error !== null && <Trouble error={save.error} />}
        <Group align="flex-end">
          <Select
            label={open.label}
            placeholder={listed.isPending ? `Asking ${service}` : 'Choose'}
            data={listed.data?.choices ?? []}
            value={chosen}
            onChange={setChosen}
            searchable={(listed.data?.choices.length ?? 0) > 8}
            disabled={listed.data === undefined}
            flex={1}
            maw={420}
          />
          <Button
            loading={save.isPending}
            disabled={chosen === null}
            onClick={() => chosen !== null && save.mutate(chosen)}
          >
            Choose
          </Button>
        </Group>
      </Stack>
    </Notice>
  )
}
