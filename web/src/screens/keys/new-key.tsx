import { Button, Card, Group, MultiSelect, Radio, Stack, TagsInput, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { EndChoice } from '../../parts/end-choice.tsx'
import { Trouble } from '../../parts/page.tsx'
import { call, type Answer } from '../../server/call.ts'
import { connectionsQuery } from '../../server/queries.ts'
import { rights, type Right } from './rights.ts'

export function NewKey({ onMade, onCancel }: { onMade: (made: Answer<'createKey'>) => void; onCancel: () => void }) {
  const client = useQueryClient()
  const { data } = useQuery(connectionsQuery(''))
  const [name, setName] = useState('')
  const [right, setRight] = useState<Right>('token')
  const [isForAll, setForAll] = useState(false)
  const [connections, setConnections] = useState<string[]>([])
  const [addresses, setAddresses] = useState<string[]>([])
  const [end, setEnd] = useState<number>()
  const create = useMutation({
    mutationKey: ['keys', 'create'],
    mutationFn: () =>
      call('createKey', {
        body: {
          name: name.trim(),
          verbs: [...rights[right].verbs],
          connections: isForAll ? ['*'] : connections,
          addresses,
          ...(end !== undefined && { expires_at: end }),
        },
      }),
    onSuccess: (made) => {
      onMade(made)
      create.reset()
      void client.invalidateQueries({ queryKey: ['keys'] })
    },
  })
  const isReady = name.trim() !== '' && (isForAll || connections.length > 0)
  return (
    <Card withBorder component="section" aria-labelledby="new-key">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady && !create.isPending) create.mutate()
        }}
      >
        <Stack maw={620}>
          <Title order={2} fz="h3" id="new-key">
            A new key
          </Title>
          <TextInput
            label="Name"
            description="Which job or program uses it."
            placeholder="nightly load"
            required
            autoFocus
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Radio.Group label="What it may do" value={right} onChange={setRight}>
            <Stack gap="xs" mt="xs">
              {Object.entries(rights).map(([value, { label, says }]) => (
                <Radio key={value} value={value} label={label} description={says} />
              ))}
            </Stack>
          </Radio.Group>
          <Radio.Group
            label="For which connections"
            value={isForAll ? 'all' : 'some'}
            onChange={(value) => setForAll(value === 'all')}
          >
            <Stack gap="xs" mt="xs">
              <Radio value="some" label="Only these" />
              {!isForAll && (
                <MultiSelect
                  aria-label="Connections"
                  placeholder={connections.length === 0 ? 'Choose at least one' : ''}
                  data={data?.connections.map((connection) => connection.name) ?? []}
                  value={connections}
                  onChange={setConnections}
                  searchable
                  hidePickedOptions
                  nothingFoundMessage="No such connection"
                  ml={32}
                />
              )}
              <Radio value="all" label="All, also those made later" />
            </Stack>
          </Radio.Group>
          <EndChoice label="Ends" onChange={setEnd} />
          <TagsInput
            label="Only from these addresses"
            description="IP addresses or ranges such as 10.0.0.0/8; from anywhere if empty."
            value={addresses}
            onChange={setAddresses}
          />
          {create.error !== null && <Trouble error={create.error} />}
          <Group>
            <Button type="submit" loading={create.isPending} disabled={!isReady}>
              Make the key
            </Button>
            <Button variant="default" onClick={onCancel} disabled={create.isPending}>
              Cancel
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  )
}
