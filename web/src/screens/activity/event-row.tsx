import { Code, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleX, IconPoint, type Icon } from '@tabler/icons-react'
import { TextLink } from '../../parts/links.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Prose } from '../../parts/prose.tsx'
import { sentence } from '../../parts/sentence.ts'
import type { Answer } from '../../server/call.ts'
import classes from './event-row.module.css'

type Event = Answer<'listEvents'>['events'][number]

const levels: Readonly<Record<Event['level'], { icon: Icon; color: string; words: string }>> = {
  info: { icon: IconPoint, color: 'gray', words: 'Information' },
  warn: { icon: IconAlertTriangle, color: 'orange', words: 'Warning' },
  error: { icon: IconCircleX, color: 'red', words: 'Error' },
}

export function EventRow({ event }: { event: Event }) {
  const { at, event: name, level, what, connection, actor, fields } = event
  const { icon: Icon, color, words } = levels[level]
  return (
    <li className={classes['row']}>
      <Icon size={18} color={`var(--mantine-color-${color}-text)`} aria-label={words} className={classes['icon']} />
      <Stack gap={2} flex={1} miw={0}>
        <Text>
          {connection !== undefined && (
            <>
              <TextLink to="/connections/$name" params={{ name: connection }} inherit underline="always">
                {connection}
              </TextLink>
              {': '}
            </>
          )}
          <Prose text={connection === undefined ? sentence(what) : what} />
        </Text>
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            <Moment at={at} inList />
            {actor !== undefined && `, by ${actor}`}
          </Text>
          <Code>{name}</Code>
        </Group>
        <Facts fields={fields} />
      </Stack>
    </li>
  )
}

function Facts({ fields }: { fields: Event['fields'] }) {
  const facts = Object.entries(fields).flatMap(([name, value]) => {
    const text = textOf(value)
    return text === '' ? [] : [{ name, value, text }]
  })
  if (facts.length === 0) return null
  return (
    <Text size="sm" c="dimmed">
      {facts.map(({ name, value, text }, index) => (
        <span key={name}>
          {index > 0 && ', '}
          {name.replaceAll('_', ' ')}{' '}
          {name.endsWith('_at') && typeof value === 'number' ? <Moment at={value} inList /> : text}
        </span>
      ))}
    </Text>
  )
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join('; ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
