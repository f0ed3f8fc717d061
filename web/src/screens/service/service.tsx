import { Badge, Group, Stack, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { ButtonLink } from '../../parts/links.tsx'
import { Page, Trouble, Waiting } from '../../parts/page.tsx'
import type { Answer } from '../../server/call.ts'
import { providerQuery } from '../../server/queries.ts'
import { Copied } from './copied.tsx'
import { Definition } from './definition.tsx'
import { Errors } from './errors.tsx'
import { Overview } from './overview.tsx'
import { definitionQuery } from './queries.ts'
import { Sources } from './sources.tsx'
import { Ways } from './ways.tsx'

/** All that is known of one service, or a definition of one's own with its faults. */
export function Service() {
  const { id } = useParams({ from: '/services/$id' })
  const service = useQuery(providerQuery(id))
  const written = useQuery(definitionQuery(id))
  const [tab, setTab] = useState<string | null>('overview')
  if (written.error !== null)
    return (
      <Page title="Service">
        <Trouble error={written.error} onRetry={() => void written.refetch()} />
      </Page>
    )
  if (written.data === undefined || (service.data === undefined && service.error === null))
    return (
      <Page title="Service">
        <Waiting rows={6} />
      </Page>
    )
  const isOwn = written.data.from !== 'product'
  // A definition with faults is no service yet: it can still be read and mended.
  if (service.data === undefined)
    return (
      <Page title={id} says="This definition has faults, so nothing can be connected with it yet.">
        <Definition id={id} written={written.data} />
      </Page>
    )
  return (
    <Page
      title={service.data.name}
      says={<Kind service={service.data} isOwn={isOwn} />}
      actions={
        <Group gap="sm">
          <Copied service={service.data} />
          <ButtonLink to="/connect" search={{ service: id }}>
            Connect it
          </ButtonLink>
        </Group>
      }
    >
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="ways">Ways to connect</Tabs.Tab>
          <Tabs.Tab value="errors">Errors</Tabs.Tab>
          <Tabs.Tab value="sources">Sources and doubts</Tabs.Tab>
          <Tabs.Tab value="definition">Definition</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview" pt="lg">
          <Overview service={service.data} />
        </Tabs.Panel>
        <Tabs.Panel value="ways" pt="lg">
          <Ways service={service.data} />
        </Tabs.Panel>
        <Tabs.Panel value="errors" pt="lg">
          <Errors service={service.data} />
        </Tabs.Panel>
        <Tabs.Panel value="sources" pt="lg">
          <Sources service={service.data} />
        </Tabs.Panel>
        <Tabs.Panel value="definition" pt="lg">
          <Definition id={id} written={written.data} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}

function Kind({ service, isOwn }: { service: Answer<'showProvider'>; isOwn: boolean }) {
  const { aliases = [], category } = service
  return (
    <Stack gap={6} component="span">
      <Group gap="xs" component="span">
        <Badge color="gray" c="var(--mantine-color-text)" component="span">
          {category}
        </Badge>
        {isOwn && (
          <Badge color="blue" c="var(--mantine-color-text)" component="span">
            Your definition
          </Badge>
        )}
      </Group>
      {aliases.length > 0 && <span>Also found as {aliases.join(', ')}</span>}
    </Stack>
  )
}
