import { SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import {
  bodyAs,
  bodyWith,
  fieldsToText,
  grantTypeOf,
  headersToText,
  jsonToText,
  kindOf,
  tableOf,
  textToFields,
  textToHeaders,
  textToJson,
  withGrantType,
  type Body,
  type Call,
} from './call-model.ts'
import { mono } from '../../../theme.ts'
import { Changed } from './changed.tsx'
import { ClientProof } from './client-proof.tsx'
import { FieldsEditor } from './fields-editor.tsx'
import { TakeEditor } from './take-editor.tsx'

/** Every part of a token request. Each can be changed, and put back to what the definition says. */
export function CallForm({ call, base, onChange }: { call: Call; base: Call; onChange: (call: Call) => void }) {
  const changeParts = (part: Partial<Call>) => onChange(tidied({ ...call, ...part }, base))
  const query = call.query ?? {}
  const headers = call.headers ?? {}
  return (
    <Stack gap="lg">
      <ClientProof call={call} base={base} onChange={onChange} />
      <Changed label="Token URL" isChanged={call.url !== base.url} onReset={() => changeParts({ url: base.url ?? '' })}>
        <Address key={call.url ?? ''} url={call.url ?? ''} onChange={(url) => changeParts({ url })} />
      </Changed>
      <Changed
        label="Method"
        isChanged={(call.method ?? 'POST') !== (base.method ?? 'POST')}
        onReset={() => onChange(tidied({ ...call, method: base.method }, base))}
      >
        <Select
          label="Method"
          data={['POST', 'GET', 'PUT', 'DELETE']}
          value={call.method ?? 'POST'}
          onChange={(method) => method !== null && changeParts({ method })}
          allowDeselect={false}
          maw={200}
        />
      </Changed>
      <Changed
        label="Grant type"
        isChanged={grantTypeOf(call) !== grantTypeOf(base)}
        onReset={() => onChange(withGrantType(call, grantTypeOf(base) ?? ''))}
      >
        <TextInput
          label="Grant type"
          description="Free text; it is a field of the body or of the query."
          value={grantTypeOf(call) ?? ''}
          placeholder="not sent"
          onChange={(event) => onChange(withGrantType(call, event.currentTarget.value))}
          spellCheck={false}
          autoCapitalize="none"
          styles={mono}
        />
      </Changed>
      <Text size="sm" c="dimmed">
        In each of these a name in braces stands for a value, such as {'{client_id}'}, {'{client_secret}'}, {'{code}'},{' '}
        {'{redirect_uri}'}, {'{refresh_token}'}, {'{scope}'} or what this service asks for. A name that ends in a
        question mark drops out while its value is missing.
      </Text>
      <FieldsEditor
        title="Headers"
        fields={headers}
        base={base.headers ?? {}}
        text={headersToText(headers)}
        onText={(text) => taken(textToHeaders(text), ({ fields }) => changeParts({ headers: fields }))}
        onChange={(fields) => changeParts({ headers: fields })}
      />
      <FieldsEditor
        title="Query"
        fields={query}
        base={base.query ?? {}}
        text={fieldsToText(query)}
        onText={(text) => taken(textToFields(text), ({ fields }) => changeParts({ query: fields }))}
        onChange={(fields) => changeParts({ query: fields })}
      />
      <BodyEditor body={call.body} base={base.body} onChange={(body) => onChange(withBody(call, body))} />
      <TakeEditor take={call.take ?? {}} base={base.take ?? {}} onChange={(take) => changeParts({ take })} />
    </Stack>
  )
}

/** Kept when the field is left: half of an address is another host, and secrets do not go to another host. */
function Address({ url, onChange }: { url: string; onChange: (url: string) => void }) {
  const [typed, setTyped] = useState(url)
  return (
    <TextInput
      label="Token URL"
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => typed !== url && onChange(typed)}
      spellCheck={false}
      autoCapitalize="none"
      inputMode="url"
      styles={mono}
    />
  )
}

function BodyEditor({
  body,
  base,
  onChange,
}: {
  body: Body | undefined
  base: Body | undefined
  onChange: (body: Body | undefined) => void
}) {
  const kind = kindOf(body)
  const fields = tableOf(body)
  return (
    <FieldsEditor
      key={kind}
      title="Body"
      fields={kind === 'none' ? {} : fields}
      base={kind === kindOf(base) ? (tableOf(base) ?? {}) : {}}
      text={body?.json === undefined ? (body?.text ?? fieldsToText(body?.form ?? {})) : jsonToText(body.json)}
      onText={(text) => {
        if (kind === 'text') return taken({ text }, (read) => onChange({ ...body, ...read }))
        if (kind === 'json') return taken(textToJson(text), ({ json }) => onChange({ json }))
        return taken(textToFields(text), (read) => onChange({ form: read.fields }))
      }}
      onChange={(next) => onChange(bodyWith(body, next))}
    >
      <SegmentedControl
        size="xs"
        aria-label="Kind of body"
        value={kind}
        onChange={(value) => onChange(bodyAs(body, value))}
        data={[
          { value: 'form', label: 'Form' },
          { value: 'json', label: 'JSON' },
          { value: 'text', label: 'Other' },
          { value: 'none', label: 'None' },
        ]}
      />
    </FieldsEditor>
  )
}

function taken<T extends object>(
  read: T | { fault: string },
  use: (value: T) => void,
): { fault: string } | { ok: true } {
  if ('fault' in read) return read
  use(read)
  return { ok: true }
}

function withBody(call: Call, body: Body | undefined): Call {
  const { body: _, ...rest } = call
  return body === undefined ? rest : { ...rest, body }
}

/** Without what is undefined, and without empty tables that the definition has not either. */
function tidied(call: { [name: string]: unknown }, base: Call): Call {
  return Object.fromEntries(
    Object.entries(call).filter(
      ([name, value]) =>
        value !== undefined &&
        !(['headers', 'query', 'take'].includes(name) && JSON.stringify(value) === '{}' && base[name] === undefined),
    ),
  )
}
