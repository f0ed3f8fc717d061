import { Badge, Code, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconCheck, IconMinus, IconPlus } from '@tabler/icons-react'
import { Command, Copy } from '../../parts/command.tsx'
import { endingWords } from '../../parts/endings.ts'
import { Facts, type Fact } from '../../parts/facts.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Section } from '../../parts/section.tsx'
import type { Answer } from '../../server/call.ts'
import { TokenLife } from './token-life.tsx'

type Connection = Answer<'showConnection'>

/** How the token is, what dies when, what was asked and given. */
export function Overview({ connection }: { connection: Connection }) {
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Stack gap="md">
          <Token connection={connection} />
          <Values connection={connection} />
        </Stack>
        <Stack gap="md">
          <Endings connection={connection} />
          <Scopes connection={connection} />
        </Stack>
      </SimpleGrid>
      <Section title="On the command line" says="The same facts, and a token for a shell.">
        <Command text={`evergrant status ${connection.name}`} />
        <Command text={`evergrant token ${connection.name}`} />
      </Section>
    </Stack>
  )
}

/** How the next token comes, by the word of the server. */
const renewals: Readonly<Record<string, string>> = {
  refresh_token: 'By the refresh token',
  reissue: 'By asking for a new one',
  exchange_access_token: 'By exchanging it before it ends',
  none: 'By a person',
}

function Token({ connection }: { connection: Connection }) {
  const { expires_at: end, obtained_at: obtained, next_renewal_at: next, renewal, has_refresh_token: has } = connection
  const { generation, authorized_at: authorized, api } = connection
  const facts: Fact[] = [
    ['Obtained', obtained !== undefined && <Moment at={obtained} />],
    [
      'Expires',
      end === undefined ? (
        false
      ) : typeof end === 'number' ? (
        <Moment at={end} />
      ) : end === 'never' ? (
        'Never'
      ) : (
        'Not known'
      ),
    ],
    ['Next renewal', next === undefined ? 'None is planned' : <Moment at={next} />],
    ['Renewed', renewals[renewal] ?? renewal],
    ['Refresh token', has ? 'Kept here, never shown' : 'None'],
    ['Authorized', authorized !== undefined && <Moment at={authorized} />],
    ['Token sets so far', generation],
    ['API', api?.base !== undefined && <Code>{api.base}</Code>],
  ]
  return (
    <Section title="Token">
      {obtained === undefined ? (
        <Text size="sm">There is no token.</Text>
      ) : (
        typeof end === 'number' && (
          <TokenLife from={obtained} to={end} renewal={next} wait={connection.callers_wait_at} />
        )
      )}
      <Facts facts={facts} />
    </Section>
  )
}

function Endings({ connection: { deaths, person_by: by, condition } }: { connection: Connection }) {
  const isNow = ['needs_authorization', 'needs_configuration', 'pending'].includes(condition)
  return (
    <Section
      title="What ends when"
      says={
        isNow ? (
          'A person is needed now.'
        ) : by === undefined ? (
          'Nothing that is known needs a person.'
        ) : (
          <>
            A person is needed <Moment at={by} />.
          </>
        )
      }
    >
      {deaths.length === 0 ? (
        <Text size="sm">No end is known.</Text>
      ) : (
        <Facts
          facts={deaths.map(({ what, at }): Fact => [
            endingWords(what),
            <Group gap="xs" key={what}>
              <Moment at={at} />
              {by !== undefined && at >= by ? (
                at === by && (
                  <Badge color="orange" c="var(--mantine-color-text)">
                    needs a person
                  </Badge>
                )
              ) : (
                <Text size="sm" c="dimmed" span>
                  renewed by itself
                </Text>
              )}
            </Group>,
          ])}
        />
      )}
    </Section>
  )
}

function Scopes({ connection: { scopes, scopes_granted: granted } }: { connection: Connection }) {
  const extra = (granted ?? []).filter((scope) => !scopes.includes(scope))
  return (
    <Section
      title="Scopes"
      says={granted === undefined && scopes.length > 0 ? 'The service did not say what it granted.' : undefined}
    >
      {scopes.length + extra.length === 0 ? (
        <Text size="sm">None are asked for.</Text>
      ) : (
        <ul className="plain-list">
          {scopes.map((scope) => (
            <Scope
              key={scope}
              scope={scope}
              state={granted === undefined ? 'asked' : granted.includes(scope) ? 'granted' : 'missing'}
            />
          ))}
          {extra.map((scope) => (
            <Scope key={scope} scope={scope} state="extra" />
          ))}
        </ul>
      )}
    </Section>
  )
}

const scopeStates = {
  asked: { words: 'asked for', icon: undefined, color: 'gray' },
  granted: { words: 'granted', icon: IconCheck, color: 'green' },
  missing: { words: 'not granted', icon: IconMinus, color: 'orange' },
  extra: { words: 'granted without being asked for', icon: IconPlus, color: 'blue' },
} as const

function Scope({ scope, state }: { scope: string; state: keyof typeof scopeStates }) {
  const { words, icon: Icon, color } = scopeStates[state]
  return (
    <Group component="li" gap="xs" mb={6} wrap="nowrap" align="flex-start">
      {Icon && <Icon size={18} color={`var(--mantine-color-${color}-text)`} aria-hidden style={{ flex: 'none' }} />}
      <Text size="sm">
        <Code>{scope}</Code> <span>{words}</span>
      </Text>
    </Group>
  )
}

function Values({ connection: { inputs, captured, client } }: { connection: Connection }) {
  const values = Object.entries(inputs)
  const facts: Fact[] = [
    ...values.map(([name, value]): Fact => [
      name,
      <Text size="sm" span key={name}>
        {value === '[set]' ? 'Set, not shown' : <Code>{value}</Code>}
        {captured.includes(name) && (
          <Text size="xs" c="dimmed" span>
            {' '}
            came with the answer
          </Text>
        )}
      </Text>,
    ]),
    ...(client === undefined ? [] : clientFacts(client)),
  ]
  return (
    <Section title="Client and values">
      {facts.length === 0 ? <Text size="sm">There are none.</Text> : <Facts facts={facts} />}
    </Section>
  )
}

function clientFacts(client: NonNullable<Connection['client']>): Fact[] {
  const { id, method, has_secret: hasSecret, has_key: hasKey, key_id: keyId, state, certificate } = client
  return [
    ['Client id', <Code key="id">{id}</Code>],
    ['Proves itself by', <Code key="method">{method}</Code>],
    ['Client secret', hasSecret && 'Kept here, never shown'],
    ['Key', hasKey && (keyId === undefined ? 'Kept here, never shown' : `Kept here, id ${keyId}`)],
    ['Client', state === 'refused' && 'Refused by the service'],
    ['Used by', client.shared_with > 0 && `${client.shared_with + 1} connections`],
    [
      'Certificate',
      certificate !== undefined && <Copy key="certificate" text={certificate} label="Copy the certificate" />,
    ],
  ]
}
