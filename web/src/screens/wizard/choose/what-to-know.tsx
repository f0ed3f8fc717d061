import { Anchor, Card, List, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { sentence } from '../../../parts/sentence.ts'
import { TextLink } from '../../../parts/links.tsx'
import type { WayOnWire } from '../../../../../src/api/provider.ts'
import type { Described } from '../described.ts'
import { surenessWords, triedWords } from '../words.ts'

/** What a way asks for, how long it lasts, what goes wrong with the service, and how sure all this is. */
export function WhatToKnow({ service, way }: { service: Described; way: WayOnWire }) {
  const needed = way.fields.filter(({ optional, choices }) => !optional && !choices)
  return (
    <Card withBorder padding="lg" component="section" aria-labelledby="what-to-know">
      <Stack gap="md">
        <Title order={2} fz="lg" id="what-to-know">
          What to know
        </Title>
        {needed.length > 0 && (
          <Part title="Have at hand">
            {needed.map(({ name, label, help }) => (
              <List.Item key={name}>
                {label}
                {help !== undefined && (
                  <Text size="sm" c="dimmed">
                    {sentence(help)}
                  </Text>
                )}
              </List.Item>
            ))}
          </Part>
        )}
        <Part title="How it is kept alive">
          {way.renewal.says.map((sentence) => (
            <List.Item key={sentence}>{sentence}</List.Item>
          ))}
        </Part>
        {service.traps.length > 0 && <Long title="Known traps" items={service.traps} />}
        {service.confidence !== undefined && service.checked !== undefined && (
          <Stack gap={4}>
            <Text fw={600} size="sm">
              {surenessWords(service.confidence)}
            </Text>
            <Text size="sm" c="dimmed">
              {triedWords(service.checked, service.tried)}.{' '}
              <TextLink to="/services/$id" params={{ id: service.id }} inherit>
                All facts and their sources
              </TextLink>
            </Text>
          </Stack>
        )}
      </Stack>
    </Card>
  )
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Stack gap={4}>
      <Title order={3} fz="sm">
        {title}
      </Title>
      <List size="sm" spacing={4}>
        {children}
      </List>
    </Stack>
  )
}

const first = 3

function Long({ title, items }: { title: string; items: readonly string[] }) {
  const [all, { toggle }] = useDisclosure(false)
  return (
    <Stack gap={4} align="flex-start">
      <Part title={title}>
        {(all ? items : items.slice(0, first)).map((item) => (
          <List.Item key={item}>{item}</List.Item>
        ))}
      </Part>
      {items.length > first && (
        <Anchor component="button" type="button" size="sm" onClick={toggle} aria-expanded={all}>
          {all ? 'Show fewer' : `Show all ${items.length}`}
        </Anchor>
      )}
    </Stack>
  )
}
