import { Code, List, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { TextLink } from '../../parts/links.tsx'
import { Trouble, Waiting } from '../../parts/page.tsx'
import { Part } from './part.tsx'
import { differenceQuery } from './queries.ts'

/** What a copy has made different, place by place. */
export function Difference({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(differenceQuery(id))
  return (
    <Part title="Different from its original">
      {error !== null && <Trouble error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Waiting rows={2} />}
      {data !== undefined && (
        <Stack gap="xs">
          <Text size="sm">
            Copied from{' '}
            <TextLink to="/services/$id" params={{ id: data.copy_of }} inherit underline="always">
              {data.copy_of}
            </TextLink>
            {data.changes.length === 0 && '; nothing is different yet'}.
          </Text>
          <List spacing="sm" listStyleType="none" withPadding={false}>
            {data.changes.map(({ path, from, to }) => (
              <List.Item key={path}>
                <Text fw={500}>{path}</Text>
                <Text size="sm">
                  There: {from === undefined ? 'nothing' : <Code className="wrapped">{JSON.stringify(from)}</Code>}
                </Text>
                <Text size="sm">
                  Here: {to === undefined ? 'nothing' : <Code className="wrapped">{JSON.stringify(to)}</Code>}
                </Text>
              </List.Item>
            ))}
          </List>
        </Stack>
      )}
    </Part>
  )
}
