import { List, SegmentedControl, Stack, Text, Title, useMantineColorScheme } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { duration } from '../../../../src/duration.ts'
import { TextLink } from '../../parts/links.tsx'
import { Notice } from '../../parts/notice.tsx'
import { Outward } from '../../parts/outward.tsx'
import { Page, Trouble, Waiting } from '../../parts/page.tsx'
import { Prose } from '../../parts/prose.tsx'
import { conditions, type Condition } from '../../parts/state-badge.tsx'
import { call, type Answer } from '../../server/call.ts'
import { SignIns } from './sign-ins.tsx'
import classes from './settings.module.css'

type Facts = Answer<'showSettings'>

const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => call('showSettings', {}, signal),
})

/** How this server runs and whether it is well; how these pages look; who is signed in. */
export function Settings() {
  const { data, error, refetch } = useQuery(settingsQuery)
  return (
    <Page title="Settings" says="Options are set where the server is started; here is what they are.">
      <Stack gap="xl">
        {error !== null && <Trouble error={error} onRetry={() => void refetch()} />}
        {data === undefined && error === null && <Waiting rows={6} height={32} />}
        {data !== undefined && <Server facts={data} />}
        <Look />
        <SignIns />
      </Stack>
    </Page>
  )
}

function Server({ facts }: { facts: Facts }) {
  const { version, public_url, listen, home, database, allow_hosts, admin_key, rehearsal, connections, keys } = facts
  return (
    <>
      {facts.warnings.length > 0 && (
        <Notice kind="warn" title="Most likely not meant">
          <List size="sm" spacing={4}>
            {facts.warnings.map((warning) => (
              <List.Item key={warning}>
                <Prose text={warning} />
              </List.Item>
            ))}
          </List>
        </Notice>
      )}
      <Part title="This server">
        <Row name="Version">{version}</Row>
        <Row name="Public address">{public_url}</Row>
        <Row name="Listens on">{listen.join(', ') || 'nothing'}</Row>
        <Row name="Data directory">{home}</Row>
        <Row name="Database">
          {database.kind === 'sqlite' ? 'SQLite' : 'Postgres'}, {database.at}
          {database.bytes !== undefined && `, ${size(database.bytes)}`}
        </Row>
        <Row name="Private hosts it may ask">{allow_hosts.join(', ') || 'none'}</Row>
        <Row name="Admin key">{admin_key ? 'set by option' : 'none; people sign in with a link'}</Row>
        {rehearsal !== undefined && (
          <Row name="Rehearsal">
            <Outward href={rehearsal} />
          </Row>
        )}
      </Part>
      <Part title="Health">
        <Row name="Store">{facts.health.store === 'ok' ? 'can be read and written' : 'cannot be reached'}</Row>
        <Row name="Renewals">
          {facts.health.refresher_behind === undefined
            ? 'not known'
            : facts.health.refresher_behind === 0
              ? 'none is late'
              : `the oldest is late by ${duration(facts.health.refresher_behind)}`}
        </Row>
        {facts.health.spooled !== undefined && facts.health.spooled > 0 && (
          <Row name="Waiting for the store">{facts.health.spooled} answers of services</Row>
        )}
        {connections !== undefined && (
          <Row name="Connections">
            <TextLink to="/" inherit underline="always">
              {connections.total}
            </TextLink>
            {connections.by_condition !== undefined &&
              Object.entries(connections.by_condition).map(
                // Its keys are those of the table.
                ([condition, count]) => `, ${count} ${conditions[condition as Condition].words.toLowerCase()}`,
              )}
          </Row>
        )}
        {keys !== undefined && (
          <Row name="API keys">
            <TextLink to="/keys" inherit underline="always">
              {keys.living}
            </TextLink>
            {keys.total > keys.living && ` that work, ${keys.total - keys.living} that ended`}
          </Row>
        )}
      </Part>
    </>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap="sm" maw={820}>
      <Title order={2} fz="h4">
        {title}
      </Title>
      <dl className={classes['facts']}>{children}</dl>
    </Stack>
  )
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Look() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Stack gap="sm" align="flex-start">
      <Title order={2} fz="h4">
        Colours
      </Title>
      <SegmentedControl
        aria-label="Colours"
        value={colorScheme}
        onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
        data={[
          { value: 'auto', label: 'As the system' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
      />
      <Text size="sm" c="dimmed">
        Kept in this browser.
      </Text>
    </Stack>
  )
}

const steps = ['bytes', 'KB', 'MB', 'GB', 'TB']

function size(bytes: number): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), steps.length - 1)
  return `${(bytes / 1000 ** step).toLocaleString(undefined, { maximumFractionDigits: 1 })} ${steps[step]}`
}
