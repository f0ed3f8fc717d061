import { Button, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useId, useState, type ReactNode } from 'react'
import { mono } from '../../../theme.ts'
import { NewName } from '../new-name.tsx'
import type { Fields } from './call-model.ts'
import { Changed, Remove } from './changed.tsx'

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
      <NewName title={title} taken={Object.keys(fields)} onAdd={(name) => onChange({ ...fields, [name]: '' })} />
    </Stack>
  )
}
