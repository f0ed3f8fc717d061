import { Radio, Select, Stack, Switch, TextInput } from '@mantine/core'
import { mono } from '../../../theme.ts'
import { SecretField } from '../authorization/secret-field.tsx'
import { elementOf } from '../authorization/places.ts'
import { useEditor } from '../editor.ts'
import { proofs } from '../words.ts'
import type { Call } from './call-model.ts'
import { Changed } from './changed.tsx'

const { client_secret_basic: _, ...otherProofs } = proofs
const others = Object.entries({ ...otherProofs, header: 'A header of your own' }).map(([value, label]) => ({
  value,
  label,
}))

/** How the request proves who asks: HTTP Basic on or off, with the client's secret or with user id and secret. */
export function ClientProof({ call, base, onChange }: { call: Call; base: Call; onChange: (call: Call) => void }) {
  const { draft, way, change, preview } = useEditor()
  const usual = draft.settings.client?.method ?? way.client_auth[0] ?? 'none'
  const asked = call.auth ?? 'client'
  const kind = typeof asked === 'object' ? 'header' : asked === 'client' ? usual : asked
  const isBasic = kind === 'client_secret_basic' || kind === 'user'
  const put = (auth: NonNullable<Call['auth']>) => onChange({ ...call, auth: auth === usual ? 'client' : auth })
  const reset = () => {
    const { auth: _, ...rest } = call
    onChange(base.auth === undefined ? rest : { ...rest, auth: base.auth })
  }
  return (
    <Stack gap="sm">
      <Changed
        label="HTTP Basic"
        isChanged={JSON.stringify(call.auth ?? 'client') !== JSON.stringify(base.auth ?? 'client')}
        onReset={reset}
      >
        <Switch
          label="HTTP Basic"
          description="Sends an id and a secret in the Authorization header."
          checked={isBasic}
          onChange={(event) => put(event.currentTarget.checked ? 'client_secret_basic' : 'client_secret_post')}
        />
      </Changed>
      {isBasic ? (
        <Radio.Group label="With" value={kind} onChange={put}>
          <Stack gap={6} mt={4}>
            <Radio value="client_secret_basic" label="Client id and client secret" />
            <Radio value="user" label="User id and secret" />
          </Stack>
        </Radio.Group>
      ) : (
        <Select
          label="Instead"
          data={others}
          value={kind}
          onChange={(value) => value !== null && put(value === 'header' ? { header: 'Bearer {client_secret}' } : value)}
          allowDeselect={false}
        />
      )}
      {typeof asked === 'object' && (
        <TextInput
          label="Authorization header"
          value={asked.header}
          onChange={(event) => put({ header: event.currentTarget.value })}
          spellCheck={false}
          autoCapitalize="none"
          styles={mono}
        />
      )}
      {kind === 'user' && (
        <>
          <TextInput
            id={elementOf('user_name')}
            label="User id"
            value={draft.settings.user_name ?? ''}
            onChange={(event) =>
              change({ user_name: event.currentTarget.value === '' ? null : event.currentTarget.value })
            }
            error={preview.problemAt('user_name')}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
          <SecretField
            id={elementOf('password')}
            label="Secret of the user"
            required
            stored={draft.settings.password ?? ''}
            error={preview.problemAt('password')}
            onGive={(password) => change({ password }, { password: '[set]' })}
          />
        </>
      )}
    </Stack>
  )
}
