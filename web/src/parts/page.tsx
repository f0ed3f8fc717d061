import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useEffect, useLayoutEffect, useRef, type ReactNode } from 'react'
import { Problem } from '../server/call.ts'
import { Notice } from './notice.tsx'
import { Prose } from './prose.tsx'
import { sentence } from './sentence.ts'

/** What had the focus went away with its page: the title of the next one takes it, so that nobody begins at the top. */
let hadFocus = false

/** A page: its title (also of the window), what can be done, and the content. */
export function Page({
  title,
  says,
  actions,
  children,
}: {
  title: string
  says?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} - Evergrant`
  }, [title])
  const whole = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = whole.current
    if (hadFocus && document.activeElement === document.body) heading.current?.focus()
    hadFocus = false
    return () => {
      hadFocus = element?.contains(document.activeElement) === true
    }
  }, [])
  return (
    <Stack gap="lg" maw={1180} ref={whole}>
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={4}>
          <Title order={1} ref={heading} tabIndex={-1} fz={{ base: 24, sm: 28 }}>
            {title}
          </Title>
          {says !== undefined && <Text c="dimmed">{says}</Text>}
        </Stack>
        {actions !== undefined && <Group gap="sm">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  )
}

/** What went wrong, in the server's words, with what to do next. Every text is text: nothing of it is markup. */
export function Trouble({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const facts = error instanceof Problem ? error.facts : undefined
  return (
    <Notice
      kind="bad"
      role="alert"
      title={facts === undefined ? 'Something went wrong here' : sentence(facts.title).slice(0, -1)}
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          <Prose text={sentence(facts?.detail ?? (error instanceof Error ? error.message : String(error)))} />
        </Text>
        {facts?.faults?.map(({ path, problem, remedy }) => (
          <Text size="sm" key={`${path} ${problem}`}>
            <b>{path}</b>: {problem}
            {remedy !== undefined && ` (${remedy})`}
          </Text>
        ))}
        {facts?.remedy !== undefined && (
          <Text size="sm">
            <Prose text={sentence(facts.remedy)} />
          </Text>
        )}
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Notice>
  )
}

/** Holds the place of what is being read, so that nothing jumps. */
export function Waiting({ rows = 4, height = 48 }: { rows?: number; height?: number }) {
  return (
    <Stack gap="sm" aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={height} radius="md" />
      ))}
    </Stack>
  )
}

/** Nothing here yet: what would be, and how to get it. */
export function Empty({ title, says, action }: { title: string; says: ReactNode; action?: ReactNode }) {
  return (
    <Stack align="center" gap="sm" py={56} ta="center">
      <Title order={2} fz="h3">
        {title}
      </Title>
      <Text c="dimmed" maw={460}>
        {says}
      </Text>
      {action}
    </Stack>
  )
}
