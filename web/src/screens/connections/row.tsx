import { ActionIcon, Box, Group, Text } from '@mantine/core'
import { IconChevronRight, IconRefresh, IconUserCheck } from '@tabler/icons-react'
import { memo, type ReactNode } from 'react'
import { endingWords } from '../../parts/endings.ts'
import { IconLink, TextLink } from '../../parts/links.tsx'
import { Moment } from '../../parts/moment.tsx'
import { ServiceTile } from '../../parts/service-tile.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import classes from './list.module.css'
import type { Connection, Group as Urgency } from './urgency.ts'

type Props = {
  connection: Connection
  group: Urgency
  isRenewing: boolean
  onRenew: (connection: Connection) => void
  onAuthorize: (name: string) => void
}

/** One connection in the list. The cells stand in the order of the columns. */
export const Row = memo(function Row({ connection, group, ...rest }: Props) {
  const { name, provider_name: service, who, condition } = connection
  return (
    <>
      <Group role="cell" gap="sm" wrap="nowrap" className={classes.name} miw={0}>
        <ServiceTile name={service} />
        <Box miw={0}>
          <TextLink to="/connections/$name" params={{ name }} fw={600}>
            {name}
          </TextLink>
          <Text size="sm" c="dimmed" className={classes.clipped}>
            {who === undefined ? service : `${service}, ${who}`}
          </Text>
        </Box>
      </Group>
      <Box role="cell" className={classes.state}>
        <StateBadge condition={condition} />
      </Box>
      <Fact label="Token expires">
        <Expiry connection={connection} />
      </Fact>
      <Fact label="Last result">
        <LastResult connection={connection} />
      </Fact>
      <Fact label="Person needed">
        <NeedsPerson connection={connection} group={group} />
      </Fact>
      <Box role="cell" className={classes.actions}>
        <Actions connection={connection} {...rest} />
      </Box>
    </>
  )
})

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Box role="cell" className={classes.fact} fz="sm" miw={0}>
      <Text size="xs" c="dimmed" className={classes.label} aria-hidden>
        {label}
      </Text>
      {children}
    </Box>
  )
}

function Expiry({ connection: { expires_at: end, next_renewal_at: next, condition } }: { connection: Connection }) {
  if (end === undefined) return <Text size="sm">No token</Text>
  return (
    <>
      {typeof end === 'number' ? <Moment at={end} inList /> : end === 'never' ? 'Never' : 'Not known'}
      {next !== undefined && condition !== 'suspended' && (
        <Text size="xs" c="dimmed">
          renews <Moment at={next} inList />
        </Text>
      )}
    </>
  )
}

function LastResult({ connection }: { connection: Connection }) {
  const { failure, obtained_at: obtained, authorized_at: authorized } = connection
  if (failure !== undefined)
    return (
      <>
        <Text size="sm" className={classes.clipped}>
          {failure.words ?? failure.code}
        </Text>
        <Text size="xs" c="dimmed">
          {failure.count > 1 && `${failure.count} times, `}
          <Moment at={failure.last_at} inList />
        </Text>
      </>
    )
  if (obtained === undefined) return <Text size="sm">None yet</Text>
  // The same second: it was the authorization that brought it.
  const isFirst = authorized !== undefined && Math.abs(obtained - authorized) < 5
  return (
    <>
      {isFirst ? 'Authorized' : 'New token'}
      <Text size="xs" c="dimmed">
        <Moment at={obtained} inList />
      </Text>
    </>
  )
}

function NeedsPerson({ connection, group }: { connection: Connection; group: Urgency }) {
  const { person_by: by, deaths } = connection
  if (group === 'person' || group === 'pending')
    return (
      <Text size="sm" fw={600}>
        Now
      </Text>
    )
  if (by === undefined) return <Text size="sm">No end known</Text>
  const what = deaths.find(({ at }) => at === by)?.what
  return (
    <>
      <Text size="sm" fw={group === 'soon' ? 600 : 400} span>
        <Moment at={by} inList />
      </Text>
      {what !== undefined && (
        <Text size="xs" c="dimmed">
          {endingWords(what)}
        </Text>
      )}
    </>
  )
}

function Actions({ connection, isRenewing, onRenew, onAuthorize }: Omit<Props, 'group'>) {
  const { name, actions, authorized_at: authorized } = connection
  const asks = actions.includes('renew') ? 'Renew now' : actions.includes('issue') ? 'Get a token' : undefined
  return (
    <Group gap={6} wrap="nowrap">
      {asks !== undefined && (
        <ActionIcon
          variant="default"
          size="lg"
          title={asks}
          aria-label={`${asks}: ${name}`}
          loading={isRenewing}
          onClick={() => onRenew(connection)}
        >
          <IconRefresh size={18} aria-hidden />
        </ActionIcon>
      )}
      {actions.includes('authorize') && (
        <ActionIcon
          variant="default"
          size="lg"
          title={authorized === undefined ? 'Authorize' : 'Authorize again'}
          aria-label={`Authorize ${name}`}
          onClick={() => onAuthorize(name)}
        >
          <IconUserCheck size={18} aria-hidden />
        </ActionIcon>
      )}
      <IconLink to="/connections/$name" params={{ name }} variant="default" size="lg" aria-label={`Open ${name}`}>
        <IconChevronRight size={18} aria-hidden />
      </IconLink>
    </Group>
  )
}
