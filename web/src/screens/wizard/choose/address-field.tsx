import { TextInput } from '@mantine/core'

/** An address that is typed. Whether it will do is the server's to say. */
export function AddressField({
  label,
  description,
  placeholder,
  value,
  onChange,
}: {
  label: string
  description: string
  placeholder: string
  value: string
  onChange: (address: string) => void
}) {
  return (
    <TextInput
      type="url"
      inputMode="url"
      required
      label={label}
      description={description}
      placeholder={placeholder}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      spellCheck={false}
      autoCapitalize="none"
      autoComplete="off"
    />
  )
}
