import { Anchor, List } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Empty, Page, Trouble, Waiting } from '../../parts/page.tsx'
import { connectionsQuery } from '../../server/queries.ts'

export function Connections() {
  const { data, error, refetch } = useQuery(connectionsQuery(''))
  return (
    <Page title="Connections">
      {error !== null && <Trouble error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Waiting />}
      {data?.connections.length === 0 && (
        <Empty title="Nothing is connected yet" says="Connect a service, and every job can ask for its token." />
      )}
      <List>
        {data?.connections.map(({ name }) => (
          <List.Item key={name}>
            <Anchor component={Link} to={`/connections/${name}`}>
              {name}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </Page>
  )
}
