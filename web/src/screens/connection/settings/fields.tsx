import { PasswordInput, Select, Textarea, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { mono } from '../../../theme.ts'
import { elementOf, useSettings } from './form.ts'

type Asked = { path: string; label: string; description?: ReactNode; placeholder?: string | undefined }

/** What all fields have in common: nothing that is typed is completed, corrected or kept by the browser. */
function useField({ path, label, description, placeholder }: Asked) {
  const { textAt, faultAt, set } = useSettings()
  return {
    id: elementOf(path),
    label,
    ...(description !== undefined && { description }),
    ...(placeholder !== undefined && { placeholder }),
    value: textAt(path),
    error: faultAt(path),
    onChange: (event: { currentTarget: { value: string } }) => set(path, event.currentTarget.value),
    autoComplete: 'off',
    autoCapitalize: 'none',
    spellCheck: false,
  }
}

export function TextField(asked: Asked) {
  return <TextInput {...useField(asked)} />
}

export function DayField(asked: Asked) {
  return <TextInput type="date" {...useField(asked)} />
}

export function LongField({ code = false, ...asked }: Asked & { code?: boolean }) {
  const field = useField(asked)
  return <Textarea {...field} autosize minRows={3} maxRows={24} {...(code && { styles: mono })} />
}

/** A secret goes in and never comes out: what is kept is only said to be there. */
export function SecretField({ lines = false, ...asked }: Asked & { lines?: boolean }) {
  const { isKept } = useSettings()
  const field = useField({ ...asked, placeholder: isKept(asked.path) ? 'Kept. Type to replace it.' : undefined })
  if (lines) return <Textarea {...field} autosize minRows={3} maxRows={12} />
  return <PasswordInput {...field} autoComplete="new-password" />
}

export function ChoiceField({ choices, ...asked }: Asked & { choices: readonly { value: string; label: string }[] }) {
  const { set } = useSettings()
  const { autoComplete: _, autoCapitalize: __, spellCheck: ___, ...field } = useField(asked)
  return (
    <Select
      {...field}
      data={choices.map(({ value, label }) => ({ value, label }))}
      value={field.value === '' ? null : field.value}
      onChange={(value) => set(asked.path, value ?? '')}
      allowDeselect={false}
      searchable={choices.length > 8}
    />
  )
}
