import { Group, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** A part of a page that stands for itself. */
export function Section({
  title,
  says,
  aside,
  id,
  children,
}: {
  title: string
  says?: ReactNode
  aside?: ReactNode
  id?: string
  children: ReactNode
}) {
  return (
    <Paper withBorder p={{ base: 'md', sm: 'lg' }} component="section" id={id}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" gap="sm">
          <Stack gap={2} flex={1} miw={200}>
            <Title order={2} fz="lg">
              {title}
            </Title>
            {says !== undefined && (
              <Text size="sm" c="dimmed">
                {says}
              </Text>
            )}
          </Stack>
          {aside}
        </Group>
        {children}
      </Stack>
    </Paper>
  )
}
