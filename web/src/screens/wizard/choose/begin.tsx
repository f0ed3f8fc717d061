import { Button, Group, List, Stack, Text } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import { Trouble } from '../../../parts/page.tsx'

/** A beginning that is sent by one button: what it is, what is asked, and what did not work. */
export function Begin({
  says,
  children,
  busy,
  ready,
  error,
  warnings = [],
  onBegin,
}: {
  says: ReactNode
  children: ReactNode
  busy: boolean
  ready: boolean
  error: unknown
  warnings?: readonly string[]
  onBegin: () => void
}) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready && !busy) onBegin()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text c="dimmed">{says}</Text>
        {children}
        {error !== null && error !== undefined && <Trouble error={error} />}
        {warnings.length > 0 && (
          <List size="sm">
            {warnings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        )}
        <Group>
          <Button type="submit" loading={busy} disabled={!ready}>
            Continue
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
