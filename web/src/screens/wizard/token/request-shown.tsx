import { Code, Group, Stack, Text, Title } from '@mantine/core'
import { Copy } from '../../../parts/command.tsx'
import type { MaskedRequest } from '../../../parts/exchange.tsx'
import { TextLink } from '../../../parts/links.tsx'
import { Notice } from '../../../parts/notice.tsx'
import { Trouble } from '../../../parts/page.tsx'
import { useEditor } from '../editor.ts'
import { Missing } from '../missing.tsx'

/** The exact request as it would be sent now, secrets masked by the server; kept up while one types. */
export function RequestShown({
  request,
  isKept,
  hasFaults,
}: {
  request: MaskedRequest | undefined
  isKept: boolean
  hasFaults: boolean
}) {
  const { draft, preview, saving } = useEditor()
  const { missing = [] } = preview.data ?? {}
  const text = request === undefined ? undefined : written(request)
  return (
    <Stack gap="xs" component="section" aria-labelledby="exact-request">
      <Group justify="space-between">
        <Title order={2} fz="md" id="exact-request">
          The exact request
        </Title>
        <Group gap="xs">
          <Text size="sm" c="dimmed" role="status">
            {hasFaults ? 'Without what is not kept' : isKept && saving === 'saved' ? 'Up to date' : 'Being kept ...'}
          </Text>
          {text !== undefined && <Copy text={text} label="Copy the request" />}
        </Group>
      </Group>
      {preview.error !== null && preview.error !== undefined && <Trouble error={preview.error} />}
      {text === undefined ? (
        <Text size="sm">
          {missing.length === 0 ? (
            'It is shown once every part of it can be read.'
          ) : (
            <>
              It is shown once nothing is missing:{' '}
              <Missing
                link={(field, label) => (
                  <TextLink
                    to="/connect/$draft"
                    params={{ draft: draft.id }}
                    search={{ step: 'authorization', field }}
                    inherit
                    underline="always"
                  >
                    {label}
                  </TextLink>
                )}
              />
              .
            </>
          )}
        </Text>
      ) : (
        <Code block className="wrapped" tabIndex={0} role="group" aria-label="Its text">
          {text}
        </Code>
      )}
      {request !== undefined && /(\[|%5B)redacted(\]|%5D)/.test(request.url) && (
        <Notice kind="warn" title="A secret stands in the address">
          <Text size="sm">
            It is sent so, because some services want it, and it is never logged here. Others in between may log
            addresses: put it into the body where the service takes it there.
          </Text>
        </Notice>
      )}
    </Stack>
  )
}

function written({ method, url, headers, body }: MaskedRequest): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`${method} ${url}`, ...lines, ...(body === undefined ? [] : ['', body])].join('\n')
}
