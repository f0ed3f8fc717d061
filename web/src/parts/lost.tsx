import { Anchor, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'

export function Lost() {
  return (
    <Stack>
      <Title order={1}>There is no such page</Title>
      <Text>
        The address may be mistyped, or what it showed was removed. Go to the{' '}
        <Anchor component={Link} to="/" inherit>
          connections
        </Anchor>
        .
      </Text>
    </Stack>
  )
}
