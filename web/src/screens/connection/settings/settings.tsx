import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Trouble } from '../../../parts/page.tsx'
import { Section } from '../../../parts/section.tsx'
import type { Answer } from '../../../server/call.ts'
import { providerQuery } from '../../../server/queries.ts'
import { ClientSettings } from './client.tsx'
import { ChoiceField, LongField, SecretField, TextField } from './fields.tsx'
import { FormContext, useForm } from './form.ts'
import { ScopeSettings } from './scopes.tsx'
import classes from './settings.module.css'

type Connection = Answer<'showConnection'>
type Way = Answer<'showProvider'>['ways'][number]
type Field = Way['fields'][number]

/** Everything that can be changed. One save for all of it: a change is taken whole or not at all. */
export function Settings({ connection }: { connection: Connection }) {
  const form = useForm(connection)
  const { data: service } = useQuery({
    ...providerQuery(connection.provider),
    enabled: connection.provider !== 'custom',
    retry: false,
  })
  const way = service?.ways.find(({ name }) => name === connection.way)
  const { hash } = useLocation()
  useEffect(() => {
    const place = hash === '' ? null : document.getElementById(hash)
    place?.scrollIntoView({ block: 'center' })
    place?.querySelector<HTMLElement>('input, textarea')?.focus({ preventScroll: true })
  }, [hash])
  const { save, changed, canSave, discard } = form
  const { actions, grant, redirect_uri: redirect } = connection
  const comesBack = redirect !== undefined || (actions.includes('authorize') && grant !== 'device_code')
  return (
    <FormContext value={form}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (canSave && !save.isPending) save.mutate()
        }}
      >
        <Stack gap="md">
          <Section title="Name" says="Jobs ask by this name. After a change the old one is unknown.">
            <TextField path="name" label="Name" description="Lower-case letters, digits and hyphens." />
          </Section>
          <ScopeSettings scopes={way?.scopes} />
          {comesBack && <RedirectSettings way={way} />}
          <Inputs connection={connection} fields={way?.fields} />
          {connection.client !== undefined && <ClientSettings client={connection.client} way={way} />}
          <Section
            title="Changes of the definition"
            says="What this connection does otherwise than its service, as a JSON merge patch (RFC 7396). Empty for none. Other hosts or endpoints ask for the secret again."
          >
            <LongField path="overrides" label="Overrides" code placeholder='{ "api": { "base": "https://..." } }' />
          </Section>
          {save.error !== null && (
            <div id="settings-trouble" tabIndex={-1}>
              <Trouble error={save.error} />
            </div>
          )}
          <Group className={classes.bar} data-changed={changed > 0 || undefined}>
            <Button type="submit" loading={save.isPending} disabled={!canSave}>
              Save changes
            </Button>
            {changed > 0 && (
              <Button variant="default" onClick={discard} disabled={save.isPending}>
                Discard
              </Button>
            )}
            <Text size="sm" role="status">
              {changed === 0 ? 'Nothing is changed.' : changed === 1 ? '1 change' : `${changed} changes`}
            </Text>
          </Group>
        </Stack>
      </form>
    </FormContext>
  )
}

function RedirectSettings({ way }: { way: Way | undefined }) {
  const offers = way?.ways_back.filter(({ works, redirect_uri: address }) => works && address !== undefined) ?? []
  const addresses = [...new Set(offers.map(({ redirect_uri: address }) => address))]
  return (
    <Section
      title="Redirect URI"
      says="Where the browser comes back to. It must be registered at the service exactly so."
    >
      <TextField path="redirect_uri" label="Redirect URI" placeholder="The callback of this server" />
      {addresses.length > 0 && (
        <Text size="sm" c="dimmed">
          What works with this server: {addresses.join(', ')}
        </Text>
      )}
    </Section>
  )
}

/** The service's own questions; of a service that is not known by an id, what was answered. */
function Inputs({ connection, fields }: { connection: Connection; fields: readonly Field[] | undefined }) {
  const { inputs, captured } = connection
  const typed = Object.keys(inputs).filter((name) => !captured.includes(name))
  const asked = fields?.filter(({ place }) => place === 'input' || place === 'user')
  const shown: Field[] =
    asked ??
    typed.map((name) => ({
      name,
      label: name,
      place: name === 'user_name' || name === 'password' ? 'user' : 'input',
      secret: inputs[name] === '[set]',
    }))
  if (shown.length === 0) return null
  return (
    <Section title="Values" says="What the service asks for beside the client.">
      {shown.map((field) => (
        <InputField key={field.name} field={field} />
      ))}
    </Section>
  )
}

function InputField({ field: { name, label, help, example, secret, choices, shape, place } }: { field: Field }) {
  const asked = {
    path: place === 'input' ? `inputs.${name}` : name,
    label,
    ...(help !== undefined && { description: help }),
    placeholder: example,
  }
  if (secret === true) return <SecretField {...asked} lines={shape === 'pem' || shape === 'json_file'} />
  if (choices !== undefined) return <ChoiceField {...asked} choices={choices} />
  return <TextField {...asked} />
}
