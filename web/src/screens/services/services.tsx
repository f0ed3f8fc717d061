import { Badge, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useDeferredValue } from 'react'
import { ButtonLink, TextLink } from '../../parts/links.tsx'
import { Empty, Page, Trouble, Waiting } from '../../parts/page.tsx'
import { ServiceTile } from '../../parts/service-tile.tsx'
import { call, type Answer } from '../../server/call.ts'
import classes from './services.module.css'

type Summary = Answer<'listProviders'>['services'][number]

const rehearsal = 'rehearsal'

/** What is known about each service, and the definitions of one's own. */
export function Services() {
  const { search = '' } = useSearch({ from: '/services' })
  const navigate = useNavigate({ from: '/services' })
  const wanted = useDeferredValue(search)
  const { data, error, refetch } = useQuery({
    queryKey: ['providers', 'list', wanted],
    queryFn: ({ signal }) => call('listProviders', { query: { search: wanted } }, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  const services = data?.services.toSorted((a, b) => a.name.localeCompare(b.name)) ?? []
  return (
    <Page
      title="Services"
      says="What is known about each: how it authorizes, how long that lasts, what goes wrong, and where it is written."
      actions={<ButtonLink to="/connect">Connect a service</ButtonLink>}
    >
      <TextInput
        aria-label="Search the services"
        placeholder="Name, id or category"
        leftSection={<IconSearch size={18} aria-hidden />}
        value={search}
        onChange={(event) => {
          const typed = event.currentTarget.value
          void navigate({ search: typed === '' ? {} : { search: typed }, replace: true })
        }}
        maw={420}
        type="search"
        autoFocus
      />
      {error !== null && <Trouble error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Waiting rows={8} />}
      {data !== undefined && services.length === 0 && (
        <Empty
          title="No service of this name"
          says="Any service that gives tokens over HTTP can be connected all the same: describe it yourself."
          action={<ButtonLink to="/connect">Describe a service</ButtonLink>}
        />
      )}
      <Section title="Your own" services={services.filter(({ own }) => own)} />
      <Section title="Catalogue" services={services.filter(({ own, category }) => !own && category !== rehearsal)} />
      <Section title="Rehearsal" services={services.filter(({ category }) => category === rehearsal)} />
    </Page>
  )
}

function Section({ title, services }: { title: string; services: Summary[] }) {
  if (services.length === 0) return null
  return (
    <Stack gap="xs" component="section">
      <Title order={2} fz="h3">
        {title}{' '}
        <Text span c="dimmed" fw={400}>
          {services.length}
        </Text>
      </Title>
      <ul className="plain-list">
        {services.map((service) => (
          <li key={service.id} className={classes['row']}>
            <ServiceTile name={service.name} size={32} />
            <Stack gap={0} flex={1} miw={0}>
              <TextLink to="/services/$id" params={{ id: service.id }} fw={500} className={classes['link'] ?? ''}>
                {service.name}
              </TextLink>
              <Text size="sm" c="dimmed">
                {service.ways.map(({ label }) => label).join('; ')}
              </Text>
            </Stack>
            <Group gap="xs" visibleFrom="sm">
              <Badge color="gray" c="var(--mantine-color-text)">
                {service.category}
              </Badge>
            </Group>
          </li>
        ))}
      </ul>
    </Stack>
  )
}
