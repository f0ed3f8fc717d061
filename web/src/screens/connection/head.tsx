import { Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { TextLink } from '../../parts/links.tsx'
import { ServiceTile } from '../../parts/service-tile.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import type { Answer } from '../../server/call.ts'
import { providerQuery } from '../../server/queries.ts'

/** Which service, which way, who was connected, and how it is. */
export function Head({ connection }: { connection: Answer<'showConnection'> }) {
  const { provider, provider_name: service, way, who, condition, client } = connection
  const { data } = useQuery({ ...providerQuery(provider), enabled: provider !== 'custom', retry: false })
  const label = data?.ways.find(({ name }) => name === way)?.label ?? way
  return (
    <Group gap="md" align="center">
      <ServiceTile name={service} size={44} />
      <Stack gap={2} flex={1} miw={200}>
        <Text>
          {provider === 'custom' ? (
            service
          ) : (
            <TextLink to="/services/$id" params={{ id: provider }} inherit>
              {service}
            </TextLink>
          )}
          , {label}
        </Text>
        {(who ?? client) !== undefined && (
          <Text size="sm" c="dimmed">
            {who === undefined ? `Client ${client?.id}` : `Connected as ${who}`}
          </Text>
        )}
      </Stack>
      <StateBadge condition={condition} size="lg" />
    </Group>
  )
}
