import { Alert, Group, List, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import { ButtonLink } from '../../parts/links.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Prose } from '../../parts/prose.tsx'
import { Refusal } from '../../parts/refusal.tsx'
import type { Answer } from '../../server/call.ts'
import { Pick } from './pick.tsx'

type Connection = Answer<'showConnection'>

/** What is wrong, what will be, and what is still open; nothing where all is well. */
export function State({ connection }: { connection: Connection }) {
  const { failure, warnings, to_choose: open = [], condition, state } = connection
  return (
    <Stack gap="sm">
      {failure !== undefined && <Failure connection={connection} failure={failure} />}
      {failure === undefined && condition === 'needs_authorization' && (
        <Alert
          color="red"
          variant="light"
          c="var(--mantine-color-text)"
          icon={<IconAlertTriangle aria-hidden />}
          title="A person must authorize again"
        >
          Jobs get no new token until somebody does.
        </Alert>
      )}
      {state === 'suspended' && (
        <Alert
          color="gray"
          variant="light"
          c="var(--mantine-color-text)"
          icon={<IconInfoCircle aria-hidden />}
          title="Suspended"
        >
          Jobs get no token and nothing is renewed until it is resumed. What dies unused may die meanwhile.
        </Alert>
      )}
      {open.map((one) => (
        <Pick key={one.value} connection={connection} open={one} />
      ))}
      {warnings.length > 0 && (
        <Alert
          color="yellow"
          variant="light"
          c="var(--mantine-color-text)"
          icon={<IconAlertTriangle aria-hidden />}
          title={warnings.length === 1 ? 'Worth knowing' : `${warnings.length} things worth knowing`}
        >
          <List size="sm" spacing={4} listStyleType={warnings.length === 1 ? 'none' : 'disc'}>
            {warnings.map((warning) => (
              <List.Item key={warning}>
                <Prose text={warning} />
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
    </Stack>
  )
}

/** Where in the settings the cause of a failure is likely to stand. */
const places: Readonly<Record<string, { label: string; hash: string }>> = {
  client: { label: 'Change the client', hash: 'client' },
  configuration: { label: 'Look at the settings', hash: '' },
  denied: { label: 'Look at the scopes', hash: 'scopes' },
}

function Failure({
  connection: { name, provider_name: service, condition, generation },
  failure,
}: {
  connection: Connection
  failure: NonNullable<Connection['failure']>
}) {
  const { kind, count, first_at: first, last_at: last, retry_at: next } = failure
  const place = places[kind]
  const title =
    condition === 'needs_authorization'
      ? 'A person must authorize again'
      : generation === 0
        ? 'There is no token yet, and the last try failed'
        : 'The last renewal failed'
  return (
    <Alert
      color={condition === 'failing' ? 'orange' : 'red'}
      variant="light"
      c="var(--mantine-color-text)"
      icon={<IconAlertTriangle aria-hidden />}
      title={title}
    >
      <Stack gap="sm">
        <Refusal refusal={failure} service={service} />
        <Text size="sm">
          Last tried <Moment at={last} />
          {count > 1 && (
            <>
              , {count} times since <Moment at={first} />
            </>
          )}
          .
          {next !== undefined && (
            <>
              {' '}
              Tried again <Moment at={next} />.
            </>
          )}
        </Text>
        {place !== undefined && (
          <Group>
            <ButtonLink
              to="/connections/$name"
              params={{ name }}
              search={{ tab: 'settings' }}
              {...(place.hash !== '' && { hash: place.hash })}
              variant="default"
              size="xs"
            >
              {place.label}
            </ButtonLink>
          </Group>
        )}
      </Stack>
    </Alert>
  )
}
