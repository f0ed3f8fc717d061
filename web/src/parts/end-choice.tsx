import { Group, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { nowSeconds } from './moment.tsx'

const day = 86_400
const lives: readonly { value: string; label: string; seconds?: number }[] = [
  { value: 'never', label: 'No end' },
  { value: '30', label: 'In 30 days', seconds: 30 * day },
  { value: '90', label: 'In 90 days', seconds: 90 * day },
  { value: '365', label: 'In a year', seconds: 365 * day },
  { value: 'date', label: 'On a day ...' },
]

/** When something ends, in epoch seconds; undefined is never. A day ends with it, in the time of this browser. */
export function EndChoice({ label, onChange }: { label: string; onChange: (end: number | undefined) => void }) {
  const [chosen, setChosen] = useState('never')
  const [date, setDate] = useState('')
  const choose = (value: string, on: string) => {
    setChosen(value)
    setDate(on)
    const seconds = lives.find((life) => life.value === value)?.seconds
    const atDate = on === '' ? undefined : Math.floor(new Date(`${on}T23:59:59`).getTime() / 1000)
    onChange(value === 'date' ? atDate : seconds === undefined ? undefined : nowSeconds() + seconds)
  }
  return (
    <Group align="flex-end" gap="sm">
      <Select
        label={label}
        data={lives.map(({ value, label: text }) => ({ value, label: text }))}
        value={chosen}
        onChange={(value) => choose(value ?? 'never', date)}
        allowDeselect={false}
        flex={1}
        miw={150}
      />
      {chosen === 'date' && (
        <TextInput
          type="date"
          label="Last day"
          required
          value={date}
          min={new Date().toISOString().slice(0, 10)}
          onChange={(event) => choose('date', event.currentTarget.value)}
          flex={1}
          miw={150}
        />
      )}
    </Group>
  )
}
