import { Box, Code, Group, Stack, Text } from '@mantine/core'
import type { Answer } from '../server/call.ts'
import { Copy } from './command.tsx'

type Report = Answer<'renewToken'>
export type MaskedRequest = NonNullable<Report['request']>
export type MaskedResponse = NonNullable<Report['response']>

/** What was sent and what came, as the server keeps it: secrets are masked there, and never come here. */
export function Exchange({
  request,
  response,
}: {
  request?: MaskedRequest | undefined
  response?: MaskedResponse | undefined
}) {
  if (request === undefined && response === undefined)
    return <Text size="sm">Nothing was sent, so there is nothing to show.</Text>
  return (
    <Stack gap="md">
      {request !== undefined && (
        <Message
          title="Request"
          first={`${request.method} ${request.url}`}
          headers={request.headers}
          body={request.body}
        />
      )}
      {response === undefined ? (
        <Text size="sm">No answer came.</Text>
      ) : (
        <Message title="Answer" first={`Status ${response.status}`} headers={response.headers} body={response.body} />
      )}
    </Stack>
  )
}

function Message({
  title,
  first,
  headers,
  body,
}: {
  title: string
  first: string
  headers: Record<string, string>
  body: string | undefined
}) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const content = body === undefined || body === '' ? [] : ['', readable(body)]
  const text = [first, ...lines, ...content].join('\n')
  return (
    <Box>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>
          {title}
        </Text>
        <Copy text={text} label={`Copy the ${title.toLowerCase()}`} />
      </Group>
      <Code block className="wrapped message" tabIndex={0} role="region" aria-label={title}>
        {text}
      </Code>
    </Box>
  )
}

/** JSON indented, a form one field a line; anything else as it came. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2)
  } catch {
    return /^[^\s=&<{]+=[^\s<{]*$/.test(body) ? body.split('&').join('\n&') : body
  }
}
