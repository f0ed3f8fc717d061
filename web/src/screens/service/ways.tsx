import { Accordion, Anchor, Badge, Code, Group, List, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { Prose } from '../../parts/prose.tsx'
import type { Answer } from '../../server/call.ts'
import { Part } from './part.tsx'

type ServiceFacts = Answer<'showProvider'>
type Way = ServiceFacts['ways'][number]

/** Each way: what it asks, where the answer comes back, its scopes, its addresses. The first is what jobs pick. */
export function Ways({ service }: { service: ServiceFacts }) {
  return (
    <Accordion defaultValue={service.ways[0]?.name ?? null} variant="separated" order={2} maw={900} keepMounted={false}>
      {service.ways.map((way) => (
        <Accordion.Item key={way.name} value={way.name}>
          <Accordion.Control>
            <Group gap="xs">
              {way.label}
              <Code className="wrapped">{way.name}</Code>
            </Group>
          </Accordion.Control>
          <Accordion.Panel>
            <WayFacts way={way} canRevoke={service.revocable.includes(way.name)} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  )
}

function WayFacts({ way, canRevoke }: { way: Way; canRevoke: boolean }) {
  const { help, fields, ways_back, scopes, renewal } = way
  return (
    <Stack gap="lg">
      {help !== undefined && <Text>{help}</Text>}
      <Part title="What is asked" order={3}>
        <List spacing={4}>
          {fields.map(({ name, label, help: says, optional, choices }) => (
            <List.Item key={name}>
              {label}
              {optional === true && ' (optional)'}
              {says !== undefined && (
                <Text size="sm" c="dimmed">
                  {says}
                </Text>
              )}
              {choices !== undefined && (
                <Text size="sm" c="dimmed">
                  One of: {choices.map((choice) => choice.label).join('; ')}
                </Text>
              )}
            </List.Item>
          ))}
        </List>
      </Part>
      {ways_back.length > 0 && <Back way={way} />}
      {scopes !== undefined && <ScopeList scopes={scopes} />}
      <Part title="How long it lasts" order={3}>
        <List spacing={4}>
          {renewal.says.map((sentence) => (
            <List.Item key={sentence}>{sentence}</List.Item>
          ))}
          <List.Item>{canRevoke ? 'It can be revoked from here.' : 'It cannot be revoked from here.'}</List.Item>
        </List>
      </Part>
      <Addresses way={way} />
    </Stack>
  )
}

const backs = {
  callback: 'This server takes the answer',
  loopback: 'A listener where the browser is takes it',
  relay: 'A page shows the answer, to be pasted',
  paste: 'The address the browser ends on is pasted',
  device: 'A code is typed in elsewhere',
}

function Back({ way }: { way: Way }) {
  return (
    <Part title="Redirect URIs" order={3}>
      {way.redirects.map(
        ({ because }) =>
          because !== undefined && (
            <Text size="sm" key={because}>
              {because}
            </Text>
          ),
      )}
      <Stack gap="sm">
        {way.ways_back.map(({ back, works, register, only_with, reason, remedy }) => (
          <Group key={back} gap="xs" wrap="nowrap" align="flex-start">
            {works ? (
              <IconCircleCheck size={20} color="var(--mantine-color-green-text)" aria-label="Works" />
            ) : (
              <IconCircleX size={20} color="var(--mantine-color-red-text)" aria-label="Does not work" />
            )}
            <Stack gap={2} flex={1} miw={0}>
              <Text size="sm" fw={500}>
                {backs[back]}
              </Text>
              {register !== undefined && (
                <Text size="sm">
                  Register <Code className="wrapped">{register}</Code>
                </Text>
              )}
              {only_with !== undefined && (
                <Text size="sm">
                  Only with{' '}
                  {Object.entries(only_with)
                    .map(([name, value]) => `${name} = ${value}`)
                    .join(', ')}
                </Text>
              )}
              {reason !== undefined && <Text size="sm">{reason}</Text>}
              {remedy !== undefined && (
                <Text size="sm">
                  <Prose text={remedy} />
                </Text>
              )}
            </Stack>
          </Group>
        ))}
      </Stack>
    </Part>
  )
}

const shown = 8

function ScopeList({ scopes }: { scopes: NonNullable<Way['scopes']> }) {
  const [all, { toggle }] = useDisclosure(false)
  const known = Object.entries(scopes.known)
  return (
    <Part title="Scopes" order={3}>
      {scopes.refresh !== undefined && (
        <Text size="sm">
          <Code className="wrapped">{scopes.refresh}</Code> brings the refresh token.
        </Text>
      )}
      {scopes.closed === true && <Text size="sm">There are no others: any other is refused.</Text>}
      <List spacing={6} listStyleType="none" withPadding={false}>
        {(all ? known : known.slice(0, shown)).map(([scope, meaning]) => (
          <List.Item key={scope}>
            <Group gap={6}>
              <Code className="wrapped">{scope}</Code>
              {scopes.preset.includes(scope) && (
                <Badge size="sm" color="gray" c="var(--mantine-color-text)">
                  asked by default
                </Badge>
              )}
            </Group>
            <Text size="sm">{meaning}</Text>
          </List.Item>
        ))}
      </List>
      {known.length > shown && (
        <Anchor component="button" type="button" size="sm" onClick={toggle} aria-expanded={all} underline="always">
          {all ? 'Show fewer' : `Show all ${known.length}`}
        </Anchor>
      )}
      {known.length === 0 && <Text size="sm">None are listed; what is typed is sent.</Text>}
    </Part>
  )
}

function Addresses({ way }: { way: Way }) {
  const facts: [string, string | undefined][] = [
    ['Grant', way.grant],
    ['Authorization URL', way.authorization_url],
    ['Device URL', way.device_url],
    ['Token URL', way.token_url],
    ['Client authentication', way.client_auth.join(', ')],
    ['PKCE', way.pkce],
    ['A code lives', way.code_life === undefined ? undefined : `${way.code_life} seconds`],
  ]
  return (
    <Stack gap="xs">
      <Title order={3} fz="md">
        For the curious
      </Title>
      <List spacing={6} listStyleType="none" withPadding={false}>
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <List.Item key={name}>
                <Text span size="sm" c="dimmed">
                  {name}:{' '}
                </Text>
                <Code className="wrapped">{value}</Code>
              </List.Item>
            ),
        )}
      </List>
    </Stack>
  )
}
