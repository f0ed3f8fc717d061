import { Badge, Button, Collapse, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useEffect, useRef, type ReactNode } from 'react'
import type { Answer } from '../server/call.ts'
import { Exchange } from './exchange.tsx'
import { Moment } from './moment.tsx'
import { Notice } from './notice.tsx'
import { Refusal } from './refusal.tsx'

/** What came of a button: what it was understood as, and the masked request and answer behind it. Takes the focus. */
export function Report({
  title,
  report,
  onClose,
  children,
}: {
  title: string
  report: Answer<'renewToken'>
  onClose?: () => void
  /** What can be done about it. */
  children?: ReactNode
}) {
  const [open, { toggle }] = useDisclosure(!report.ok)
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => place.current?.focus(), [report])
  const { ok, request, response, failure, who, introspection, connection } = report
  const hasExchange = request !== undefined || response !== undefined
  return (
    <Notice
      ref={place}
      role="status"
      kind={ok ? 'good' : 'bad'}
      title={`${title} ${ok ? 'worked' : 'failed'}`}
      onClose={onClose}
    >
      <Stack gap="xs" align="flex-start">
        {who !== undefined && <Text size="sm">Connected as {who}.</Text>}
        {introspection !== undefined && (
          <Text size="sm">
            The service says that the token is {introspection.active ? 'active' : 'not active'}
            {introspection.scope !== undefined && `, with the scopes ${introspection.scope.join(' ')}`}.
          </Text>
        )}
        {ok && typeof connection.expires_at === 'number' && (
          <Text size="sm">
            The token expires <Moment at={connection.expires_at} />.
          </Text>
        )}
        {failure !== undefined && <Refusal refusal={failure} service={connection.provider_name} />}
        {children}
        {hasExchange && (
          <>
            <Group gap="xs">
              <Button size="xs" variant="default" onClick={toggle} aria-expanded={open}>
                {open ? 'Hide request and answer' : 'Show request and answer'}
              </Button>
              {response !== undefined && (
                <Badge color="gray" c="var(--mantine-color-text)">
                  Status {response.status}
                </Badge>
              )}
            </Group>
            <Collapse expanded={open} w="100%">
              <Exchange request={request} response={response} />
            </Collapse>
          </>
        )}
      </Stack>
    </Notice>
  )
}
