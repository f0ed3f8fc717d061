import { ActionIcon, Group, Stack, Text, TextInput, Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconTrash } from '@tabler/icons-react'
import { mono } from '../../../theme.ts'
import { useEditor } from '../editor.ts'
import { NewName } from '../new-name.tsx'
import { at, withAt } from '../tree.ts'
import { elementOf } from './places.ts'

/** The parameters of the authorization request: those of the service can be changed or left out, others added. */
export function Parameters() {
  const { draft, service, way, change } = useEditor()
  const request = ['ways', way.name, 'authorize']
  const place = [...request, 'params']
  const [url, ownUrl] = [service.definition, draft.settings.overrides].map((tree) => textsAt(tree, request)['url'])
  const preset = textsAt(service.definition, place)
  const own = textsAt(draft.settings.overrides, place)
  const names = [...new Set([...Object.keys(preset), ...Object.keys(own)])]
  // Given whole: a null takes a parameter of the service out, and would be lost in a patch.
  const putAt = (path: readonly string[], value: string | null | undefined) =>
    change({ overrides_whole: withAt(draft.settings.overrides, path, value) ?? {} })
  const put = (name: string, value: string | null | undefined) => putAt([...place, name], value)
  return (
    <Stack gap="xs" id={elementOf('overrides')} tabIndex={-1}>
      <TextInput
        label="Authorization URL"
        description={ownUrl === undefined || ownUrl === url ? undefined : `Instead of ${url ?? 'none'}`}
        value={ownUrl ?? url ?? ''}
        onChange={(event) => {
          const typed = event.currentTarget.value
          putAt([...request, 'url'], typed === '' || typed === url ? undefined : typed)
        }}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        styles={mono}
      />
      <Text size="sm" c="dimmed">
        A name in braces stands for a value: {'{client_id}'}, {'{scope}'}, {'{redirect_uri}'}, {'{state}'}, and what
        this service asks for. One with a question mark behind its name is left out while its value is missing.
      </Text>
      {names.map((name) => (
        <Parameter
          key={name}
          name={name}
          preset={preset[name] ?? undefined}
          own={own[name]}
          onPut={(value) => put(name, value)}
        />
      ))}
      <NewName title="Parameters" taken={names} onAdd={(name) => put(name, '')} />
    </Stack>
  )
}

/** `own` is null where the service's is left out, and undefined where it stands as it is. */
function Parameter({
  name,
  preset,
  own,
  onPut,
}: {
  name: string
  preset: string | undefined
  own: string | null | undefined
  onPut: (value: string | null | undefined) => void
}) {
  const isAdded = preset === undefined
  const isChanged = own !== undefined && !isAdded
  const says = isAdded ? `Remove ${name}` : isChanged ? `Put ${name} back` : `Leave ${name} out`
  const Icon = isChanged ? IconArrowBackUp : IconTrash
  return (
    <Group gap="xs" wrap="nowrap" align="flex-end">
      <TextInput
        flex={1}
        miw={0}
        label={name}
        description={isChanged ? (own === null ? 'Left out' : `Instead of ${preset}`) : undefined}
        disabled={own === null}
        value={own === null ? '' : (own ?? preset ?? '')}
        onChange={(event) => onPut(event.currentTarget.value)}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        styles={mono}
      />
      <Tooltip label={says}>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={says}
          onClick={() => onPut(isAdded || isChanged ? undefined : null)}
        >
          <Icon size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  )
}

/** What of a request's fields is text, or null for what is left out. */
function textsAt(tree: unknown, path: readonly string[]): Record<string, string | null> {
  const fields = at(tree, path)
  if (typeof fields !== 'object' || fields === null) return {}
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'string' || value === null ? [[name, value]] : [],
    ),
  )
}
