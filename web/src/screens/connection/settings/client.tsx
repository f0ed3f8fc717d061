import { Button, Group, Text } from '@mantine/core'
import { Section } from '../../../parts/section.tsx'
import type { Answer } from '../../../server/call.ts'
import { ChoiceField, DayField, LongField, SecretField, TextField } from './fields.tsx'
import { useSettings } from './form.ts'

type Client = NonNullable<Answer<'showConnection'>['client']>
type Way = Answer<'showProvider'>['ways'][number]

/** The registration at the service, and what it proves itself with. */
export function ClientSettings({ client, way }: { client: Client; way: Way | undefined }) {
  const asked = new Map(way?.fields.filter(({ place }) => place === 'client').map((field) => [field.name, field]))
  const others = client.shared_with
  const methods = [...new Set([client.method, ...(way?.client_auth ?? [])])]
  const hasSecret = client.has_secret || way === undefined || asked.has('client_secret')
  const hasKey = client.has_key || asked.has('key')
  return (
    <Section
      id="client"
      title="Client"
      says={
        others === 0
          ? 'Another client id, or other hosts, ask for the secret again and for a new authorization.'
          : `${others} other ${others === 1 ? 'connection uses' : 'connections use'} this client: a new secret or key counts for all of them. Another client id counts for this one alone.`
      }
    >
      <TextField
        path="client.id"
        label={asked.get('client_id')?.label ?? 'Client id'}
        description={asked.get('client_id')?.help}
      />
      {hasSecret && (
        <>
          <SecretField
            path="client.secret"
            label={asked.get('client_secret')?.label ?? 'Client secret'}
            description={asked.get('client_secret')?.help}
          />
          <DayField
            path="client.secret_ends_at"
            label="Last day of the secret"
            description="If the service ends secrets: then it is among what ends, and counted down."
          />
        </>
      )}
      {hasKey && <Key client={client} help={asked.get('key')?.help} />}
      {methods.length > 1 && (
        <ChoiceField
          path="client.method"
          label="Client authentication method"
          choices={methods.map((method) => ({ value: method, label: method }))}
        />
      )}
    </Section>
  )
}

/** A key is made on the server, which keeps it, or pasted. */
function Key({ client, help }: { client: Client; help: string | undefined }) {
  const { textAt, set } = useSettings()
  if (textAt('client.key') === 'generate')
    return (
      <Group>
        <Text size="sm" flex={1} miw={200}>
          A new key is made with the save. Register its certificate at the service afterwards: it stands in the
          overview.
        </Text>
        <Button variant="default" size="xs" onClick={() => set('client.key', '')}>
          Keep the old key
        </Button>
      </Group>
    )
  return (
    <>
      <SecretField path="client.key" label="Key" description={help} lines />
      <Group>
        <Button variant="default" size="xs" onClick={() => set('client.key', 'generate')}>
          Have a new key made
        </Button>
      </Group>
      <TextField path="client.key_id" label="Key id" description="As the service names it, if it does." />
      <LongField
        path="client.certificate"
        label="Certificate"
        description={client.certificate === undefined ? 'PEM.' : 'PEM; paste another one to replace it.'}
        code
      />
    </>
  )
}
