import { Button, Group } from '@mantine/core'
import { IconArrowUp } from '@tabler/icons-react'
import { Problem, type Answer } from '../../../server/call.ts'
import { useEditor } from '../editor.ts'
import { elementOf, pathOf } from './places.ts'

/** Buttons that lead to what is to be changed, as the server names it. */
export function JumpTo({ error, outcome }: { error?: unknown; outcome?: Answer<'showAuthorization'>['outcome'] }) {
  const { way } = useEditor()
  const faults = error instanceof Problem ? (error.facts.faults ?? []).map(({ path }) => path) : []
  const paths = [...new Set([...faults, ...(outcome?.change ?? [])])].filter(
    (path) => document.getElementById(elementOf(path)) !== null,
  )
  if (paths.length === 0) return null
  const labelOf = (path: string) => way.fields.find((field) => pathOf(field) === path)?.label ?? path
  return (
    <Group gap="xs">
      {paths.map((path) => (
        <Button
          key={path}
          size="compact-sm"
          variant="default"
          leftSection={<IconArrowUp size={14} aria-hidden />}
          onClick={() => focusOn(path)}
        >
          Change {labelOf(path)}
        </Button>
      ))}
    </Group>
  )
}

/** Brings a field into sight and puts the cursor there. */
export function focusOn(path: string): void {
  const element = document.getElementById(elementOf(path))
  if (element === null) return
  element.scrollIntoView({ block: 'center' })
  element.focus({ preventScroll: true })
}
