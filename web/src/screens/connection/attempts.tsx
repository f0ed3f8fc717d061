import { Accordion, Badge, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Exchange } from '../../parts/exchange.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Empty, Trouble, Waiting } from '../../parts/page.tsx'
import type { Answer } from '../../server/call.ts'
import { attemptsQuery } from '../../server/queries.ts'
import { purposeWords, triggerWords } from './purposes.ts'

/** The last requests and answers, newest first, as the server keeps them: masked. */
export function Attempts({ connection: { name } }: { connection: Answer<'showConnection'> }) {
  const { data, error, refetch } = useQuery(attemptsQuery(name))
  if (error !== null) return <Trouble error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting />
  if (data.attempts.length === 0)
    return <Empty title="Nothing was sent yet" says="Every request for this connection is shown here, masked." />
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        The last {data.attempts.length} requests and their answers, newest first. Secrets are masked before they are
        kept.
      </Text>
      <Accordion variant="separated" multiple>
        {data.attempts.map((attempt, index) => (
          // Two may fall into the same second; counted from the oldest, so that a new one moves none.
          <Accordion.Item
            key={`${attempt.at}-${data.attempts.length - index}`}
            value={`${attempt.at}-${data.attempts.length - index}`}
          >
            <Accordion.Control>
              <Line attempt={attempt} />
            </Accordion.Control>
            <Accordion.Panel>
              <Exchange request={attempt.request} response={attempt.response} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Stack>
  )
}

function Line({ attempt }: { attempt: Answer<'listAttempts'>['attempts'][number] }) {
  const { at, trigger, step, outcome, status, code, duration_ms: duration } = attempt
  const isGood = status !== undefined && status >= 200 && status < 300
  return (
    <Group gap="sm" justify="space-between" pr="sm">
      <Stack gap={0}>
        <Text fw={600} size="sm">
          {purposeWords(step)}
        </Text>
        <Text size="sm" c="dimmed">
          {triggerWords(trigger)}, <Moment at={at} inList />
        </Text>
      </Stack>
      <Group gap="xs">
        <Text size="sm" c="dimmed" className="moment">
          {duration.toLocaleString()} ms
        </Text>
        <Badge color={isGood ? 'green' : 'red'} c="var(--mantine-color-text)">
          {status === undefined ? `No answer: ${(code ?? outcome).replaceAll('_', ' ')}` : `Status ${status}`}
        </Badge>
      </Group>
    </Group>
  )
}
