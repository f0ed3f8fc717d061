import { ActionIcon, Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconTrash } from '@tabler/icons-react'
import type { ReactNode } from 'react'

/** A field, and above its right end the button that takes its change back: nothing moves when it comes. */
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
    <div style={{ position: 'relative' }}>
      {children}
      {isChanged && (
        <Tooltip label="As the service has it">
          <ActionIcon
            variant="default"
            size={24}
            aria-label={`Put back: ${label}`}
            onClick={onReset}
            pos="absolute"
            top={0}
            right={0}
          >
            <IconArrowBackUp size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
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
