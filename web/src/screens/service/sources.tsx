import { Badge, Group, List, Stack, Text } from '@mantine/core'
import { Outward } from '../../parts/outward.tsx'
import type { Answer } from '../../server/call.ts'
import { Part } from './part.tsx'

/** Where the facts come from, and which of them are not sure. */
export function Sources({ service }: { service: Answer<'showProvider'> }) {
  return (
    <Stack gap="xl" maw={900}>
      <Part title="Not sure">
        {service.doubts.length === 0 ? (
          <Text>Nothing: every fact has a sure source.</Text>
        ) : (
          <List spacing="sm" listStyleType="none" withPadding={false}>
            {service.doubts.map(({ about, confidence, because }) => (
              <List.Item key={`${about} ${because ?? ''}`}>
                <Group gap="xs">
                  <Badge color={confidence === 'low' ? 'red' : 'yellow'} c="var(--mantine-color-text)">
                    {confidence === 'low' ? 'doubtful' : 'less sure'}
                  </Badge>
                  <Text flex={1} miw={200}>
                    {about}
                  </Text>
                </Group>
                {because !== undefined && (
                  <Text size="sm" c="dimmed">
                    {because}
                  </Text>
                )}
              </List.Item>
            ))}
          </List>
        )}
      </Part>
      <Part title="Sources">
        {service.sources.length === 0 ? (
          <Text>It names none.</Text>
        ) : (
          <List spacing="sm">
            {service.sources.map(({ name, url, checked, note }) => (
              <List.Item key={name}>
                <Outward href={url} />
                <Text size="sm" c="dimmed">
                  {name}, read on {checked}
                  {note !== undefined && `: ${note}`}
                </Text>
              </List.Item>
            ))}
          </List>
        )}
      </Part>
    </Stack>
  )
}
