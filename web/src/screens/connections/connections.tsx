import { Chip, CloseButton, Group, Stack, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useDeferredValue, useMemo, useState } from 'react'
import { ButtonLink } from '../../parts/links.tsx'
import { useNow } from '../../parts/moment.tsx'
import { Empty, Page, Trouble, Waiting } from '../../parts/page.tsx'
import { allConnectionsQuery } from '../../server/queries.ts'
import { List } from './list.tsx'
import { byUrgency, countGroups, fits, groups, isGroup, type Group as Urgency, type Sorted } from './urgency.ts'

const route = getRouteApi('/')

/** All connections, what needs somebody first. */
export function Connections() {
  const { search: said = '', state } = route.useSearch()
  const navigate = route.useNavigate()
  const [search, setSearch] = useState(said)
  const wanted = useDeferredValue(search.trim())
  const remember = useDebouncedCallback(
    (text: string) => void navigate({ search: (old) => ({ ...old, search: text || undefined }), replace: true }),
    400,
  )
  const type = (text: string) => {
    setSearch(text)
    remember(text.trim())
  }

  const all = useQuery(allConnectionsQuery(''))
  // Too many to hold them all: the server searches.
  const found = useQuery({ ...allConnectionsQuery(wanted), enabled: all.data?.more === true && wanted !== '' })
  const { data, error, refetch } = all.data?.more === true && wanted !== '' ? found : all

  const now = useNow(60)
  const known = useMemo(() => byUrgency(data?.connections ?? [], now), [data, now])
  const sorted = useMemo(() => known.filter(({ connection }) => fits(connection, wanted)), [known, wanted])
  const group = isGroup(state) ? state : undefined
  const shown = group === undefined ? sorted : sorted.filter((one) => one.group === group)
  const isEmpty = all.data?.connections.length === 0

  return (
    <Page
      title="Connections"
      says={data !== undefined && !isEmpty && summary(known)}
      actions={
        !isEmpty && (
          <ButtonLink to="/connect" leftSection={<IconPlus size={18} aria-hidden />}>
            Connect a service
          </ButtonLink>
        )
      }
    >
      {error !== null && <Trouble error={error} onRetry={() => void refetch()} />}
      {all.data === undefined && error === null && <Waiting rows={6} height={64} />}
      {isEmpty && <NothingYet />}
      {all.data !== undefined && !isEmpty && (
        <>
          <Stack gap="sm">
            <TextInput
              label="Search"
              placeholder="Name, service or account"
              value={search}
              onChange={(event) => type(event.currentTarget.value)}
              leftSection={<IconSearch size={18} aria-hidden />}
              rightSection={search !== '' && <CloseButton aria-label="Clear the search" onClick={() => type('')} />}
              rightSectionPointerEvents="all"
              maw={420}
            />
            <Filter
              sorted={sorted}
              group={group}
              onChange={(next) => void navigate({ search: (old) => ({ ...old, state: next }), replace: true })}
            />
          </Stack>
          <VisuallyHidden role="status">
            {shown.length === 1 ? '1 connection is shown' : `${shown.length} connections are shown`}
          </VisuallyHidden>
          {data?.more === true && (
            <Text size="sm">
              The first {data.connections.length.toLocaleString()} by name are shown; there are more. Search to find the
              others.
            </Text>
          )}
          {data !== undefined && shown.length === 0 ? (
            <Empty title="Nothing fits" says="No connection fits the search and the filter." />
          ) : (
            <List shown={shown} />
          )}
        </>
      )}
    </Page>
  )
}

function summary(sorted: Sorted): string {
  const counts = countGroups(sorted)
  const parts = [
    counts.person > 0 && `${counts.person} ${counts.person === 1 ? 'needs' : 'need'} a person`,
    counts.failing > 0 && `${counts.failing} failing`,
    counts.soon > 0 && `${counts.soon} ending within two weeks`,
    counts.pending > 0 && `${counts.pending} not authorized yet`,
  ].filter((part) => part !== false)
  return parts.length === 0 ? 'Nothing needs you.' : `${parts.join(', ')}.`
}

function Filter({
  sorted,
  group,
  onChange,
}: {
  sorted: Sorted
  group: Urgency | undefined
  onChange: (group: Urgency | undefined) => void
}) {
  const counts = countGroups(sorted)
  const offered = Object.entries(groups).filter(([id]) => isGroup(id) && (counts[id] > 0 || id === group))
  return (
    <Chip.Group value={group ?? 'all'} onChange={(value) => onChange(isGroup(value) ? value : undefined)}>
      <Group gap="xs" role="radiogroup" aria-label="Show">
        <Chip value="all" size="sm" variant="outline">
          All {sorted.length}
        </Chip>
        {offered.map(([id, words]) => (
          <Chip key={id} value={id} size="sm" variant="outline">
            {words} {isGroup(id) && counts[id]}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  )
}

function NothingYet() {
  return (
    <Empty
      title="Nothing is connected yet"
      says="Choose a service, authorize it once, and every job can ask for a fresh token."
      action={
        <ButtonLink to="/connect" size="md" mt="sm" leftSection={<IconPlus size={18} aria-hidden />}>
          Connect a service
        </ButtonLink>
      }
    />
  )
}
