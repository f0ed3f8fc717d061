import { Button, Collapse, Select, Stack, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import type { CustomSettingsOnWire } from '../../../../../src/api/provider.ts'

export type WireNames = Pick<CustomSettingsOnWire, 'id_param' | 'secret_param' | 'scope_separator'>

const separators = [
  { value: ' ', label: 'a space' },
  { value: ',', label: 'a comma' },
  { value: ';', label: 'a semicolon' },
] as const

/** Where a service calls things by other names than the RFC does. */
export function WireNamesFields({ value, onChange }: { value: WireNames; onChange: (value: WireNames) => void }) {
  const [open, { toggle }] = useDisclosure(false)
  const Chevron = open ? IconChevronDown : IconChevronRight
  const { id_param, secret_param, scope_separator } = value
  const put = (name: 'id_param' | 'secret_param', text: string) => {
    const { [name]: _, ...others } = value
    onChange(text === '' ? others : { ...others, [name]: text })
  }
  const common = { spellCheck: false, autoCapitalize: 'none', autoComplete: 'off' } as const
  return (
    <div>
      <Button
        variant="subtle"
        size="sm"
        leftSection={<Chevron size={16} aria-hidden />}
        onClick={toggle}
        aria-expanded={open}
      >
        Names and separators of this service
      </Button>
      <Collapse expanded={open}>
        <Stack gap="md" pt="sm">
          <TextInput
            {...common}
            label="Parameter of the client id"
            description="Some services say client_key or app_id."
            placeholder="client_id if empty"
            value={id_param ?? ''}
            onChange={(event) => put('id_param', event.currentTarget.value.trim())}
          />
          <TextInput
            {...common}
            label="Parameter of the client secret"
            placeholder="client_secret if empty"
            value={secret_param ?? ''}
            onChange={(event) => put('secret_param', event.currentTarget.value.trim())}
          />
          <Select
            label="Between two scopes stands"
            data={separators}
            value={scope_separator ?? ' '}
            onChange={(text) =>
              onChange({ ...value, scope_separator: separators.find((one) => one.value === text)?.value ?? ' ' })
            }
            allowDeselect={false}
          />
        </Stack>
      </Collapse>
    </div>
  )
}
