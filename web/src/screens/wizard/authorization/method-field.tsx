import { Select } from '@mantine/core'
import { useEditor } from '../editor.ts'
import { proofs } from '../words.ts'
import { elementOf } from './places.ts'

/** How the client proves itself, where the service leaves a choice. */
export function MethodField() {
  const { draft, way, change, preview } = useEditor()
  if (way.client_auth.length < 2 || !way.fields.some(({ place }) => place === 'client')) return null
  return (
    <Select
      id={elementOf('client.method')}
      label="How the client proves itself"
      description="The first is what the service prefers."
      data={way.client_auth.map((method) => ({ value: method, label: `${proofs[method] ?? method} (${method})` }))}
      value={draft.settings.client?.method ?? way.client_auth[0] ?? null}
      onChange={(method) => method !== null && change({ client: { method } })}
      allowDeselect={false}
      error={preview.problemAt('client.method')}
    />
  )
}
