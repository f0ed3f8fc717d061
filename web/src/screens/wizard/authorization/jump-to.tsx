import { Button, Group } from '@mantine/core'
import { IconArrowUp } from '@tabler/icons-react'
import { Problem, type Answer } from '../../../server/call.ts'
import { useEditor } from '../editor.ts'
import { focusOn, labelAt } from './places.ts'

/** Buttons that lead to what is to be changed, as the server names it. */
export function JumpTo({ error, outcome }: { error?: unknown; outcome?: Answer<'showAuthorization'>['outcome'] }) {
  const { way } = useEditor()
  const faults = error instanceof Problem ? (error.facts.faults ?? []).map(({ path }) => path) : []
  const named = [...new Set([...faults, ...(outcome?.change ?? [])])].flatMap((path) => {
    const label = labelAt(way, path)
    return label === undefined ? [] : [{ path, label }]
  })
  if (named.length === 0) return null
  return (
    <Group gap="xs">
      {named.map(({ path, label }) => (
        <Button
          key={path}
          size="compact-sm"
          variant="default"
          leftSection={<IconArrowUp size={14} aria-hidden />}
          onClick={() => focusOn(path)}
        >
          Change {label}
        </Button>
      ))}
    </Group>
  )
}
