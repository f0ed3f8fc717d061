import { Button, Group, Stack, Text } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { Answer } from '../server/call.ts'
import { Command } from './command.tsx'
import { Notice } from './notice.tsx'
import { keyVariable } from './snippets/index.ts'

/** A key that was just made: the one place where it is ever shown. Takes the focus. */
export function MadeKey({ made, onDone }: { made: Answer<'createKey'>; onDone: () => void }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => place.current?.focus(), [made])
  return (
    <Notice ref={place} role="status" kind="good" title={`The key "${made.name}"`}>
      <Stack gap="sm">
        <Text size="sm">
          Copy it now: it is shown this once and kept nowhere. Jobs find it in the environment variable {keyVariable}.
        </Text>
        <Command text={made.key} label="Copy the key" />
        <Group>
          <Button variant="default" onClick={onDone}>
            I have it
          </Button>
        </Group>
      </Stack>
    </Notice>
  )
}
