import { Badge, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ButtonLink } from '../../parts/links.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Trouble, Waiting } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { call, type Answer } from '../../server/call.ts'
import { keysQuery } from '../../server/queries.ts'

type Key = Answer<'listKeys'>['keys'][number]

/** Which keys were handed its tokens, and which may ask for them. */
export function Callers({ connection: { name } }: { connection: Answer<'showConnection'> }) {
  const callers = useQuery({
    queryKey: ['connections', 'callers', name],
    queryFn: ({ signal }) => call('listCallers', { params: { name } }, signal),
  })
  const keys = useQuery(keysQuery)
  const error = callers.error ?? keys.error
  if (error !== null)
    return <Trouble error={error} onRetry={() => void Promise.all([callers.refetch(), keys.refetch()])} />
  if (callers.data === undefined || keys.data === undefined) return <Waiting />
  const able = keys.data.keys.filter((key) => mayRead(key, name))
  return (
    <Stack gap="md">
      <Section title="Who asked" says="Keys that were handed a token of this connection.">
        {callers.data.callers.length === 0 ? (
          <Text size="sm">Nobody yet.</Text>
        ) : (
          <Table.ScrollContainer minWidth={460}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Key</Table.Th>
                  <Table.Th>Reads</Table.Th>
                  <Table.Th>Last</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {callers.data.callers.map(({ key_id: id, name: key, prefix, revoked, reads, last_at: last }) => (
                  <Table.Tr key={id}>
                    <Table.Td>
                      {key ?? 'A key that is not known any more'}
                      {prefix !== undefined && ` (${prefix}...)`}{' '}
                      {revoked && (
                        <Badge color="gray" c="var(--mantine-color-text)">
                          revoked
                        </Badge>
                      )}
                    </Table.Td>
                    <Table.Td>{reads.toLocaleString()}</Table.Td>
                    <Table.Td>
                      <Moment at={last} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Section>
      <Section
        title="Who may ask"
        says="Living keys with the right to read its token."
        aside={
          <ButtonLink to="/keys" variant="default" size="xs">
            All API keys
          </ButtonLink>
        }
      >
        {able.length === 0 ? (
          <Text size="sm">No key may. Make one under “Use it”, or among the API keys.</Text>
        ) : (
          <Table.ScrollContainer minWidth={460}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Key</Table.Th>
                  <Table.Th>For</Table.Th>
                  <Table.Th>Last used</Table.Th>
                  <Table.Th>Ends</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {able.map(({ id, name: key, prefix, connections, last_used_at: used, expires_at: end }) => (
                  <Table.Tr key={id}>
                    <Table.Td>
                      {key} ({prefix}...)
                    </Table.Td>
                    <Table.Td>
                      {connections.includes('*') ? 'All connections' : `${connections.length} by name`}
                    </Table.Td>
                    <Table.Td>{used === undefined ? 'Never' : <Moment at={used} />}</Table.Td>
                    <Table.Td>{end === undefined ? 'Never' : <Moment at={end} />}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Section>
    </Stack>
  )
}

function mayRead({ connections, verbs, revoked_at: revoked, expires_at: end = Infinity }: Key, name: string): boolean {
  const isFor = connections.includes('*') || connections.includes(name)
  return (
    isFor && (verbs.includes('token') || verbs.includes('admin')) && revoked === undefined && end > Date.now() / 1000
  )
}
