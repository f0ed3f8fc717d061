import { Button, Group, Text, ThemeIcon, Timeline as Line } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Moment } from '../../parts/moment.tsx'
import { Empty, Trouble, Waiting } from '../../parts/page.tsx'
import { call, type Answer } from '../../server/call.ts'
import { triggerWords } from './purposes.ts'

type Happened = Answer<'listEvents'>['events'][number]

const looks = {
  info: { icon: IconCheck, color: 'green', words: '' },
  warn: { icon: IconAlertTriangle, color: 'orange', words: 'Warning: ' },
  error: { icon: IconX, color: 'red', words: 'Error: ' },
} as const

/** What happened to the connection, newest first: token sets, renewals, changes, who asked for what. */
export function Timeline({ connection: { name } }: { connection: Answer<'showConnection'> }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['events', name],
    queryFn: ({ pageParam, signal }) =>
      call(
        'listEvents',
        { query: { connection: name, limit: 50, ...(pageParam !== 0 && { after: pageParam }) } },
        signal,
      ),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
  })
  if (error !== null) return <Trouble error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting />
  const events = data.pages.flatMap((page) => page.events)
  if (events.length === 0)
    return <Empty title="Nothing happened yet" says="Token sets, renewals and changes are listed here." />
  return (
    <>
      <Line bulletSize={26} lineWidth={2} active={events.length}>
        {events.map((event) => {
          const { icon: Icon, color, words } = looks[event.level]
          return (
            <Line.Item
              key={event.id}
              color={color}
              bullet={
                <ThemeIcon color={color} radius="xl" size={26}>
                  <Icon size={15} aria-hidden />
                </ThemeIcon>
              }
              title={`${words}${event.what.charAt(0).toUpperCase()}${event.what.slice(1)}`}
            >
              <Text size="sm" c="dimmed">
                <Moment at={event.at} inList />
                {event.actor !== undefined && `, by ${actorWords(event.actor)}`}
              </Text>
              <Details event={event} />
            </Line.Item>
          )
        })}
      </Line>
      {hasNextPage && (
        <Group mt="md">
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older
          </Button>
        </Group>
      )}
    </>
  )
}

function actorWords(actor: string): string {
  if (actor === 'session') return 'a person here'
  return actor === 'local' ? 'the command line of the server' : actor
}

/** The facts that tell a person more; the rest stands in the log. */
function Details({ event: { fields } }: { event: Happened }) {
  const { generation, trigger, words, code, who, revocation } = fields
  const facts = [
    typeof generation === 'number' && `token set ${generation}`,
    typeof trigger === 'string' && triggerWords(trigger).toLowerCase(),
    typeof who === 'string' && `connected as ${who}`,
    typeof words === 'string' ? `“${words}”` : typeof code === 'string' && code,
    typeof revocation === 'string' && `revocation: ${revocation.replaceAll('_', ' ')}`,
  ].filter((fact) => fact !== false)
  return facts.length === 0 ? null : <Text size="sm">{facts.join(', ')}</Text>
}
