import { Button, Group, Stack, Tabs, Text, TextInput, Title } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call, type Answer } from '../server/call.ts'
import { providerQuery } from '../server/queries.ts'
import { Command } from './command.tsx'
import { EndChoice } from './end-choice.tsx'
import { MadeKey } from './made-key.tsx'
import { Notice } from './notice.tsx'
import { Trouble } from './page.tsx'
import { joined, keyVariable, snippets } from './snippets/index.ts'

type Connection = Answer<'showConnection'>

/** How a job uses this connection: a snippet to copy in many languages, and a key for it. */
export function UseIt({ connection }: { connection: Connection }) {
  const { data: service } = useQuery({
    ...providerQuery(connection.provider),
    enabled: connection.provider !== 'custom',
  })
  const [typed, setTyped] = useState<string>()
  const { base, headers = {}, left_out = [] } = connection.api ?? {}
  const path = typed ?? (service === undefined ? '' : pathToTry(service, connection.way))
  const facts = {
    name: connection.name,
    server: location.origin,
    url: joined(base ?? 'https://API-ADDRESS', path),
    headers,
  }
  const hasHeader = Object.values(headers).some((value) => value.includes('{token}'))
  return (
    <Stack gap="lg">
      {!hasHeader && (
        <Notice kind="info" title={`${connection.provider_name} takes its token elsewhere than in a header`}>
          <Text size="sm">Ask for it as below, and put it where your program wants it.</Text>
        </Notice>
      )}
      {left_out.length > 0 && (
        <Notice kind="warn" title="Something is still missing in these">
          {left_out.map((one) => (
            <Text size="sm" key={one}>
              {one}
            </Text>
          ))}
        </Notice>
      )}
      <JobKey name={connection.name} />
      <TextInput
        label="What to ask of the service"
        description={base === undefined ? 'The address of the API is not known yet.' : `After ${base}`}
        value={path}
        onChange={(event) => setTyped(event.currentTarget.value)}
        placeholder="/path?name=value"
        autoCapitalize="none"
        spellCheck={false}
        maw={560}
      />
      <Tabs defaultValue="curl" keepMounted={false}>
        <Tabs.List>
          {Object.entries(snippets).map(([id, { label }]) => (
            <Tabs.Tab key={id} value={id}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.entries(snippets).map(([id, { label, says, text }]) => (
          <Tabs.Panel key={id} value={id} pt="md">
            <Stack gap="sm">
              <Text size="sm">{says}</Text>
              <Command text={text(facts).trimEnd()} label={`Copy the snippet for ${label}`} />
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  )
}

/** The test request of the service is a good first thing to ask, where it is a plain one. */
function pathToTry({ ways, api, probes }: Answer<'showProvider'>, wayName: string): string {
  const base = (ways.find(({ name }) => name === wayName)?.api ?? api).base
  const fits = probes.find(
    (probe) =>
      probe.method === 'GET' &&
      (probe.ways?.includes(wayName) ?? true) &&
      probe.url.startsWith(base) &&
      !probe.url.slice(base.length).includes('{'),
  )
  return fits?.url.slice(base.length) ?? ''
}

/** A key that reads the token of this connection and does nothing else. */
function JobKey({ name }: { name: string }) {
  const client = useQueryClient()
  const [opened, setOpened] = useState(false)
  const [label, setLabel] = useState(`${name} job`)
  const [end, setEnd] = useState<number>()
  const [made, setMade] = useState<Answer<'createKey'>>()
  const create = useMutation({
    mutationKey: ['keys', 'create', name],
    mutationFn: () =>
      call('createKey', {
        body: {
          name: label.trim(),
          verbs: ['token'],
          connections: [name],
          ...(end !== undefined && { expires_at: end }),
        },
      }),
    onSuccess: (key) => {
      setMade(key)
      setOpened(false)
      // The key itself is nowhere but on this page.
      create.reset()
      void client.invalidateQueries({ queryKey: ['keys'] })
    },
  })
  if (made !== undefined) return <MadeKey made={made} onDone={() => setMade(undefined)} />
  if (!opened)
    return (
      <Group gap="md">
        <Button variant="default" leftSection={<IconKey size={18} aria-hidden />} onClick={() => setOpened(true)}>
          Make a key for this connection
        </Button>
        <Text size="sm" flex={1} miw={220}>
          Every snippet reads an API key from {keyVariable}. This one can read tokens of {name} and do nothing else.
        </Text>
      </Group>
    )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!create.isPending) create.mutate()
      }}
    >
      <Stack gap="sm" maw={560}>
        <Title order={3} fz="h4">
          A key for {name}
        </Title>
        <TextInput
          label="Name"
          description="What the list of keys shows: which job uses it."
          required
          maxLength={100}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
          data-autofocus
        />
        <EndChoice label="Ends" onChange={setEnd} />
        {create.error !== null && <Trouble error={create.error} />}
        <Group>
          <Button type="submit" loading={create.isPending}>
            Make the key
          </Button>
          <Button variant="default" onClick={() => setOpened(false)} disabled={create.isPending}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
