import { Blockquote, Stack, Text } from '@mantine/core'
import type { Answer } from '../server/call.ts'
import { Prose } from './prose.tsx'
import { sentence } from './sentence.ts'

type Refused = NonNullable<Answer<'renewToken'>['failure']>

/** Why a service said no: its own words first, then what is likely behind them and what to do. */
export function Refusal({ refusal, service }: { refusal: Refused; service: string }) {
  const { words, code, status, cause, remedy } = refusal
  return (
    <Stack gap={6}>
      <Text size="sm">
        {words === undefined ? `${service}: ` : `${service} says:`}
        {words === undefined && <b>{code}</b>}
        {words === undefined && status !== undefined && ` (status ${status})`}
      </Text>
      {words !== undefined && (
        <Blockquote
          p="xs"
          pl="md"
          m={0}
          fz="sm"
          color="gray"
          cite={status === undefined ? code : `${code}, status ${status}`}
        >
          {words}
        </Blockquote>
      )}
      {cause !== undefined && (
        <Text size="sm">
          <b>Likely cause: </b>
          <Prose text={sentence(cause)} />
        </Text>
      )}
      {remedy !== undefined && (
        <Text size="sm">
          <b>What to do: </b>
          <Prose text={sentence(remedy)} />
        </Text>
      )}
    </Stack>
  )
}
