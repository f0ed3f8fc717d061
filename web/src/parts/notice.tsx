import { Alert } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle, type Icon } from '@tabler/icons-react'
import type { ReactNode, Ref } from 'react'
import classes from './notice.module.css'

const kinds: Readonly<Record<string, { icon: Icon; color: string }>> = {
  good: { icon: IconCircleCheck, color: 'green' },
  info: { icon: IconInfoCircle, color: 'blue' },
  rest: { icon: IconInfoCircle, color: 'gray' },
  warn: { icon: IconAlertTriangle, color: 'orange' },
  bad: { icon: IconAlertTriangle, color: 'red' },
}

/** Something to read before the rest of a page: its colour stands at the edge, its text keeps the contrast of the page. */
export function Notice({
  kind,
  title,
  children,
  role,
  onClose,
  ref,
}: {
  kind: 'good' | 'info' | 'rest' | 'warn' | 'bad'
  title: ReactNode
  children?: ReactNode
  /** `alert` is read out at once, `status` when there is time; neither for what stands there from the beginning. */
  role?: 'alert' | 'status'
  onClose?: (() => void) | undefined
  ref?: Ref<HTMLDivElement>
}) {
  const { icon: Icon = IconInfoCircle, color = 'gray' } = kinds[kind] ?? {}
  return (
    <Alert
      variant="default"
      title={title}
      icon={<Icon aria-hidden />}
      role={role ?? 'group'}
      classNames={{ root: classes.notice ?? '', icon: classes.icon ?? '' }}
      style={{ '--notice-color': `var(--mantine-color-${color}-text)` }}
      {...(ref !== undefined && { ref, tabIndex: -1 })}
      {...(onClose && { withCloseButton: true, onClose, closeButtonLabel: 'Close' })}
    >
      {children}
    </Alert>
  )
}
