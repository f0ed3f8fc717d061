import { Button, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useId, useState, type ReactNode } from 'react'
import type { Fields } from './call-model.ts'
import { Changed, mono, Remove } from './changed.tsx'

type Read = { fault: string } | { ok: true }

/** Named templates as a table or as text: two views of the same value. */
export function FieldsEditor({
  title,
  fields,
  base,
  text,
  onText,
  onChange,
  children,
}: {
  title: string
  /** Undefined where the value is no table. */
  fields: Fields | undefined
  base: Fields
  text: string
  /** Takes the text over, or says why not. */
  onText: (text: string) => Read
  onChange: (fields: Fields) => void
  children?: ReactNode
}) {
  const [asText, setAsText] = useState(false)
  const id = useId()
  return (
    <Stack gap="xs" role="group" aria-labelledby={id}>
      <Group justify="space-between" gap="xs">
        <Text fw={500} size="sm" id={id}>
          {title}
        </Text>
        <Group gap="xs">
          {children}
          {fields !== undefined && (
            <SegmentedControl
              size="xs"
              aria-label={`${title} as`}
              value={asText ? 'text' : 'table'}
              onChange={(value) => setAsText(value === 'text')}
              data={[
                { value: 'table', label: 'Table' },
                { value: 'text', label: 'Text' },
              ]}
            />
          )}
        </Group>
      </Group>
      {fields === undefined || asText ? (
        <AsText key={`${asText}`} label={`${title} as text`} text={text} onText={onText} />
      ) : (
        <AsTable title={title} fields={fields} base={base} onChange={onChange} />
      )}
    </Stack>
  )
}

/** What is typed stays as it is typed, also while it does not read. */
function AsText({ label, text, onText }: { label: string; text: string; onText: (text: string) => Read }) {
  const [typed, setTyped] = useState(text)
  const [fault, setFault] = useState<string>()
  return (
    <Textarea
      aria-label={label}
      autosize
      minRows={3}
      maxRows={16}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value)
        const read = onText(event.currentTarget.value)
        setFault('fault' in read ? read.fault : undefined)
      }}
      error={fault}
      spellCheck={false}
      autoCapitalize="none"
      styles={mono}
    />
  )
}

function AsTable({
  title,
  fields,
  base,
  onChange,
}: {
  title: string
  fields: Fields
  base: Fields
  onChange: (fields: Fields) => void
}) {
  const leftOut = Object.keys(base).filter((name) => fields[name] === undefined)
  const without = (name: string) => Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name))
  return (
    <Stack gap="xs">
      {Object.entries(fields).map(([name, value]) => (
        <Group key={name} gap="xs" wrap="nowrap" align="flex-end">
          <div style={{ flex: 1, minWidth: 0 }}>
            <Changed
              label={name}
              isChanged={base[name] !== undefined && base[name] !== value}
              onReset={() => onChange({ ...fields, [name]: base[name] ?? '' })}
            >
              <TextInput
                label={name}
                value={value}
                onChange={(event) => onChange({ ...fields, [name]: event.currentTarget.value })}
                spellCheck={false}
                autoCapitalize="none"
                autoComplete="off"
                styles={mono}
              />
            </Changed>
          </div>
          <Remove label={`Leave out ${name}`} onClick={() => onChange(without(name))} />
        </Group>
      ))}
      {leftOut.map((name) => (
        <Group key={name} gap="xs">
          <Text size="sm" td="line-through">
            {name}
          </Text>
          <Button size="compact-xs" variant="default" onClick={() => onChange({ ...fields, [name]: base[name] ?? '' })}>
            Put back {name}
          </Button>
        </Group>
      ))}
      <Add title={title} taken={Object.keys(fields)} onAdd={(name) => onChange({ ...fields, [name]: '' })} />
    </Stack>
  )
}

export function Add({
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
