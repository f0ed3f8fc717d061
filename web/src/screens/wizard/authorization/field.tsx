import { Select, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { FieldOnWire } from '../../../../../src/api/provider.ts'
import { Prose } from '../../../parts/prose.tsx'
import { useEditor } from '../editor.ts'
import { KeyField } from './key-field.tsx'
import { elementOf, kept, patchOf, pathOf, readField } from './places.ts'
import { sentence } from '../../../parts/sentence.ts'
import { SecretField } from './secret-field.tsx'
import { Upload } from './upload.tsx'

const ofFiles = ['pem', 'json_file']

/** One thing that the service asks for, as its definition describes it. */
export function Field({ field }: { field: FieldOnWire }) {
  const { draft, change, preview } = useEditor()
  const path = pathOf(field)
  const stored = readField(field, draft)
  const error = preview.problemAt(path)
  const required = field.optional !== true && field.default === undefined
  const put = (value: string) => change(patchOf(field, value))
  // What is secret is not kept here, not even to be shown.
  const give = (secret: string) => change(patchOf(field, secret), patchOf(field, kept))
  const common = {
    id: elementOf(path),
    label: field.label,
    description: field.help === undefined ? undefined : <Prose text={sentence(field.help)} />,
    required,
    error,
  }
  if (field.place === 'client' && field.name === 'key') return <KeyField field={field} />
  if (field.secret) {
    const isFile = field.shape !== undefined && ofFiles.includes(field.shape)
    return (
      <Stack gap="xs" align="stretch">
        <SecretField {...common} stored={stored} lines={isFile} onGive={give} />
        {isFile && (
          <div>
            <Upload
              label="Take it from a file"
              accept={field.shape === 'json_file' ? '.json,application/json' : '.pem,.key,.txt'}
              onText={give}
            />
          </div>
        )}
      </Stack>
    )
  }
  if (field.choices !== undefined) {
    return (
      <Select
        {...common}
        data={field.choices.map(({ value, label, until }) => ({
          value,
          label: until === undefined ? label : `${label} (until ${until})`,
        }))}
        value={stored === '' ? (field.default ?? null) : stored}
        onChange={(value) => put(value ?? '')}
        allowDeselect={field.default === undefined && !required}
        clearable={field.default === undefined && !required}
        placeholder={required ? 'Choose' : 'Not given'}
        comboboxProps={{ withinPortal: true }}
      />
    )
  }
  return <Line {...common} field={field} stored={stored} onPut={put} />
}

/** A line of text. What is typed is kept as it is typed; the place shows an example or what stands without it. */
function Line({
  field,
  stored,
  onPut,
  ...common
}: {
  id: string
  label: string
  description: React.ReactNode
  required: boolean
  error: string | undefined
  field: FieldOnWire
  stored: string
  onPut: (value: string) => void
}) {
  const [left, setLeft] = useState(false)
  const example = field.default ?? field.example
  return (
    <TextInput
      {...common}
      // Half of a value is always wrong: it is told once the field is left.
      error={left || stored === '' ? common.error : undefined}
      value={stored}
      placeholder={
        example === undefined ? undefined : field.default === undefined ? `such as ${example}` : `${example} if empty`
      }
      onFocus={() => setLeft(false)}
      onBlur={() => setLeft(true)}
      onChange={(event) => onPut(event.currentTarget.value)}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
    />
  )
}
