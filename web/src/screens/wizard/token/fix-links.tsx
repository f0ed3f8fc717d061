import { Group } from '@mantine/core'
import { IconArrowUp } from '@tabler/icons-react'
import { ButtonLink } from '../../../parts/links.tsx'
import { Problem } from '../../../server/call.ts'
import { pathOf } from '../authorization/places.ts'
import { useEditor } from '../editor.ts'

/** One click to each setting that the server names as the likely one to change. */
export function FixLinks({ error, change = [] }: { error?: unknown; change?: readonly string[] | undefined }) {
  const { draft, way } = useEditor()
  const faults = error instanceof Problem ? (error.facts.faults ?? []).map(({ path }) => path) : []
  const named = [...faults, ...change]
  const fields = way.fields.filter((field) => named.includes(pathOf(field)))
  if (fields.length === 0) return null
  return (
    <Group gap="xs">
      {fields.map((field) => (
        <ButtonLink
          key={pathOf(field)}
          to="/connect/$draft"
          params={{ draft: draft.id }}
          search={{ step: 'authorization', field: pathOf(field) }}
          size="compact-sm"
          variant="default"
          leftSection={<IconArrowUp size={14} aria-hidden />}
        >
          Change {field.label}
        </ButtonLink>
      ))}
    </Group>
  )
}
