import { Badge, Button, Checkbox, Group, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { mono } from '../../../theme.ts'
import type { WayOnWire } from '../../../../../src/api/provider.ts'
import { useEditor } from '../editor.ts'
import { elementOf } from './places.ts'
import { sentence } from '../../../parts/sentence.ts'

type Scopes = NonNullable<WayOnWire['scopes']>

/** A list that is longer than this is searched. */
const long = 12

/** What is asked for: picked from what the service knows, with its meaning, or typed. */
export function ScopesField({ scopes }: { scopes: Scopes }) {
  const { draft, change, preview } = useEditor()
  const chosen = draft.settings.scopes ?? scopes.preset
  const [typing, setTyping] = useState(Object.keys(scopes.known).length === 0)
  const set = (next: string[]) => change({ scopes: next })
  const error = preview.problemAt('scopes')
  return (
    <Stack
      gap="xs"
      component="fieldset"
      id={elementOf('scopes')}
      tabIndex={-1}
      style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}
    >
      <Text component="legend" fw={600} size="sm" p={0}>
        Scopes
      </Text>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="xs" c="dimmed">
          What the token may do. Ask for no more than the job needs.
        </Text>
        {Object.keys(scopes.known).length > 0 && scopes.closed !== true && (
          <Button
            variant="subtle"
            size="compact-sm"
            style={{ flex: 'none' }}
            onClick={() => setTyping(!typing)}
            aria-pressed={typing}
          >
            {typing ? 'Pick from the list' : 'Type them'}
          </Button>
        )}
      </Group>
      {typing ? (
        <Typed scopes={scopes} chosen={chosen} onSet={set} />
      ) : (
        <Picked scopes={scopes} chosen={chosen} onSet={set} />
      )}
      {error !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)">
          {error}
        </Text>
      )}
    </Stack>
  )
}

type Choice = { scopes: Scopes; chosen: readonly string[]; onSet: (scopes: string[]) => void }

function Picked({ scopes, chosen, onSet }: Choice) {
  const [search, setSearch] = useState('')
  const known = Object.entries(scopes.known)
  const others = chosen.filter((scope) => !Object.hasOwn(scopes.known, scope))
  const words = search.toLowerCase()
  const listed = known.filter((entry) => entry.some((text) => text.toLowerCase().includes(words)))
  const toggle = (scope: string, on: boolean) =>
    onSet(on ? [...chosen, scope] : chosen.filter((other) => other !== scope))
  return (
    <Stack gap="xs">
      {known.length > long && (
        <TextInput
          size="sm"
          aria-label="Find a scope"
          placeholder={`Find among ${known.length}`}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <Stack gap={6} mah={known.length > long ? 320 : undefined} style={{ overflowY: 'auto' }} p={4}>
        {[...others.map((scope): [string, string] => [scope, 'Typed here']), ...listed].map(([scope, meaning]) => (
          <Checkbox
            key={scope}
            checked={chosen.includes(scope)}
            onChange={(event) => toggle(scope, event.currentTarget.checked)}
            label={
              <Group gap={6}>
                <Text span size="sm" ff="monospace">
                  {scope}
                </Text>
                {scope === scopes.refresh && <Badge size="sm">brings the refresh token</Badge>}
              </Group>
            }
            {...(meaning !== scope && { description: sentence(meaning) })}
          />
        ))}
        {listed.length === 0 && <Text size="sm">No scope holds “{search}”.</Text>}
      </Stack>
      {scopes.refresh !== undefined && !chosen.includes(scopes.refresh) && (
        <Text size="sm">
          Without <b>{scopes.refresh}</b> there is no refresh token: a person would authorize again when the token has
          ended.
        </Text>
      )}
    </Stack>
  )
}

const separators: Readonly<Record<string, string>> = { ' ': 'a space', ',': 'a comma', ';': 'a semicolon' }

function Typed({ scopes: { separator, refresh }, chosen, onSet }: Choice) {
  // As it is typed: half a scope and a separator at the end stay where they are.
  const [text, setText] = useState(chosen.join(separator))
  return (
    <Textarea
      aria-label="Scopes, typed"
      description={`With ${separators[separator] ?? separator} between them${refresh === undefined ? '' : `; ${refresh} brings the refresh token`}.`}
      autosize
      minRows={2}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        const parts = event.currentTarget.value.split(separator === ' ' ? /\s+/ : new RegExp(`[${separator}\\s]+`))
        onSet(parts.filter((part) => part !== ''))
      }}
      spellCheck={false}
      autoCapitalize="none"
      styles={mono}
    />
  )
}
