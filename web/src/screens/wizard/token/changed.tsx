import { ActionIcon, Group, Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconTrash } from '@tabler/icons-react'
import type { ReactNode } from 'react'

/** A field with the button that takes its change back. It holds its place, so that nothing jumps. */
export function Changed({
  label,
  isChanged,
  onReset,
  children,
}: {
  label: string
  isChanged: boolean
  onReset: () => void
  children: ReactNode
}) {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-end">
      <div style={{ flex: 1, minWidth: 0 }}>{children}</div>
      <Tooltip label="As the service has it">
        <ActionIcon
          variant="default"
          size={36}
          aria-label={`Put back: ${label}`}
          onClick={onReset}
          style={isChanged ? undefined : { visibility: 'hidden' }}
        >
          <IconArrowBackUp size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  )
}

export function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size={36} aria-label={label} onClick={onClick}>
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}

export const mono = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } }
