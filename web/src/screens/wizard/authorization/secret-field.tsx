import { ActionIcon, PasswordInput, Textarea, Tooltip } from '@mantine/core'
import { IconEye, IconEyeOff } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { mono } from '../../../theme.ts'
import { kept } from './places.ts'

/**
 * A secret that is typed. It goes to the server once the field is left, and is forgotten here; what the server has is
 * only said to be there.
 */
export function SecretField({
  id,
  label,
  description,
  required,
  stored,
  error,
  lines,
  onGive,
}: {
  id: string
  label: string
  description?: ReactNode
  required: boolean
  stored: string
  error?: ReactNode
  /** Several lines, such as a file that is pasted. */
  lines?: boolean
  onGive: (secret: string) => void
}) {
  const [typed, setTyped] = useState('')
  const [shown, setShown] = useState(false)
  const isKept = stored === kept
  const give = () => {
    if (typed === '') return
    onGive(typed)
    setTyped('')
    setShown(false)
  }
  const common = {
    id,
    label,
    description,
    error,
    required: required && !isKept,
    placeholder: isKept ? 'Kept. Type to replace it.' : undefined,
    value: typed,
    onBlur: give,
    autoComplete: 'off',
    spellCheck: false,
    autoCapitalize: 'none',
  } as const
  if (lines) {
    return (
      <Textarea
        {...common}
        autosize
        minRows={3}
        maxRows={8}
        onChange={(event) => setTyped(event.currentTarget.value)}
        styles={{ input: { ...mono.input, ...(!shown && masked) } }}
        rightSection={typed !== '' && <Reveal label={label} shown={shown} onToggle={() => setShown(!shown)} />}
      />
    )
  }
  return (
    <PasswordInput
      {...common}
      visible={shown}
      onVisibilityChange={setShown}
      onChange={(event) => setTyped(event.currentTarget.value)}
      visibilityToggleButtonProps={{ 'aria-label': shown ? `Hide ${label}` : `Show ${label}`, tabIndex: 0 }}
      data-1p-ignore
      data-lpignore="true"
    />
  )
}

const masked = { WebkitTextSecurity: 'disc' }

function Reveal({ label, shown, onToggle }: { label: string; shown: boolean; onToggle: () => void }) {
  const Icon = shown ? IconEyeOff : IconEye
  const says = shown ? `Hide ${label}` : `Show ${label}`
  return (
    <Tooltip label={says}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={says}
        // The field keeps the focus, else what is typed would be given and gone.
        onMouseDown={(event) => event.preventDefault()}
        onClick={onToggle}
      >
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
