import { Card, Grid, List, Stack, Tabs, Text, Title, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ButtonLink } from '../../../parts/links.tsx'
import { Notice } from '../../../parts/notice.tsx'
import { Trouble } from '../../../parts/page.tsx'
import { Pick } from '../../../parts/pick.tsx'
import { UseIt } from '../../../parts/use-it.tsx'
import { connectionQuery } from '../../../server/queries.ts'
import { elementOf, pathOf } from '../authorization/places.ts'
import { SecretField } from '../authorization/secret-field.tsx'
import { useEditor } from '../editor.ts'
import { Calls } from './calls.tsx'
import { CallForm } from './call-form.tsx'
import { placeOf } from './call-model.ts'
import { RequestShown } from './request-shown.tsx'
import { Understood } from './understood.tsx'
import { useOverrides, type Overrides } from './use-overrides.ts'

/** Step 3: the requests that bring and renew the token, exactly as they are sent; tried here, and then used. */
export function TokenStep() {
  const { draft, way } = useEditor()
  const overrides = useOverrides()
  const [tab, setTab] = useState<string>('bearer')
  const name = draft.connection
  const { data: connection } = useQuery({ ...connectionQuery(name ?? ''), enabled: name !== undefined })
  const isRefresh = tab === 'refresh'
  const path = placeOf(way.name, isRefresh ? 'renewal' : 'token')
  const toChoose = connection?.to_choose ?? []
  const hasToken = connection?.expires_at !== undefined
  const isReady = connection?.condition === 'ok' && toChoose.every(({ optional }) => optional)
  return (
    <Stack gap="xl">
      <VisuallyHidden role="status">{hasToken && `${connection.name} has a token.`}</VisuallyHidden>
      <Tabs value={tab} onChange={(value) => setTab(value ?? 'bearer')} keepMounted={false}>
        <Tabs.List mb="lg">
          <Tabs.Tab value="bearer">Bearer token</Tabs.Tab>
          <Tabs.Tab value="refresh">Refresh token settings</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={tab}>
          <Grid gap="xl">
            <Grid.Col span={{ base: 12, md: 6 }}>
              <Card withBorder padding="lg">
                <Stack gap="lg">
                  {isRefresh && <Elsewhere />}
                  <Request overrides={overrides} path={path} isRefresh={isRefresh} />
                </Stack>
              </Card>
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 6 }}>
              <Stack gap="lg">
                <GiveAgain />
                {connection !== undefined && hasToken && <Understood connection={connection} isReady={isReady} />}
                <Shown overrides={overrides} isRefresh={isRefresh} />
                <Calls overrides={overrides} connection={connection} isRefresh={isRefresh} />
                {connection !== undefined && !hasToken && <Understood connection={connection} isReady={false} />}
              </Stack>
            </Grid.Col>
          </Grid>
        </Tabs.Panel>
      </Tabs>
      {connection !== undefined &&
        toChoose.map((open) => <Pick key={open.value} connection={connection} open={open} />)}
      {connection !== undefined && isReady && (
        <Stack gap="md" component="section" aria-labelledby="use-it">
          <Title order={2} fz="h3" id="use-it" tabIndex={-1}>
            Use it
          </Title>
          <Text>
            Nothing else is to be done: {connection.name} keeps itself alive.{' '}
            <ButtonLink to="/connections/$name" params={{ name: connection.name }} size="compact-sm" variant="default">
              Open the connection
            </ButtonLink>
          </Text>
          <UseIt connection={connection} />
        </Stack>
      )}
    </Stack>
  )
}

function Request({
  overrides,
  path,
  isRefresh,
}: {
  overrides: Overrides
  path: readonly string[]
  isRefresh: boolean
}) {
  const { way } = useEditor()
  const current = overrides.current(path)
  const base = overrides.base(path)
  if (current === undefined || base === undefined)
    return (
      <Stack gap="xs">
        <Text>{isRefresh ? 'There is no request of its own for a renewal.' : 'No request brings this token.'}</Text>
        <List size="sm" spacing={4}>
          {way.renewal.says.map((sentence) => (
            <List.Item key={sentence}>{sentence}</List.Item>
          ))}
        </List>
      </Stack>
    )
  return <CallForm key={path.join()} call={current} base={base} onChange={(next) => overrides.put(path, next)} />
}

function Shown({ overrides, isRefresh }: { overrides: Overrides; isRefresh: boolean }) {
  const { preview } = useEditor()
  return (
    <Stack gap="xs">
      {overrides.faults.length > 0 && <Faults faults={overrides.faults} />}
      {overrides.trouble !== undefined && (
        <Trouble error={overrides.trouble} onRetry={() => void overrides.keep().catch(() => undefined)} />
      )}
      <RequestShown
        request={isRefresh ? preview.data?.renewal : preview.data?.token}
        isKept={overrides.isKept}
        hasFaults={overrides.faults.length > 0}
      />
    </Stack>
  )
}

/** What is typed and not kept, each fault with its place and what would fit. */
function Faults({ faults }: { faults: Overrides['faults'] }) {
  return (
    <Notice kind="bad" role="alert" title="This is not kept yet">
      <List size="sm" spacing={4}>
        {faults.map(({ path, problem, remedy }) => (
          <List.Item key={`${path} ${problem}`}>
            <b>{path}</b>: {problem}
            {remedy !== undefined && ` (${remedy})`}
          </List.Item>
        ))}
      </List>
    </Notice>
  )
}

/** Secrets that were given for other hosts than those the request goes to now. */
function GiveAgain() {
  const { draft, way, change } = useEditor()
  if (draft.give_again.length === 0) return null
  const labelOf = (name: string) => way.fields.find((field) => pathOf(field) === name)?.label ?? name
  return (
    <Notice kind="warn" role="status" title="Give this again">
      <Stack gap="sm">
        <Text size="sm">
          The request goes to another host now. What was given for the one before does not follow it.
        </Text>
        {draft.give_again.map((name) => {
          const [first = '', second] = name.split('.')
          const patch = (value: string) =>
            second === undefined ? { [first]: value } : { [first]: { [second]: value } }
          return (
            <SecretField
              key={name}
              id={elementOf(name)}
              label={labelOf(name)}
              required
              stored=""
              onGive={(secret) => change(patch(secret), patch('[set]'))}
            />
          )
        })}
      </Stack>
    </Notice>
  )
}

/** A refresh token that was issued to this client elsewhere: then nobody needs to authorize. */
function Elsewhere() {
  const { draft, way, change } = useEditor()
  if (way.renewal.by !== 'refresh_token') return null
  return (
    <SecretField
      id={elementOf('refresh_token')}
      label="A refresh token from elsewhere"
      description="Only if one was already issued to this client. Nothing else may renew it from then on."
      required={false}
      stored={draft.settings.refresh_token ?? ''}
      onGive={(token) => change({ refresh_token: token }, { refresh_token: '[set]' })}
    />
  )
}
