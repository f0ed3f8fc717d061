import { Anchor, Button, Group, Loader, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { Problem } from '../../../server/call.ts'
import { useEditor } from '../editor.ts'

/** Whether what was typed is kept on the server. */
export function Saved() {
  const { saving, trouble, flush } = useEditor()
  const isSignedOut = trouble instanceof Problem && trouble.facts.code === 'unauthenticated'
  return (
    <Group gap={6} role="status" mih={30} wrap="nowrap">
      {saving === 'saving' && <Loader size={14} aria-hidden />}
      {saving === 'saved' && <IconCheck size={16} aria-hidden color="var(--mantine-color-green-text)" />}
      {saving === 'failed' && <IconAlertTriangle size={16} aria-hidden color="var(--mantine-color-error)" />}
      <Text size="sm">
        {saving === 'saving' && 'Saving'}
        {saving === 'saved' && 'Saved. You can leave and come back.'}
        {saving === 'failed' &&
          !isSignedOut &&
          `Not saved: ${trouble instanceof Problem ? trouble.facts.detail : 'something went wrong here'}`}
        {saving === 'failed' && isSignedOut && (
          <>
            Not saved: you are signed out.{' '}
            <Anchor href="/signin" target="_blank" inherit underline="always">
              Sign in in a new tab
            </Anchor>{' '}
            and come back here: nothing is lost.
          </>
        )}
      </Text>
      {saving === 'failed' && (
        <Button size="compact-sm" variant="default" onClick={() => void flush().catch(() => undefined)}>
          Try again
        </Button>
      )}
    </Group>
  )
}
