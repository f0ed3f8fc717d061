import { Badge, Button, Group, List, Stack, Text, Title } from '@mantine/core'
import { Moment } from '../../../parts/moment.tsx'
import { Prose } from '../../../parts/prose.tsx'
import { StateBadge } from '../../../parts/state-badge.tsx'
import type { Answer } from '../../../server/call.ts'
import { useEditor } from '../editor.ts'

/** What ends a refresh token, as the server names it. */
const refreshEnds: Readonly<Record<string, string>> = {
  refresh_token_idle: 'Unused it ends',
  refresh_token: 'Whatever happens, it ends',
}

/** What the answers were understood as: lives, scopes, who, and what is missing. */
export function Understood({
  connection,
  isReady,
}: {
  connection: Answer<'showConnection'>
  /** Jobs can use it: further down it says how. */
  isReady: boolean
}) {
  const { way } = useEditor()
  const { expires_at, has_refresh_token, deaths, who, scopes, scopes_granted, warnings, condition } = connection
  return (
    <Stack gap="sm" component="section" aria-labelledby="understood">
      <Group gap="sm">
        <Title order={2} fz="md" id="understood">
          What is there now
        </Title>
        <StateBadge condition={condition} />
        {isReady && (
          <Button
            size="compact-sm"
            variant="default"
            ml="auto"
            onClick={() => document.getElementById('use-it')?.focus()}
          >
            Use it
          </Button>
        )}
      </Group>
      <List size="sm" spacing={6}>
        {who !== undefined && <List.Item>Connected as {who}.</List.Item>}
        <List.Item>
          {typeof expires_at === 'number' ? (
            <>
              The access token expires <Moment at={expires_at} />.
            </>
          ) : expires_at === 'never' ? (
            'The access token never expires.'
          ) : expires_at === 'unknown' ? (
            'When the access token expires was not said.'
          ) : (
            'There is no access token yet.'
          )}
        </List.Item>
        {has_refresh_token && (
          <List.Item>
            There is a refresh token.
            {deaths.map(({ what, at }) =>
              refreshEnds[what] === undefined ? null : (
                <span key={what}>
                  {' '}
                  {refreshEnds[what]} <Moment at={at} />.
                </span>
              ),
            )}
          </List.Item>
        )}
        {scopes.length > 0 && (
          <List.Item>
            <Scopes asked={scopes} granted={scopes_granted} />
          </List.Item>
        )}
        {warnings.map((warning) => (
          <List.Item key={warning}>
            <Prose text={warning} />
          </List.Item>
        ))}
      </List>
      {expires_at !== undefined && !has_refresh_token && (
        <Stack gap={4}>
          <Text size="sm" fw={600}>
            No refresh token came. What that means with this service:
          </Text>
          <List size="sm" spacing={4}>
            {way.renewal.says.map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
            {way.scopes?.refresh !== undefined && (
              <List.Item>
                The scope <b>{way.scopes.refresh}</b> brings one: add it in the second step and authorize again.
              </List.Item>
            )}
          </List>
        </Stack>
      )}
    </Stack>
  )
}

function Scopes({ asked, granted }: { asked: readonly string[]; granted: readonly string[] | undefined }) {
  if (granted === undefined)
    return <>Scopes asked for: {asked.join(', ')}. The answer does not say which were granted.</>
  const missing = asked.filter((scope) => !granted.includes(scope))
  const more = granted.filter((scope) => !asked.includes(scope))
  return (
    <>
      Scopes granted: {granted.join(', ') || 'none'}.{' '}
      {missing.length > 0 && (
        <>
          Asked for and not granted:{' '}
          {missing.map((scope) => (
            <Badge key={scope} color="orange" c="var(--mantine-color-text)" size="sm">
              {scope}
            </Badge>
          ))}{' '}
        </>
      )}
      {more.length > 0 && `Granted and not asked for: ${more.join(', ')}.`}
      {missing.length === 0 && more.length === 0 && 'These are the ones that were asked for.'}
    </>
  )
}
