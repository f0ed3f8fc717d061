import { Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useId } from 'react'
import { mono } from '../../../theme.ts'
import { NewName } from '../new-name.tsx'
import type { Take } from './call-model.ts'
import { Changed, Remove } from './changed.tsx'

const units = [
  { value: '', label: 'as it is' },
  { value: 's', label: 'seconds' },
  { value: 'ms', label: 'milliseconds' },
  { value: 'epoch', label: 'seconds since 1970' },
  { value: 'date', label: 'date' },
  { value: 'duration', label: 'like 3600s' },
]

/** Where things stand in the answer. What the standard names is read without being listed here. */
export function TakeEditor({
  take,
  base,
  onChange,
}: {
  take: Record<string, Take>
  base: Record<string, Take>
  onChange: (take: Record<string, Take>) => void
}) {
  const id = useId()
  const without = (name: string) => Object.fromEntries(Object.entries(take).filter(([other]) => other !== name))
  return (
    <Stack gap="xs" role="group" aria-labelledby={id}>
      <Text fw={500} size="sm" id={id}>
        Response mapping
      </Text>
      <Text size="sm" c="dimmed">
        Where the answer has access_token, refresh_token, token_type, scope, expires, idle_end, hard_end or a value of
        this service, if elsewhere than the standard says: a path such as data.0.token; several with commas, the first
        that is there counts.
      </Text>
      {Object.entries(take).map(([name, value]) => (
        <Group key={name} gap="xs" wrap="nowrap" align="flex-end">
          <div style={{ flex: 1, minWidth: 0 }}>
            <Changed
              label={name}
              isChanged={base[name] !== undefined && JSON.stringify(base[name]) !== JSON.stringify(value)}
              onReset={() => onChange({ ...take, [name]: base[name] ?? '' })}
            >
              <Group gap="xs" wrap="nowrap" align="flex-end">
                <TextInput
                  label={name}
                  value={pathsOf(value)}
                  onChange={(event) => onChange({ ...take, [name]: withPaths(value, event.currentTarget.value) })}
                  flex={1}
                  miw={0}
                  spellCheck={false}
                  autoCapitalize="none"
                  autoComplete="off"
                  styles={mono}
                />
                <Select
                  aria-label={`Unit of ${name}`}
                  data={units}
                  value={typeof value === 'string' ? '' : (value.unit ?? '')}
                  onChange={(unit) => onChange({ ...take, [name]: withUnit(value, unit ?? '') })}
                  allowDeselect={false}
                  w={130}
                />
              </Group>
            </Changed>
          </div>
          <Remove label={`Leave out ${name}`} onClick={() => onChange(without(name))} />
        </Group>
      ))}
      <NewName title="Response mapping" taken={Object.keys(take)} onAdd={(name) => onChange({ ...take, [name]: '' })} />
    </Stack>
  )
}

function pathsOf(take: Take): string {
  return typeof take === 'string' ? take : take.at.join(', ')
}

function withPaths(take: Take, text: string): Take {
  const paths = text.split(/,\s*/)
  if (typeof take === 'string' && paths.length === 1) return text
  return { ...(typeof take === 'string' ? {} : take), at: paths }
}

function withUnit(take: Take, unit: string): Take {
  const { unit: _, ...rest } = typeof take === 'string' ? { at: [take] } : take
  if (unit !== '') return { ...rest, unit }
  return rest.at.length === 1 && Object.keys(rest).length === 1 ? (rest.at[0] ?? '') : rest
}
