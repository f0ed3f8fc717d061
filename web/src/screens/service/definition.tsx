import { Button, Group, SegmentedControl, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Command } from '../../parts/command.tsx'
import { Notice } from '../../parts/notice.tsx'
import { Trouble, Waiting } from '../../parts/page.tsx'
import type { Answer } from '../../server/call.ts'
import { Difference } from './difference.tsx'
import { FaultList } from './fault-list.tsx'
import { Part } from './part.tsx'
import { Remove } from './remove.tsx'
import type { Format } from './text.ts'

const Editor = lazy(() => import('./editor.tsx').then(({ Editor: component }) => ({ default: component })))

/** The definition as it is written. One's own can be edited, compared with what it was copied from, and removed. */
export function Definition({ id, written }: { id: string; written: Answer<'showDefinition'> }) {
  const [isEditing, setEditing] = useState(false)
  const [format, setFormat] = useState<Format>('yaml')
  const isStored = written.from === 'store'
  const isCopy = typeof (written.definition as { copyOf?: unknown } | null)?.copyOf === 'string'
  if (isEditing)
    return (
      <Suspense fallback={<Waiting rows={1} height={400} />}>
        <Editor id={id} definition={written.definition} faults={written.faults} onDone={() => setEditing(false)} />
      </Suspense>
    )
  return (
    <Stack gap="xl" maw={980}>
      {written.faults.length > 0 && <FaultList faults={written.faults} />}
      {written.from === 'file' && (
        <Notice kind="info" title="This one is a file of the providers directory">
          <Text size="sm">Change it there: the server reads it again by itself.</Text>
        </Notice>
      )}
      {isCopy && <Difference id={id} />}
      <Part title="The whole definition">
        <Group justify="space-between">
          <SegmentedControl
            aria-label="Format"
            value={format}
            onChange={(value) => setFormat(value === 'json' ? 'json' : 'yaml')}
            data={[
              { value: 'yaml', label: 'YAML' },
              { value: 'json', label: 'JSON' },
            ]}
          />
          {isStored && (
            <Group gap="sm">
              <Remove id={id} />
              <Button onClick={() => setEditing(true)}>Edit</Button>
            </Group>
          )}
        </Group>
        {written.from === 'product' && (
          <Text size="sm" c="dimmed">
            It comes with Evergrant and changes with its releases. To change it for good, make a copy of your own; for
            one connection, change it in the third step of connecting.
          </Text>
        )}
        <AsText definition={written.definition} format={format} />
      </Part>
    </Stack>
  )
}

/** The reader and writer of YAML is loaded when somebody looks. */
function AsText({ definition, format }: { definition: unknown; format: Format }) {
  const { data, error } = useQuery({
    queryKey: ['yaml'],
    queryFn: () => import('./text.ts'),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
  })
  if (error !== null) return <Trouble error={error} />
  if (data === undefined) return <Waiting rows={1} height={400} />
  return <Command text={data.writeText(definition, format)} label="Copy the definition" />
}
