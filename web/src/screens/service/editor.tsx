import { Button, Group, SegmentedControl, Stack, Text, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { mono } from '../../theme.ts'
import { Trouble } from '../../parts/page.tsx'
import { call, Problem } from '../../server/call.ts'
import { FaultList } from './fault-list.tsx'
import { lineAt, offsetOf, readText, writeText, type Format, type TextFault } from './text.ts'

/** Edits a definition of one's own as text. Nothing is kept before every fault is gone. */
export function Editor({
  id,
  definition,
  faults: known,
  onDone,
}: {
  id: string
  definition: unknown
  faults: readonly TextFault[]
  onDone: () => void
}) {
  const client = useQueryClient()
  const area = useRef<HTMLTextAreaElement>(null)
  const [format, setFormat] = useState<Format>('yaml')
  const [text, setText] = useState(() => writeText(definition, 'yaml'))
  const [faults, setFaults] = useState<readonly TextFault[]>(known)
  const [isChecked, setChecked] = useState(false)

  const check = useMutation({
    mutationKey: ['providers', 'check'],
    mutationFn: async () => {
      const read = readText(text)
      if ('faults' in read) return read.faults
      return (await call('checkProvider', { body: { definition: read.value } })).faults
    },
    onSuccess: (found) => {
      setFaults(found)
      setChecked(found.length === 0)
    },
  })
  const save = useMutation({
    mutationKey: ['providers', 'replace', id],
    mutationFn: async () => {
      const read = readText(text)
      if ('faults' in read) {
        setFaults(read.faults)
        return undefined
      }
      return call('replaceProvider', { params: { id }, body: { definition: read.value } })
    },
    onSuccess: async (stored) => {
      if (stored === undefined) return
      await client.invalidateQueries({ queryKey: ['providers'] })
      const { need_secret } = stored
      notifications.show({
        closeButtonProps: { 'aria-label': 'Close' },
        message:
          need_secret.length === 0
            ? `Kept ${stored.name}.`
            : `Kept ${stored.name}. Its hosts changed: give the secret again for ${need_secret.join(', ')}.`,
        autoClose: need_secret.length === 0 ? 4000 : false,
      })
      onDone()
    },
    onError: (error) => {
      if (error instanceof Problem && error.facts.faults !== undefined) setFaults(error.facts.faults)
    },
  })

  const go = (path: string) => {
    const field = area.current
    if (field === null) return
    const start = offsetOf(text, path)
    const end = text.indexOf('\n', start)
    field.focus()
    field.setSelectionRange(start, end < 0 ? text.length : end)
    // A line of text is as high as the whole by their number.
    field.scrollTop = (field.scrollHeight / text.split('\n').length) * (lineAt(text, start) - 4)
  }
  const change = (next: string) => {
    setText(next)
    setChecked(false)
  }
  const reformat = (next: Format) => {
    const read = readText(text)
    if ('faults' in read) return setFaults(read.faults)
    setFormat(next)
    setText(writeText(read.value, next))
  }
  const refused = save.error instanceof Problem && save.error.facts.faults !== undefined ? null : save.error
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <SegmentedControl
          aria-label="Format"
          value={format}
          onChange={(value) => reformat(value === 'json' ? 'json' : 'yaml')}
          data={[
            { value: 'yaml', label: 'YAML' },
            { value: 'json', label: 'JSON' },
          ]}
        />
        <Group gap="sm">
          <Button variant="default" onClick={onDone} disabled={save.isPending}>
            Leave without keeping
          </Button>
          <Button variant="default" onClick={() => check.mutate()} loading={check.isPending}>
            Check
          </Button>
          <Button onClick={() => save.mutate()} loading={save.isPending}>
            Keep
          </Button>
        </Group>
      </Group>
      {faults.length > 0 && <FaultList faults={faults} onGo={go} />}
      {isChecked && (
        <Text role="status" size="sm">
          No fault. Nothing is kept yet.
        </Text>
      )}
      {(refused ?? check.error) !== null && <Trouble error={refused ?? check.error} />}
      <Textarea
        ref={area}
        aria-label={`Definition of ${id}`}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        rows={32}
        spellCheck={false}
        autoCapitalize="none"
        autoCorrect="off"
        styles={{ input: { ...mono.input, fontSize: 13, whiteSpace: 'pre' } }}
      />
    </Stack>
  )
}
