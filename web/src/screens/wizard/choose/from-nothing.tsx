import { Select, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { CustomSettingsOnWire } from '../../../../../src/api/provider.ts'
import { AddressField } from './address-field.tsx'
import { Begin } from './begin.tsx'
import { nameProblem } from './name-field.tsx'
import { useStartDraft } from './start-draft.ts'
import { WireNamesFields, type WireNames } from './wire-names.tsx'

type Grant = NonNullable<CustomSettingsOnWire['grant']>

/** What is left where nobody authorizes in a browser on this machine. */
const others: { value: Grant; label: string }[] = [
  { value: 'client_credentials', label: 'The client alone, with id and secret' },
  { value: 'password', label: 'A user name and a password' },
  { value: 'jwt_bearer', label: 'A statement signed with a key' },
  { value: 'device_code', label: 'A code that a person types in elsewhere' },
]

export function FromNothing() {
  const [name, setName] = useState('my-service')
  const [flow, setFlow] = useState(true)
  const [grant, setGrant] = useState<Grant>('client_credentials')
  const [authorizationUrl, setAuthorizationUrl] = useState('')
  const [deviceUrl, setDeviceUrl] = useState('')
  const [tokenUrl, setTokenUrl] = useState('')
  const [names, setNames] = useState<WireNames>({})
  const start = useStartDraft()
  const custom: CustomSettingsOnWire = {
    ...names,
    grant: flow ? 'authorization_code' : grant,
    token_url: tokenUrl.trim(),
    ...(flow && { authorization_url: authorizationUrl.trim() }),
    ...(!flow && grant === 'device_code' && { device_url: deviceUrl.trim() }),
  }
  const addresses = [tokenUrl, ...(flow ? [authorizationUrl] : grant === 'device_code' ? [deviceUrl] : [])]
  return (
    <Begin
      says="Every request is the one of the RFC; each part of it can be changed in the next two steps."
      ready={addresses.every((address) => address.trim() !== '') && nameProblem(name, []) === undefined}
      busy={start.isPending}
      error={start.error}
      onBegin={() => start.mutate({ name, custom })}
    >
      <TextInput
        label="Name of the connection"
        description="Jobs ask for the token by this name."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={nameProblem(name, [])}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
      />
      <Switch
        checked={flow}
        onChange={(event) => setFlow(event.currentTarget.checked)}
        label="This service requires client-flow authorization"
        description="A person agrees on a page of the service, once."
      />
      {flow ? (
        <AddressField
          label="Authorization URL"
          description="The page where the person agrees."
          placeholder="https://login.example.com/authorize"
          value={authorizationUrl}
          onChange={setAuthorizationUrl}
        />
      ) : (
        <Select
          label="How the service lets you in"
          data={others}
          value={grant}
          onChange={(value) => setGrant(others.find((one) => one.value === value)?.value ?? 'client_credentials')}
          allowDeselect={false}
        />
      )}
      {!flow && grant === 'device_code' && (
        <AddressField
          label="Device authorization URL"
          description="Gives the code that the person types in."
          placeholder="https://login.example.com/device"
          value={deviceUrl}
          onChange={setDeviceUrl}
        />
      )}
      <AddressField
        label="Token URL"
        description="Gives the tokens. How it is called can be changed in step 3."
        placeholder="https://login.example.com/token"
        value={tokenUrl}
        onChange={setTokenUrl}
      />
      <WireNamesFields value={names} onChange={setNames} />
    </Begin>
  )
}
