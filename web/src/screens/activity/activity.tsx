import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Empty, Page, Trouble, Waiting } from '../../parts/page.tsx'
import { call } from '../../server/call.ts'
import { connectionsQuery } from '../../server/queries.ts'
import { EventRow } from './event-row.tsx'

const page = 100

/** The first word of an event's name says what it is about. */
const kinds = [
  { value: 'connection', label: 'Connections' },
  { value: 'authorization', label: 'Authorizations' },
  { value: 'token', label: 'Tokens' },
  { value: 'client', label: 'Clients' },
  { value: 'service', label: 'Services' },
  { value: 'key', label: 'API keys' },
  { value: 'seal', label: 'Sealing key' },
  { value: 'session', label: 'Sign-ins' },
]
const trouble = 'trouble'

/** What happened, newest first; what happens meanwhile comes by itself. */
export function Activity() {
  const [connection, setConnection] = useState<string | null>(null)
  const [kind, setKind] = useState<string | null>(null)
  const { data: listed } = useQuery(connectionsQuery(''))
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['events', 'list', connection],
    queryFn: ({ pageParam, signal }) =>
      call(
        'listEvents',
        {
          query: {
            limit: page,
            ...(connection !== null && { connection }),
            ...(pageParam !== undefined && { after: pageParam }),
          },
        },
        signal,
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next,
  })
  const all = data?.pages.flatMap(({ events }) => events) ?? []
  const shown = all.filter(
    ({ event, level }) => kind === null || (kind === trouble ? level !== 'info' : event.startsWith(`${kind}.`)),
  )
  return (
    <Page title="Activity" says="What Evergrant did, and what people and programs did with it. No secret is in it.">
      <Group gap="md" align="flex-end">
        <Select
          label="Connection"
          placeholder="All"
          data={listed?.connections.map(({ name }) => name) ?? []}
          value={connection}
          onChange={setConnection}
          clearable
          searchable
          nothingFoundMessage="No such connection"
          clearButtonProps={{ 'aria-label': 'All connections' }}
        />
        <Select
          label="Kind"
          placeholder="All"
          data={[{ value: trouble, label: 'Trouble only' }, ...kinds]}
          value={kind}
          onChange={setKind}
          clearable
          clearButtonProps={{ 'aria-label': 'All kinds' }}
        />
      </Group>
      {error !== null && <Trouble error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Waiting rows={8} height={40} />}
      {data !== undefined && shown.length === 0 && (
        <Empty
          title={all.length === 0 ? 'Nothing has happened yet' : 'Nothing of this kind in what is loaded'}
          says={
            all.length === 0
              ? 'Connecting, renewing and failing are all told here.'
              : 'Load older ones, or choose another kind.'
          }
        />
      )}
      {shown.length > 0 && (
        <ul className="plain-list">
          {shown.map((event) => (
            <EventRow key={event.id} event={event} />
          ))}
        </ul>
      )}
      <Stack align="flex-start">
        {hasNextPage && (
          <Button variant="default" onClick={() => void fetchNextPage()} loading={isFetchingNextPage}>
            Load older ones
          </Button>
        )}
        {data !== undefined && !hasNextPage && all.length > 0 && (
          <Text size="sm" c="dimmed">
            That is all that is kept.
          </Text>
        )}
      </Stack>
    </Page>
  )
}
