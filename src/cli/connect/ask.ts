/** Asks a person for whatever the flags left open, in the order the service lists it. Only used on a terminal. */
import type { FieldOnWire } from '../../api/provider.ts'
import { askChoice, askSecret, askSeveral, askText } from '../asking.ts'
import type { Call } from '../command.ts'
import { EvergrantError } from '../../errors.ts'
import { readGiven } from '../spoken-secrets.ts'
import type { CustomWay } from './custom.ts'
import type { Draft } from './draft.ts'
import { fieldsFor, mayFollow, takesKey } from './fields.ts'
import { place } from './place.ts'

export async function askService({ client, io }: Call): Promise<string> {
  const { services } = await client.call('listProviders', { query: {} })
  const { autocomplete, isCancel } = await import('@clack/prompts')
  const answer = await autocomplete<string>({
    input: io.stdin,
    output: io.stderr,
    message: 'which service? (type to search)',
    maxItems: 12,
    options: services.map(({ id, name }) => ({ value: id, label: name, hint: id })),
  })
  if (isCancel(answer)) throw new EvergrantError('cancelled')
  return answer
}

export async function askWay({ io }: Call, service: { name: string; ways: readonly CustomWay[] }): Promise<string> {
  const choices = service.ways.map(({ name, label, help }) => ({
    value: name,
    label,
    ...(help === undefined ? {} : { hint: help }),
  }))
  return askChoice(io, { message: `how does ${service.name} let you in?` }, choices)
}

/** Where a client may use a secret or a key, that decides what else is asked. */
export async function askMethod({ io }: Call, way: CustomWay): Promise<string | undefined> {
  if (way.client_auth.some(takesKey) === way.client_auth.every(takesKey)) return way.client_auth[0]
  const choices = way.client_auth.map((method) => ({ value: method, label: method.replaceAll('_', ' ') }))
  return askChoice(io, { message: 'how does the client prove itself?' }, choices)
}

/** Fills the draft in place, field by field. */
export async function askFields(call: Call, way: CustomWay, draft: Draft): Promise<void> {
  for (const field of fieldsFor(way, draft.client.method)) {
    if (place(field).has(draft)) continue
    if (field.place === 'client' && takesKey(draft.client.method ?? '') && field.name === 'key')
      await askKey(call, draft)
    else if (field.place === 'scope') await askScopes(call, way, draft)
    else if (field.place === 'redirect') await askRedirect(call, way, draft, field)
    else {
      const value = await askField(
        call,
        mayFollow(field, draft) ? { ...field, optional: true, label: `${field.label}, if known by now` } : field,
      )
      if (value !== '') place(field).put(draft, value)
    }
  }
}

async function askField({ io }: Call, field: FieldOnWire): Promise<string> {
  const question = {
    message: `${field.label}${field.optional ? ' (may be left empty)' : ''}`,
    help: field.help,
    placeholder: field.example,
    initial: field.default,
    optional: field.optional,
  }
  if (field.secret) return askSecret(io, question)
  if (field.choices === undefined || field.choices.length === 0) return askText(io, question)
  const choices = field.choices.map(({ value, label }) => ({ value, label }))
  return askChoice(io, question, field.optional ? [...choices, { value: '', label: 'none of these' }] : choices)
}

/** What this server is reached at need not be what the service takes: the first address that fits is offered. */
async function askRedirect(call: Call, way: CustomWay, draft: Draft, field: FieldOnWire): Promise<void> {
  const chosen = (name: string) => draft.inputs[name] ?? way.fields.find((one) => one.name === name)?.default
  const offer = way.ways_back?.find(
    ({ works, only_with = {} }) => works && Object.entries(only_with).every(([name, value]) => chosen(name) === value),
  )
  const address = offer?.redirect_uri
  // A page of one's own has an address that only its owner knows.
  const isOwnPage = address?.includes('HOST') ?? false
  if (offer?.register !== undefined && !isOwnPage)
    call.output.say(`redirect URI to enter at the service: ${offer.register}`)
  const value = await askField(call, {
    ...field,
    ...(address === undefined || isOwnPage ? {} : { default: address }),
    ...(isOwnPage ? { example: address } : {}),
  })
  if (value !== '') draft.redirect_uri = value
}

async function askKey(call: Call, draft: Draft): Promise<void> {
  const choices = [
    { value: 'generate', label: 'make a key and a certificate for me' },
    { value: 'file', label: 'use a PEM file' },
  ]
  if ((await askChoice(call.io, { message: 'which key signs for the client?' }, choices)) === 'generate') {
    draft.client.key = 'generate'
    return
  }
  const path = await askText(call.io, { message: 'path of the PEM file with the private key' })
  draft.client.key = await readGiven(call, path, 'the key file', true)
}

async function askScopes({ io }: Call, way: CustomWay, draft: Draft): Promise<void> {
  const known = Object.entries(way.scopes?.known ?? {})
  const preset = way.scopes?.preset ?? []
  const chosen =
    known.length === 0
      ? (
          await askText(io, {
            message: 'scopes, separated by blanks (may be left empty)',
            initial: preset.join(' '),
            optional: true,
          })
        )
          .split(/[\s,]+/)
          .filter((scope) => scope !== '')
      : await askSeveral(
          io,
          { message: 'which scopes?' },
          known.map(([scope, meaning]) => ({ value: scope, label: scope, hint: meaning })),
          preset.filter((scope) => known.some(([name]) => name === scope)),
        )
  draft.scopes = chosen
}
