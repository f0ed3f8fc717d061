import { Button, Card, Group, SegmentedControl, Stack, Text, Textarea } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { mono } from '../../../theme.ts'
import type { FieldOnWire } from '../../../../../src/api/provider.ts'
import { Copy } from '../../../parts/command.tsx'
import { useEditor } from '../editor.ts'
import { elementOf, kept, pathOf, readField } from './places.ts'
import { SecretField } from './secret-field.tsx'
import { sentence } from '../../../parts/sentence.ts'
import { useRefusal } from './use-refusal.ts'
import { Upload } from './upload.tsx'
import { download } from './download.ts'
import { Trouble } from '../../../parts/page.tsx'
import { call } from '../../../server/call.ts'
import { draftQuery } from '../../../server/drafts.ts'
import { connectionQuery } from '../../../server/queries.ts'
import { JumpTo } from './jump-to.tsx'

/** A key is made with the connection it belongs to: what is only known once its public part is registered may follow. */
function useMakeKey() {
  const { draft, change, flush } = useEditor()
  const client = useQueryClient()
  return useMutation({
    mutationKey: ['drafts', draft.id, 'key'],
    mutationFn: async () => {
      change({ client: { key: 'generate' } }, { client: { key: kept } })
      await flush()
      return call('connectDraft', { params: { id: draft.id } })
    },
    onSuccess: ({ connection, draft: after }) => {
      client.setQueryData(connectionQuery(connection.name).queryKey, connection)
      client.setQueryData(draftQuery(after.id).queryKey, after)
    },
  })
}

/** What is registered at the service: the certificate of the key, or its public part alone. */
function useMadePart(): string | undefined {
  const { connection } = useEditor().draft
  const { data } = useQuery({ ...connectionQuery(connection ?? ''), enabled: connection !== undefined })
  return data?.client?.certificate ?? data?.client?.public_key
}

/** A key and its certificate: made here, so that it never leaves, or brought. */
export function KeyField({ field }: { field: FieldOnWire }) {
  const { draft, change, preview } = useEditor()
  const stored = readField(field, draft)
  const makeKey = useMakeKey()
  const made = useMadePart()
  useRefusal(makeKey.error)
  const [way, setWay] = useState(stored === kept && made === undefined ? 'brought' : 'made')
  const path = pathOf(field)
  const required = field.optional !== true
  const give = (key: string) => change({ client: { key } }, { client: { key: kept } })
  return (
    <Stack gap="xs" component="fieldset" style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
      <Text component="legend" fw={600} size="sm" p={0} mb={4}>
        {field.label}
        {!required && (
          <Text span c="dimmed" size="sm">
            {' '}
            (optional)
          </Text>
        )}
      </Text>
      <SegmentedControl
        aria-label={`${field.label}: where it comes from`}
        value={way}
        onChange={setWay}
        data={[
          { value: 'made', label: 'Made here' },
          { value: 'brought', label: 'Upload or paste' },
        ]}
      />
      {way === 'made' ? (
        <Stack gap="xs" align="flex-start">
          <Text size="sm" c="dimmed">
            The private key is made on the server and never leaves it. Its public part is registered at the service.
          </Text>
          {makeKey.error !== null && (
            <>
              <Trouble error={makeKey.error} />
              <JumpTo error={makeKey.error} />
            </>
          )}
          {made === undefined ? (
            <Button id={elementOf(path)} variant="default" loading={makeKey.isPending} onClick={() => makeKey.mutate()}>
              Make a key
            </Button>
          ) : (
            <PublicPart pem={made} name={draft.settings.name ?? draft.id} />
          )}
        </Stack>
      ) : (
        <Stack gap="xs">
          <SecretField
            id={elementOf(path)}
            label="Private key (PEM)"
            description={field.help === undefined ? undefined : sentence(field.help)}
            required={required}
            stored={stored}
            error={preview.problemAt(path)}
            lines
            onGive={give}
          />
          <Group gap="xs">
            <Upload label="Key from a file" accept=".pem,.key" onText={give} />
            <Upload
              label="Certificate from a file"
              accept=".pem,.crt,.cer"
              onText={(certificate) => change({ client: { certificate } })}
            />
          </Group>
          <Textarea
            id={elementOf('client.certificate')}
            label="Certificate (PEM)"
            description="Only where the service knows the client by one. It is not secret."
            autosize
            minRows={2}
            maxRows={6}
            value={draft.settings.client?.certificate ?? ''}
            onChange={(event) => change({ client: { certificate: event.currentTarget.value || null } })}
            error={preview.problemAt('client.certificate')}
            spellCheck={false}
            styles={mono}
          />
        </Stack>
      )}
    </Stack>
  )
}

function PublicPart({ pem, name }: { pem: string; name: string }) {
  const isCertificate = pem.includes('CERTIFICATE')
  const what = isCertificate ? 'certificate' : 'public key'
  return (
    <Card withBorder padding="sm" w="100%">
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Text size="sm" fw={600} role="status">
            The key is made. Register this {what}:
          </Text>
          <Group gap="xs">
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconDownload size={14} aria-hidden />}
              onClick={() => download(`${name}.${isCertificate ? 'crt' : 'pem'}`, pem)}
            >
              Download
            </Button>
            <Copy text={pem} label={`Copy the ${what}`} />
          </Group>
        </Group>
        <Text ff="monospace" fz="xs" className="wrapped message" tabIndex={0}>
          {pem.trim()}
        </Text>
      </Stack>
    </Card>
  )
}
