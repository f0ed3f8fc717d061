import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Exchange } from '../../../parts/exchange.tsx'
import { ButtonLink } from '../../../parts/links.tsx'
import { Moment } from '../../../parts/moment.tsx'
import { Trouble } from '../../../parts/page.tsx'
import { Report } from '../../../parts/report.tsx'
import { call, type Answer } from '../../../server/call.ts'
import { draftQuery } from '../../../server/drafts.ts'
import { attemptsQuery } from '../../../server/queries.ts'
import { useEditor } from '../editor.ts'
import { FixLinks } from './fix-links.tsx'
import type { Overrides } from './use-overrides.ts'

const titles = {
  issueToken: 'Call Bearer Token Endpoint',
  renewToken: 'Call the Refresh Token Endpoint',
  testConnection: 'Run the test request',
} as const

type Route = keyof typeof titles

/** Tries the requests for real, with what is typed now, and shows what came. */
export function Calls({
  overrides,
  connection,
  isRefresh,
}: {
  overrides: Overrides
  connection: Answer<'showConnection'> | undefined
  isRefresh: boolean
}) {
  const { draft, way, flush } = useEditor()
  const client = useQueryClient()
  const act = useMutation({
    mutationKey: ['drafts', draft.id, 'call'],
    mutationFn: async (route: Route) => {
      await overrides.keep()
      await flush()
      const made = await call('connectDraft', { params: { id: draft.id } })
      client.setQueryData(draftQuery(draft.id).queryKey, made.draft)
      const report = await call(route, { params: { name: made.connection.name } })
      return { route, report }
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['connections'] }),
  })
  const can = (action: 'issue' | 'renew' | 'test') => connection?.actions.includes(action) === true
  const takesPerson = way.authorization_url !== undefined || way.grant === 'device_code'
  const hasTyped = draft.settings.refresh_token !== undefined || draft.settings.access_token !== undefined
  const button = (route: Route, isMain: boolean) => (
    <Button
      onClick={() => act.mutate(route)}
      loading={act.isPending && act.variables === route}
      disabled={act.isPending && act.variables !== route}
      variant={isMain ? 'filled' : 'default'}
    >
      {titles[route]}
    </Button>
  )
  return (
    <Stack gap="md" align="stretch">
      <Group gap="sm">
        {!isRefresh && (can('issue') || !takesPerson) && way.token_url !== undefined && button('issueToken', true)}
        {!isRefresh && takesPerson && !can('issue') && (
          <ButtonLink
            to="/connect/$draft"
            params={{ draft: draft.id }}
            search={{ step: 'authorization' }}
            variant={connection?.authorized_at === undefined ? 'filled' : 'default'}
          >
            {connection?.authorized_at === undefined ? 'Authorize first' : 'Authorize again'}
          </ButtonLink>
        )}
        {isRefresh && (can('renew') || hasTyped) && button('renewToken', true)}
        {can('test') && button('testConnection', false)}
      </Group>
      {!isRefresh && takesPerson && !can('issue') && (
        <Text size="sm">
          This request needs the code that an authorization brings. It is sent by itself the moment the code arrives.
        </Text>
      )}
      {isRefresh && !can('renew') && !hasTyped && (
        <Text size="sm">Once there is a token that can be renewed, the renewal is tried here.</Text>
      )}
      {act.error !== null && (
        <Stack gap="xs">
          <Trouble error={act.error} />
          <FixLinks error={act.error} />
        </Stack>
      )}
      {act.data !== undefined && (
        <Stack gap="xs">
          <Report title={titles[act.data.route]} report={act.data.report} onClose={act.reset} />
          <FixLinks change={act.data.report.change} />
        </Stack>
      )}
      {act.data === undefined && draft.connection !== undefined && (
        <LastCall name={draft.connection} isRefresh={isRefresh} />
      )}
    </Stack>
  )
}

/** What was last sent and answered, also where it went by itself. */
function LastCall({ name, isRefresh }: { name: string; isRefresh: boolean }) {
  const { data } = useQuery(attemptsQuery(name))
  const steps = isRefresh ? ['renew', 'renewal'] : ['token']
  const last = data?.attempts.find(({ step }) => steps.includes(step))
  if (last === undefined) return null
  return (
    <Stack gap="xs" component="section" aria-labelledby="last-call">
      <Title order={2} fz="md" id="last-call">
        The last call
      </Title>
      <Text size="sm">
        <Moment at={last.at} />, {last.outcome.replaceAll('_', ' ')}
        {last.code !== undefined && ` (${last.code})`}
      </Text>
      <Exchange request={last.request} response={last.response} />
    </Stack>
  )
}
