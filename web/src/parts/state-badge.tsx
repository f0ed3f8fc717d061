import { Badge } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconHourglassLow,
  IconPlayerPause,
  IconTool,
  IconUserExclamation,
  type Icon,
} from '@tabler/icons-react'
import type { Answer } from '../server/call.ts'

export type Condition = Answer<'showConnection'>['condition']

/** Words, icon and colour: none of them stands alone. */
export const conditions: Readonly<Record<Condition, { words: string; icon: Icon; color: string }>> = {
  ok: { words: 'Working', icon: IconCircleCheck, color: 'green' },
  failing: { words: 'Failing', icon: IconAlertTriangle, color: 'orange' },
  needs_authorization: { words: 'Needs authorization', icon: IconUserExclamation, color: 'red' },
  needs_configuration: { words: 'Needs configuration', icon: IconTool, color: 'red' },
  pending: { words: 'Not authorized yet', icon: IconHourglassLow, color: 'blue' },
  suspended: { words: 'Suspended', icon: IconPlayerPause, color: 'gray' },
}

export function StateBadge({ condition, size = 'md' }: { condition: Condition; size?: 'md' | 'lg' }) {
  const { words, icon: Icon, color } = conditions[condition]
  return (
    <Badge
      color={color}
      size={size === 'lg' ? 'xl' : 'lg'}
      // The tint alone is coloured: text on it keeps the contrast of the page.
      c="var(--mantine-color-text)"
      leftSection={<Icon size={16} stroke={2} color={`var(--mantine-color-${color}-text)`} aria-hidden />}
    >
      {words}
    </Badge>
  )
}
