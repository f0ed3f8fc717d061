import { Group, Loader, Text } from '@mantine/core'
import { Trouble } from '../../parts/page.tsx'
import { Report } from '../../parts/report.tsx'
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
  return run.data === undefined ? null : <Report {...run.data} onClose={run.reset} />
}
