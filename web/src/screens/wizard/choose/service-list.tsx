import { Anchor, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useDeferredValue } from 'react'
import type { ProviderSummaryOnWire } from '../../../../../src/api/provider.ts'
import { Empty } from '../../../parts/page.tsx'
import { ServiceCard } from './service-card.tsx'

const rehearsal = 'rehearsal'
const idOf = (category: string) => `services-${category.replaceAll(/\W+/g, '-')}`

/** The services whose name, other names or category hold all the words, by category; the rehearsal's apart, last. */
export function ServiceList({ services, search }: { services: readonly ProviderSummaryOnWire[]; search: string }) {
  const wanted = useDeferredValue(search)
  const found = matching(services, wanted)
  const listed = found.filter(({ id, category }) => id !== 'custom' && category !== rehearsal)
  const rehearsed = found.filter(({ category }) => category === rehearsal)
  const categories = [...Map.groupBy(listed, ({ category }) => category)].toSorted(([a], [b]) => a.localeCompare(b))
  const kept = wanted === '' ? undefined : wanted

  return (
    <Stack gap="xl">
      <Text role="status" size="sm" c="dimmed">
        {wanted === '' ? `${listed.length} services` : `${listed.length + rehearsed.length} found for “${wanted}”`}
        {rehearsed.length > 0 && wanted === '' && (
          <>
            {', and '}
            <Anchor href={`#${idOf(rehearsal)}`} inherit>
              {rehearsed.length} played on this machine
            </Anchor>
            {' to practise without an account'}
          </>
        )}
      </Text>
      {listed.length + rehearsed.length === 0 && (
        <Empty
          title="No service of this name is known"
          says="Any service that speaks OAuth can be connected all the same: describe it with one of the ways under Customise."
        />
      )}
      {categories.map(([category, members]) => (
        <Section key={category} id={idOf(category)} title={titled(category)} count={members.length}>
          {members.map((service) => (
            <ServiceCard key={service.id} service={service} search={kept} />
          ))}
        </Section>
      ))}
      {rehearsed.length > 0 && (
        <Section
          id={idOf(rehearsal)}
          title="Rehearsal"
          count={rehearsed.length}
          says="Each service, played on this machine as its pages describe it. No account, no internet; what to type is said where it is asked."
        >
          {rehearsed.map((service) => (
            <ServiceCard key={service.id} service={service} search={kept} />
          ))}
        </Section>
      )}
    </Stack>
  )
}

function Section({
  id,
  title,
  count,
  says,
  children,
}: {
  id: string
  title: string
  count: number
  says?: string
  children: React.ReactNode
}) {
  return (
    <Stack gap="sm" component="section" aria-labelledby={id}>
      <Group gap="xs" align="baseline">
        <Title order={2} fz="lg" id={id}>
          {title}
        </Title>
        <Text size="sm" c="dimmed">
          {count}
        </Text>
      </Group>
      {says !== undefined && (
        <Text size="sm" c="dimmed">
          {says}
        </Text>
      )}
      <SimpleGrid component="ul" className="plain-list" cols={{ base: 1, xs: 2, lg: 3 }} spacing="md">
        {children}
      </SimpleGrid>
    </Stack>
  )
}

export function matching(services: readonly ProviderSummaryOnWire[], search: string): ProviderSummaryOnWire[] {
  const words = search.toLowerCase().split(/\s+/)
  const starts = (name: string) => (name.toLowerCase().startsWith(words[0] ?? '') ? 0 : 1)
  return services
    .filter(({ id, name, aliases = [], category }) => {
      const text = [id, name, ...aliases, category].join('\n').toLowerCase()
      return words.every((word) => text.includes(word))
    })
    .toSorted((a, b) => starts(a.name) - starts(b.name) || a.name.localeCompare(b.name))
}

/** Short words of the catalogue that are written in capitals. */
const capitals = ['crm', 'erp', 'hr', 'it']

function titled(category: string): string {
  const words = category.split(' ').map((word) => (capitals.includes(word) ? word.toUpperCase() : word))
  const text = words.join(' ')
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}
