import { Group, Loader, Text } from '@mantine/core'
import { Moment } from '../../parts/moment.tsx'
import { Trouble } from '../../parts/page.tsx'
import { Report } from '../../parts/report.tsx'
import { Remedy } from './remedy.tsx'
import type { Actions } from './use-actions.ts'

/** What is under way, and what came of it. */
export function Outcome({ actions: { run, says } }: { actions: Actions }) {
  if (says !== undefined)
    return (
      <Group gap="sm" role="status">
        <Loader size="sm" aria-hidden />
        <Text>{says} ...</Text>
      </Group>
    )
  if (run.error !== null) return <Trouble error={run.error} />
  if (run.data === undefined) return null
  const { failure, connection } = run.data.report
  const next = connection.failure?.retry_at
  return (
    <Report {...run.data} onClose={run.reset}>
      {failure !== undefined && next !== undefined && (
        <Text size="sm">
          It is tried again by itself <Moment at={next} />.
        </Text>
      )}
      {failure !== undefined && <Remedy name={connection.name} kind={failure.kind} />}
    </Report>
  )
}
