import { Card, Code, Group, List, Stack, Text, Title } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import { Notice } from '../../../parts/notice.tsx'
import { Copy } from '../../../parts/command.tsx'
import { isOpenable, Outward } from '../../../parts/outward.tsx'
import { Prose } from '../../../parts/prose.tsx'
import { useEditor } from '../editor.ts'
import { backWords } from './back-words.ts'
import { FieldLink } from './field-link.tsx'
import { labelAt } from './places.ts'
import { conditions } from './redirect-field.tsx'
import { sentence } from '../../../parts/sentence.ts'
import { useRedirect } from './use-redirect.ts'

/** How the client is registered at this service, step by step, with what is to be entered there. */
export function Guide() {
  const { service, way } = useEditor()
  const { console: registration } = service
  if (registration === undefined && way.ways_back.length === 0) return null
  return (
    <Card withBorder padding="lg" component="section" aria-labelledby="guide">
      <Stack gap="md">
        <Title order={2} fz="lg" id="guide">
          Register at {service.name}
        </Title>
        {way.ways_back.length > 0 && <ToRegister />}
        {registration?.url !== undefined && (
          <Text>
            {isOpenable(registration.url) ? (
              <Outward href={registration.url}>Open the page of {service.name}</Outward>
            ) : (
              <>
                Open <Code>{registration.url}</Code> with your own values in place.
              </>
            )}
          </Text>
        )}
        {registration !== undefined && registration.steps.length > 0 && (
          <List type="ordered" spacing="xs" size="sm">
            {registration.steps.map((step) => (
              <List.Item key={step}>
                <Prose text={step} />
              </List.Item>
            ))}
          </List>
        )}
        {way.ways_back.length > 0 && <WaysBack />}
      </Stack>
    </Card>
  )
}

/** The address to copy, or what has to be chosen before there is one. */
function ToRegister() {
  const { way } = useEditor()
  const { uri, register, refused } = useRedirect()
  if (uri === undefined || register === undefined) return null
  if (refused !== undefined) {
    const others = way.ways_back.flatMap(({ only_with = {} }) => Object.keys(only_with).map((name) => `inputs.${name}`))
    return (
      <Notice kind="warn" title="No redirect URI to register yet">
        <Stack gap="xs">
          <Text size="sm">
            <Prose text={`The redirect URI ${refused}.`} />
          </Text>
          <List size="sm" spacing={4}>
            {['redirect_uri', ...new Set(others)].map((path) => (
              <List.Item key={path}>
                <FieldLink path={path}>Change {labelAt(way, path) ?? path}</FieldLink>
              </List.Item>
            ))}
          </List>
        </Stack>
      </Notice>
    )
  }
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        Redirect URI to register
      </Text>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Code block flex={1} miw={0} className="wrapped">
          {register}
        </Code>
        <Copy text={register} label="Copy the redirect URI" />
      </Group>
      {register !== uri && (
        <Text size="sm" c="dimmed">
          Sent is {uri}: the service does not compare the port.
        </Text>
      )}
    </Stack>
  )
}

/** Which of the ways back work with this server, and why the others do not. */
function WaysBack() {
  const { way } = useEditor()
  return (
    <Stack gap="xs">
      <Title order={3} fz="sm">
        Ways back
      </Title>
      <ul className="plain-list">
        {way.ways_back.map(({ back, works, reason, remedy, only_with }) => (
          <Group key={back} component="li" gap="xs" wrap="nowrap" align="flex-start" mb={6}>
            {works ? (
              <IconCheck
                size={18}
                aria-label="Works:"
                color="var(--mantine-color-green-text)"
                style={{ flex: 'none' }}
              />
            ) : (
              <IconX
                size={18}
                aria-label="Does not work:"
                color="var(--mantine-color-red-text)"
                style={{ flex: 'none' }}
              />
            )}
            <Text size="sm">
              <b>{backWords[back].title}.</b> {works && backWords[back].says}
              {only_with !== undefined && ` Only with ${conditions(only_with, way)}.`}
              {reason !== undefined && <Prose text={sentence(reason)} />}
              {remedy !== undefined && (
                <>
                  {' '}
                  <Prose text={remedy} />
                </>
              )}
            </Text>
          </Group>
        ))}
      </ul>
      {way.ways_back.every(({ works }) => !works) && (
        <Notice kind="bad" title="No way back works with this server as it runs now" />
      )}
    </Stack>
  )
}
