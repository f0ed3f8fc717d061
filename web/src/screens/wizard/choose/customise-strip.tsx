import { Card, Group, Stack, Text, Title } from '@mantine/core'
import { IconClipboard, IconCopy, IconPencil, IconWorldSearch } from '@tabler/icons-react'
import { ButtonLink } from '../../../parts/links.tsx'

const beginnings = [
  { hash: 'nothing', label: 'From nothing', icon: IconPencil },
  { hash: 'issuer', label: 'From an issuer URL', icon: IconWorldSearch },
  { hash: 'curl', label: 'From a curl command', icon: IconClipboard },
  { hash: 'copy', label: 'As a copy of a service', icon: IconCopy },
] as const

/** Always in sight: what is not in the list can be connected all the same. */
export function CustomiseStrip() {
  return (
    <Card withBorder padding="md" component="section" aria-labelledby="customise">
      <Group justify="space-between" gap="sm">
        <Stack gap={0}>
          <Title order={2} fz="md" id="customise">
            Customise OAuth settings
          </Title>
          <Text size="sm" c="dimmed">
            For a service that is not in the list, or settings of your own.
          </Text>
        </Stack>
        <Group gap="xs">
          {beginnings.map(({ hash, label, icon: Icon }) => (
            <ButtonLink
              key={hash}
              to="/connect"
              search={{ service: 'custom' }}
              hash={hash}
              variant="default"
              size="sm"
              leftSection={<Icon size={16} aria-hidden />}
            >
              {label}
            </ButtonLink>
          ))}
        </Group>
      </Group>
    </Card>
  )
}
