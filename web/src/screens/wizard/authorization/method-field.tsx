import { Select } from '@mantine/core'
import { useEditor } from '../editor.ts'
import { elementOf } from './places.ts'

const words: Readonly<Record<string, string>> = {
  client_secret_basic: 'Secret, by HTTP Basic',
  client_secret_post: 'Secret, in the body',
  client_secret_jwt: 'Secret, signs a statement',
  private_key_jwt: 'Key, signs a statement',
  tls_client_auth: 'Certificate of the connection (mutual TLS)',
  query: 'Secret, in the address',
  none: 'Without a secret',
}

/** How the client proves itself, where the service leaves a choice. */
export function MethodField() {
  const { draft, way, change, preview } = useEditor()
  if (way.client_auth.length < 2 || !way.fields.some(({ place }) => place === 'client')) return null
  return (
    <Select
      id={elementOf('client.method')}
      label="How the client proves itself"
      description="The first is what the service prefers."
      data={way.client_auth.map((method) => ({ value: method, label: `${words[method] ?? method} (${method})` }))}
      value={draft.settings.client?.method ?? way.client_auth[0] ?? null}
      onChange={(method) => method !== null && change({ client: { method } })}
      allowDeselect={false}
      error={preview.problemAt('client.method')}
    />
  )
}
