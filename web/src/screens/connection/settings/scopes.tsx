import { Stack, TagsInput, Text } from '@mantine/core'
import { Section } from '../../../parts/section.tsx'
import type { Answer } from '../../../server/call.ts'
import { elementOf, useSettings } from './form.ts'

type Scopes = Answer<'showProvider'>['ways'][number]['scopes']

/** What is asked for at the next authorization, or with the next token of a machine. */
export function ScopeSettings({ scopes }: { scopes: Scopes }) {
  const { textAt, set, faultAt } = useSettings()
  const chosen = textAt('scopes')
    .split('\n')
    .filter((scope) => scope !== '')
  const known = scopes?.known ?? {}
  if (scopes === undefined && chosen.length === 0) return null
  return (
    <Section
      id="scopes"
      title="Scopes"
      says="They count from the next authorization on; what was granted before stays as it is until then."
    >
      <TagsInput
        id={elementOf('scopes')}
        label="Scopes"
        description="Pick from the list, or type one and press Enter."
        data={Object.keys(known)}
        value={chosen}
        onChange={(next) => set('scopes', next.join('\n'))}
        error={faultAt('scopes')}
        splitChars={[' ', ',']}
        clearable
        clearButtonProps={{ 'aria-label': 'Clear the scopes' }}
        renderOption={({ option }) => (
          <Stack gap={0}>
            <Text size="sm">{option.value}</Text>
            <Text size="xs" c="dimmed">
              {known[option.value]}
            </Text>
          </Stack>
        )}
      />
    </Section>
  )
}
