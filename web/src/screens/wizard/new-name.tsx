import { Button, Group, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'

/** Takes the name of one more field of a table. */
export function NewName({
  title,
  taken,
  onAdd,
}: {
  title: string
  taken: readonly string[]
  onAdd: (name: string) => void
}) {
  const [name, setName] = useState('')
  const isTaken = taken.includes(name)
  const add = () => {
    if (name === '' || isTaken) return
    onAdd(name)
    setName('')
  }
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <TextInput
        aria-label={`${title}: name of one more`}
        placeholder="one more: its name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value.trim())}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          add()
        }}
        error={isTaken ? `${name} is there already.` : undefined}
        flex={1}
        miw={0}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
      />
      <Button
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={add}
        disabled={name === ''}
        aria-label={`Add to ${title}`}
      >
        Add
      </Button>
    </Group>
  )
}
