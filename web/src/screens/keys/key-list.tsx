import { Badge, Button, Card, Code, Group, Stack, Switch, Text, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { announce } from '../../parts/announce.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Moment, useNow } from '../../parts/moment.tsx'
import { Trouble } from '../../parts/page.tsx'
import { TextLink } from '../../parts/links.tsx'
import { call } from '../../server/call.ts'
import { rightOf, type Key } from './rights.ts'

export function KeyList({ keys }: { keys: Key[] }) {
  const now = useNow(60)
  const [showsOver, setShowsOver] = useState(false)
  const [revoking, setRevoking] = useState<Key>()
  const living = keys.filter((key) => !isOver(key, now))
  const over = keys.filter((key) => isOver(key, now))
  return (
    <Stack gap="sm">
      <ul className="plain-list">
        {(showsOver ? [...living, ...over] : living).map((key) => (
          <li key={key.id}>
            <KeyCard apiKey={key} now={now} onRevoke={() => setRevoking(key)} />
          </li>
        ))}
      </ul>
      {living.length === 0 && !showsOver && <Text>Every key has ended or was revoked.</Text>}
      {over.length > 0 && (
        <Switch
          label={`Show ${over.length} that ended or ${over.length === 1 ? 'was' : 'were'} revoked`}
          checked={showsOver}
          onChange={(event) => setShowsOver(event.currentTarget.checked)}
        />
      )}
      {revoking !== undefined && <Revoke apiKey={revoking} onClose={() => setRevoking(undefined)} />}
    </Stack>
  )
}

function KeyCard({ apiKey, now, onRevoke }: { apiKey: Key; now: number; onRevoke: () => void }) {
  const { name, prefix, connections, addresses, expires_at, last_used_at, created_at, revoked_at } = apiKey
  const ended = isOver(apiKey, now)
  return (
    <Card withBorder mb="sm" padding="md">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={6} flex={1} miw={200}>
          <Group gap="xs">
            <Title order={2} fz="md" fw={600}>
              {name}
            </Title>
            <Code className="wrapped">{prefix}...</Code>
            {ended && (
              <Badge color="gray" c="var(--mantine-color-text)">
                {revoked_at === undefined ? 'Ended' : 'Revoked'}
              </Badge>
            )}
          </Group>
          <Text size="sm">
            {rightOf(apiKey)}: <Reach connections={connections} />
            {addresses.length > 0 && `; only from ${addresses.join(', ')}`}
          </Text>
          <Text size="sm" c="dimmed">
            {last_used_at === undefined ? (
              'Never used'
            ) : (
              <>
                Last used <Moment at={last_used_at} />
              </>
            )}
            {', made '}
            <Moment at={created_at} />
            {', '}
            {revoked_at !== undefined ? (
              <>
                revoked <Moment at={revoked_at} />
              </>
            ) : expires_at === undefined ? (
              'no end'
            ) : (
              <>
                {ended ? 'ended' : 'ends'} <Moment at={expires_at} />
              </>
            )}
          </Text>
        </Stack>
        {!ended && (
          <Button variant="default" size="sm" onClick={onRevoke} aria-label={`Revoke ${name}`}>
            Revoke
          </Button>
        )}
      </Group>
    </Card>
  )
}

function Reach({ connections }: { connections: string[] }) {
  if (connections.includes('*')) return 'all connections'
  return connections.map((name, index) => (
    <span key={name}>
      {index > 0 && ', '}
      <TextLink to="/connections/$name" params={{ name }} inherit underline="always">
        {name}
      </TextLink>
    </span>
  ))
}

function Revoke({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const client = useQueryClient()
  const revoke = useMutation({
    mutationKey: ['keys', 'revoke', apiKey.id],
    mutationFn: () => call('revokeKey', { params: { id: apiKey.id } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['keys'] })
      announce('Done', `Revoked the key "${apiKey.name}".`)
      onClose()
    },
  })
  return (
    <Confirm
      opened
      title={`Revoke "${apiKey.name}"?`}
      action="Revoke the key"
      busy={revoke.isPending}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      <Text size="sm">
        What uses it is refused from now on. Connections and other keys stay as they are. This cannot be undone.
      </Text>
      {apiKey.last_used_at !== undefined && (
        <Text size="sm">
          It was last used <Moment at={apiKey.last_used_at} />.
        </Text>
      )}
      {revoke.error !== null && <Trouble error={revoke.error} />}
    </Confirm>
  )
}

function isOver({ revoked_at, expires_at }: Key, now: number): boolean {
  return revoked_at !== undefined || (expires_at !== undefined && expires_at <= now)
}
