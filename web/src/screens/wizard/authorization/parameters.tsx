import { ActionIcon, Button, Group, Stack, Text, TextInput, Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useEditor } from '../editor.ts'
import { elementOf, memberOf } from './places.ts'

/** The parameters of the authorization request: those of the service can be changed, others added. */
export function Parameters() {
  const { draft, service, way, change } = useEditor()
  const [added, setAdded] = useState<string[]>([])
  const preset = textsOf(paramsIn(memberOf(memberOf(service.definition, 'ways'), way.name)))
  const own = paramsIn(memberOf(memberOf(draft.settings.overrides, 'ways'), way.name))
  const names = [...new Set([...Object.keys(preset), ...Object.keys(own), ...added])]
  const put = (name: string, value: string | null) =>
    change({ overrides: { ways: { [way.name]: { authorize: { params: { [name]: value } } } } } })
  return (
    <Stack gap="xs" id={elementOf('overrides')} tabIndex={-1}>
      <Text size="sm" c="dimmed">
        A name in braces stands for a value: {'{client_id}'}, {'{scope}'}, {'{redirect_uri}'}, {'{state}'}, and what
        this service asks for. One with a question mark behind its name is left out while its value is missing.
      </Text>
      {names.map((name) => {
        const value = own[name]
        const changed = typeof value === 'string'
        return (
          <Group key={name} gap="xs" wrap="nowrap" align="flex-end">
            <TextInput
              flex={1}
              miw={0}
              label={name}
              description={changed && preset[name] !== undefined ? `Instead of ${preset[name]}` : undefined}
              value={changed ? value : (preset[name] ?? '')}
              onChange={(event) => put(name, event.currentTarget.value)}
              spellCheck={false}
              autoCapitalize="none"
              autoComplete="off"
              styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            />
            {changed && (
              <Tooltip label={preset[name] === undefined ? `Remove ${name}` : `As the service has it`}>
                <ActionIcon
                  variant="default"
                  size={36}
                  aria-label={preset[name] === undefined ? `Remove ${name}` : `Put ${name} back`}
                  onClick={() => {
                    put(name, null)
                    setAdded(added.filter((other) => other !== name))
                  }}
                >
                  {preset[name] === undefined ? (
                    <IconTrash size={16} aria-hidden />
                  ) : (
                    <IconArrowBackUp size={16} aria-hidden />
                  )}
                </ActionIcon>
              </Tooltip>
            )}
          </Group>
        )
      })}
      <NewParameter
        taken={names}
        onAdd={(name) => {
          setAdded([...added, name])
          put(name, '')
        }}
      />
    </Stack>
  )
}

function NewParameter({ taken, onAdd }: { taken: readonly string[]; onAdd: (name: string) => void }) {
  const [name, setName] = useState('')
  const isTaken = taken.includes(name)
  const add = () => {
    if (name === '' || isTaken) return
    onAdd(name)
    setName('')
  }
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <TextInput
        flex={1}
        miw={0}
        label="A further parameter"
        placeholder="its name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value.trim())}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          add()
        }}
        error={isTaken ? `${name} is there already.` : undefined}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
      />
      <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={add} disabled={name === ''}>
        Add
      </Button>
    </Group>
  )
}

function paramsIn(way: unknown): Record<string, unknown> {
  const params = memberOf(memberOf(way, 'authorize'), 'params')
  return typeof params === 'object' && params !== null ? { ...params } : {}
}

function textsOf(params: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}
