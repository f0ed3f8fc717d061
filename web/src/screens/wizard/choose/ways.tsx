import { Group, Radio, Stack, Text } from '@mantine/core'
import type { WayOnWire } from '../../../../../src/api/provider.ts'
import { grantWords } from '../words.ts'

/** The grants that a service offers, the one that a data job picks first. */
export function Ways({
  ways,
  value,
  onChange,
}: {
  ways: readonly WayOnWire[]
  value: string
  onChange: (way: string) => void
}) {
  return (
    <Radio.Group
      label="Who authorizes, and how"
      description={ways.length > 1 ? 'The first is what an unattended job usually wants.' : undefined}
      value={value}
      onChange={onChange}
    >
      <Stack gap="xs" mt="xs">
        {ways.map(({ name, label, help, grant }) => (
          <Radio.Card key={name} value={name} p="md" radius="md" aria-label={`${label} (${grantWords(grant)})`}>
            <Group wrap="nowrap" align="flex-start" gap="sm">
              <Radio.Indicator mt={2} />
              <Stack gap={2}>
                <Text fw={600}>{label}</Text>
                <Text size="sm">{grantWords(grant)}</Text>
                {help !== undefined && (
                  <Text size="sm" c="dimmed">
                    {help}
                  </Text>
                )}
              </Stack>
            </Group>
          </Radio.Card>
        ))}
      </Stack>
    </Radio.Group>
  )
}
