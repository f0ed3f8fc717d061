import { Badge, Card, Code, Group, Stack, Text } from '@mantine/core'
import { Prose } from '../../parts/prose.tsx'
import { Empty } from '../../parts/page.tsx'
import type { Answer } from '../../server/call.ts'

type Rule = Answer<'showProvider'>['errors'][number]

const meanings: Readonly<Record<string, { words: string; color: string }>> = {
  retry: { words: 'Passes by itself', color: 'blue' },
  dead: { words: 'Authorize again', color: 'red' },
  client: { words: 'The client is wrong', color: 'orange' },
  configuration: { words: 'A setting is wrong', color: 'orange' },
  denied: { words: 'Not permitted', color: 'grape' },
  too_young: { words: 'Too early', color: 'blue' },
}

const places: Readonly<Record<string, string>> = {
  authorize: 'authorization',
  token: 'first token',
  renew: 'renewal',
  api: 'API',
  revoke: 'revocation',
}

/** What each refusal of the service is taken for. */
export function Errors({ service }: { service: Answer<'showProvider'> }) {
  if (service.errors.length === 0)
    return <Empty title="None are described" says="Its refusals are read as the standards have them." />
  return (
    <Stack component="ul" className="plain-list" gap="sm" maw={900}>
      {service.errors.map((rule) => (
        <Card component="li" withBorder key={`${rule.cause} ${rule.on.join()} ${matchText(rule)}`}>
          <Stack gap={6}>
            <Group gap="xs">
              <Badge color={meanings[rule.means]?.color ?? 'gray'} c="var(--mantine-color-text)">
                {meanings[rule.means]?.words ?? rule.means}
              </Badge>
              <Text size="sm" c="dimmed">
                on {rule.on.map((place) => places[place] ?? place).join(', ')}
              </Text>
            </Group>
            {matchText(rule) !== '' && (
              <Text size="sm">
                <Code className="wrapped">{matchText(rule)}</Code>
              </Text>
            )}
            <Text>
              <Prose text={rule.cause} />
            </Text>
            <Text size="sm">
              <b>What to do: </b>
              <Prose text={rule.remedy} />
            </Text>
          </Stack>
        </Card>
      ))}
    </Stack>
  )
}

function matchText({ status, match = {} }: Rule): string {
  const fields = Object.entries(match).map(([path, values]) => `${path} = ${values.join(' | ')}`)
  return [...(status === undefined ? [] : [`status ${status.join(' | ')}`]), ...fields].join(', ')
}
