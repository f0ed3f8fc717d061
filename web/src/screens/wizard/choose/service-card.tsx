import { Badge, Card, Group, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { ServiceTile } from '../../../parts/service-tile.tsx'
import type { ProviderSummaryOnWire } from '../../../../../src/api/provider.ts'
import { grantWords, surenessWords } from '../words.ts'
import classes from './service-card.module.css'

/** One service of the list: who authorizes, what must be at hand, how it is kept alive, how sure that is. */
export function ServiceCard({ service, search }: { service: ProviderSummaryOnWire; search: string | undefined }) {
  const { id, name, ways, confidence } = service
  const [first] = ways
  const kinds = [...new Set(ways.map(({ grant }) => grantWords(grant)))]
  return (
    <Card withBorder padding="md" component="li" className={classes['card']}>
      <Stack gap="xs" h="100%">
        <Group gap="sm" wrap="nowrap" align="center">
          <ServiceTile name={name} />
          <Title order={3} fz="md" lh={1.3}>
            <Link
              className={classes['link']}
              to="/connect"
              search={{ service: id, ...(search !== undefined && { search }) }}
            >
              {name}
            </Link>
          </Title>
        </Group>
        <Group gap={6}>
          {kinds.map((kind) => (
            <Badge key={kind} color="gray" variant="default">
              {kind}
            </Badge>
          ))}
        </Group>
        {first !== undefined && (
          <Stack gap={2} mt="auto">
            {first.needs.length > 0 && (
              <Text size="sm">
                <b>Needs</b> {first.needs.join(', ')}
              </Text>
            )}
            <Text size="sm">
              <b>Renewal</b> {first.renews}
            </Text>
            <Text size="sm" c="dimmed">
              {surenessWords(confidence)}
            </Text>
          </Stack>
        )}
      </Stack>
    </Card>
  )
}
