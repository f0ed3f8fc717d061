import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { Dialog } from './dialog.tsx'

/** Asks before what cannot be undone. `typed` must be written out first, where a click is too little. */
export function Confirm({
  opened,
  title,
  children,
  typed,
  action,
  color = 'red.9',
  busy = false,
  onConfirm,
  onClose,
}: {
  opened: boolean
  title: string
  children: ReactNode
  typed?: string
  action: string
  color?: string
  busy?: boolean
  onConfirm: () => void
  onClose: () => void
}) {
  const [text, setText] = useState('')
  const isSure = typed === undefined || text === typed
  const close = () => {
    if (busy) return
    setText('')
    onClose()
  }
  return (
    <Dialog opened={opened} onClose={close} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isSure && !busy) onConfirm()
        }}
      >
        <Stack>
          {children}
          {typed !== undefined && (
            <TextInput
              label={`Type ${typed} to confirm`}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              data-autofocus
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} disabled={busy}>
              Cancel
            </Button>
            <Button type="submit" color={color} loading={busy} disabled={!isSure}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
