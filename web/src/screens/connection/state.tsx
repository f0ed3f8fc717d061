import { List, Stack, Text } from '@mantine/core'
import { Moment, nowSeconds } from '../../parts/moment.tsx'
import { Notice } from '../../parts/notice.tsx'
import { Prose } from '../../parts/prose.tsx'
import { Refusal } from '../../parts/refusal.tsx'
import type { Answer } from '../../server/call.ts'
import { Pick } from '../../parts/pick.tsx'
import { Remedy } from './remedy.tsx'

type Connection = Answer<'showConnection'>

/** What is wrong, what will be, and what is still open; nothing where all is well. */
export function State({ connection, isReported }: { connection: Connection; isReported: boolean }) {
  const { warnings, to_choose: open = [], condition, state } = connection
  // What was just reported is not said twice.
  const failure = isReported ? undefined : connection.failure
  const isQuiet = failure === undefined && warnings.length === 0 && open.length === 0
  if (isQuiet && condition !== 'needs_authorization' && state !== 'suspended') return null
  return (
    <Stack gap="sm">
      {failure !== undefined && <Failure connection={connection} failure={failure} />}
      {connection.failure === undefined && condition === 'needs_authorization' && (
        <Notice kind="bad" title="A person must authorize again">
          Jobs get no new token until somebody does.
        </Notice>
      )}
      {state === 'suspended' && (
        <Notice kind="rest" title="Suspended">
          Jobs get no token and nothing is renewed until it is resumed. What dies unused may die meanwhile.
        </Notice>
      )}
      {open.map((one) => (
        <Pick key={one.value} connection={connection} open={one} />
      ))}
      {warnings.length > 0 && (
        <Notice kind="warn" title={warnings.length === 1 ? 'Worth knowing' : `${warnings.length} things worth knowing`}>
          <List size="sm" spacing={4} listStyleType={warnings.length === 1 ? 'none' : 'disc'}>
            {warnings.map((warning) => (
              <List.Item key={warning}>
                <Prose text={warning} />
              </List.Item>
            ))}
          </List>
        </Notice>
      )}
    </Stack>
  )
}

function Failure({
  connection: { name, provider_name: service, condition, generation },
  failure,
}: {
  connection: Connection
  failure: NonNullable<Connection['failure']>
}) {
  const { kind, count, first_at: first, last_at: last, retry_at: next } = failure
  const title =
    condition === 'needs_authorization'
      ? 'A person must authorize again'
      : generation === 0
        ? 'There is no token yet, and the last try failed'
        : 'The last renewal failed'
  return (
    <Notice kind={condition === 'failing' ? 'warn' : 'bad'} title={title}>
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
          {next !== undefined && next > nowSeconds() && (
            <>
              {' '}
              Tried again <Moment at={next} />.
            </>
          )}
        </Text>
        <Remedy name={name} kind={kind} />
      </Stack>
    </Notice>
  )
}
