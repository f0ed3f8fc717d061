import { Card, Code, Group, Stack, Text, Title } from '@mantine/core'
import { Copy } from '../../../parts/command.tsx'
import { useEditor } from '../editor.ts'
import { Missing } from '../missing.tsx'
import { FieldLink } from './field-link.tsx'

/** The exact address that will be opened, and what each of its parameters is there for. */
export function RequestPreview() {
  const { preview, way } = useEditor()
  if (way.authorization_url === undefined) return null
  const { authorization_url: url, authorization_parameters: parameters = [], missing = [] } = preview.data ?? {}
  return (
    <Card withBorder padding="lg" component="section" aria-labelledby="request-preview">
      <Stack gap="sm">
        <Title order={2} fz="lg" id="request-preview">
          What will be opened
        </Title>
        {url === undefined ? (
          <Text size="sm" c="dimmed">
            {missing.length === 0 ? (
              'The address is shown here as soon as it is known.'
            ) : (
              <>
                The address is shown once nothing is missing:{' '}
                <Missing link={(path, label) => <FieldLink path={path}>{label}</FieldLink>} />.
              </>
            )}
          </Text>
        ) : (
          <>
            <Group gap="xs" wrap="nowrap" align="flex-start">
              <Code block flex={1} miw={0} className="wrapped">
                {url}
              </Code>
              <Copy text={url} label="Copy the address" />
            </Group>
            <Text size="sm" c="dimmed">
              State and challenge are drawn anew at each start; here they stand as they look. Start the flow with the
              button, not with this address.
            </Text>
            <Title order={3} fz="sm">
              What each parameter is for
            </Title>
            <Stack component="dl" gap="sm" m={0}>
              {parameters.map(({ name, value, says }) => (
                <div key={name}>
                  <Text component="dt" size="sm" ff="monospace">
                    <b>{name}</b> = {value}
                  </Text>
                  <Text component="dd" size="sm" c="dimmed" m={0}>
                    {says}
                  </Text>
                </div>
              ))}
            </Stack>
          </>
        )}
      </Stack>
    </Card>
  )
}
