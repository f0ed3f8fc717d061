import { Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { ButtonLink } from '../../parts/links.tsx'
import { Empty, Page, Trouble, Waiting } from '../../parts/page.tsx'
import { UseIt } from '../../parts/use-it.tsx'
import { Problem, type Answer } from '../../server/call.ts'
import { connectionQuery } from '../../server/queries.ts'
import { Actions } from './actions.tsx'
import { Attempts } from './attempts.tsx'
import { Callers } from './callers.tsx'
import { Head } from './head.tsx'
import { Outcome } from './outcome.tsx'
import { Overview } from './overview.tsx'
import { Settings } from './settings/settings.tsx'
import { State } from './state.tsx'
import { Timeline } from './timeline.tsx'
import { useActions } from './use-actions.ts'

const route = getRouteApi('/connections/$name')

const tabs = [
  { id: 'overview', label: 'Overview', panel: Overview },
  { id: 'use', label: 'Use it', panel: UseIt },
  { id: 'attempts', label: 'Attempts', panel: Attempts },
  { id: 'timeline', label: 'Timeline', panel: Timeline },
  { id: 'callers', label: 'Callers', panel: Callers },
  { id: 'settings', label: 'Settings', panel: Settings },
] as const

/** One connection: how it is, what can be done with it, and everything known about it. */
export function Connection() {
  const { name } = route.useParams()
  const { data: connection, error, refetch } = useQuery(connectionQuery(name))
  if (connection !== undefined && error === null) return <Known connection={connection} key={name} />
  if (error instanceof Problem && error.facts.code === 'unknown_connection')
    return (
      <Page title={name}>
        <Empty
          title="There is no such connection"
          says="It may have been removed or renamed."
          action={<ButtonLink to="/">All connections</ButtonLink>}
        />
      </Page>
    )
  return (
    <Page title={name}>
      {error === null ? <Waiting rows={3} height={120} /> : <Trouble error={error} onRetry={() => void refetch()} />}
    </Page>
  )
}

function Known({ connection }: { connection: Answer<'showConnection'> }) {
  const { tab } = route.useSearch()
  const navigate = route.useNavigate()
  const open = tabs.find(({ id }) => id === tab)?.id ?? 'overview'
  const actions = useActions(connection)
  return (
    <Page title={connection.name} actions={<Actions connection={connection} actions={actions} />}>
      <Head connection={connection} />
      <Outcome actions={actions} />
      <State connection={connection} isReported={actions.run.data?.report.ok === false} />
      <Tabs
        value={open}
        onChange={(next) => void navigate({ search: next === null || next === 'overview' ? {} : { tab: next } })}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          {tabs.map(({ id, label }) => (
            <Tabs.Tab key={id} value={id}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(({ id, panel: Panel }) => (
          <Tabs.Panel key={id} value={id}>
            <Panel connection={connection} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  )
}
