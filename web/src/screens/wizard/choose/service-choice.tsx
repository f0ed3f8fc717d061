import { Button, Grid, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { TextLink } from '../../../parts/links.tsx'
import { Page, Trouble, Waiting } from '../../../parts/page.tsx'
import { ServiceTile } from '../../../parts/service-tile.tsx'
import type { Answer } from '../../../server/call.ts'
import { providerQuery } from '../../../server/queries.ts'
import { Steps } from '../steps.tsx'
import { grantWords } from '../words.ts'
import { NameField, nameProblem, useFreeName } from './name-field.tsx'
import { useStartDraft } from './start-draft.ts'
import { Ways } from './ways.tsx'
import { WhatToKnow } from './what-to-know.tsx'

/** One service, before anything is asked for it: the ways it offers, what each means, and a name for the connection. */
export function ServiceChoice({ id, search }: { id: string; search?: string | undefined }) {
  const { data: service, error, refetch } = useQuery(providerQuery(id))
  const freeName = useFreeName(id)
  return (
    <Page
      title={service === undefined ? 'Connect a service' : `Connect ${service.name}`}
      says={
        <TextLink to="/connect" search={search === undefined ? {} : { search }}>
          All services
        </TextLink>
      }
    >
      <Steps current="service" />
      {error !== null && <Trouble error={error} onRetry={() => void refetch()} />}
      {error === null && (service === undefined || freeName === undefined) && <Waiting rows={3} height={88} />}
      {service !== undefined && freeName !== undefined && (
        <Choice key={service.id} service={service} freeName={freeName} />
      )}
    </Page>
  )
}

function Choice({ service, freeName }: { service: Answer<'showProvider'>; freeName: string }) {
  const [wayName, setWayName] = useState(service.ways[0]?.name ?? '')
  const [name, setName] = useState(freeName)
  const start = useStartDraft()
  const way = service.ways.find((one) => one.name === wayName)
  if (way === undefined) return <Text>This service has no way that could be connected.</Text>
  const several = service.ways.length > 1
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (nameProblem(name, []) === undefined && !start.isPending)
          start.mutate({ provider: service.id, grant: wayName, name })
      }}
    >
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            <Group gap="md" wrap="nowrap">
              <ServiceTile name={service.name} size={48} />
              <Stack gap={0}>
                <Text fw={600} fz="lg">
                  {service.name}
                </Text>
                {service.aliases !== undefined && (
                  <Text size="sm" c="dimmed">
                    also {service.aliases.join(', ')}
                  </Text>
                )}
              </Stack>
            </Group>
            {several ? (
              <Ways ways={service.ways} value={wayName} onChange={setWayName} />
            ) : (
              <Stack gap={2}>
                <Text fw={600}>{way.label}</Text>
                <Text size="sm">{grantWords(way.grant)}</Text>
                {way.help !== undefined && (
                  <Text size="sm" c="dimmed">
                    {way.help}
                  </Text>
                )}
              </Stack>
            )}
            <NameField value={name} onChange={setName} />
            {start.error !== null && <Trouble error={start.error} />}
            <Group>
              <Button type="submit" loading={start.isPending} disabled={nameProblem(name, []) !== undefined}>
                Continue
              </Button>
              <Text size="sm" c="dimmed">
                Nothing is sent to {service.name} yet.
              </Text>
            </Group>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <WhatToKnow service={service} way={way} />
        </Grid.Col>
      </Grid>
    </form>
  )
}
