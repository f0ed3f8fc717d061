/**
 * What to ask a person for a way: one list from which the wizard's fields, the command line's flags, the API's schema
 * and redaction derive.
 */
import { variablesOf } from '../oauth/template.ts'
import { findWay } from './names.ts'
import type { Choice, Provider, Shape, Value, Way } from './provider.ts'
import { shapeWords } from './shapes.ts'
import { templatesOfWay } from './templates.ts'
import { isBrought, isTyped, valuesUsed } from './values.ts'

export type Field = {
  /** `client_id`, `client_secret`, `key`, `user_name`, `password`, `scopes`, `redirect_uri`, or a value's own name. */
  name: string
  label: string
  help?: string
  example?: string
  default?: string
  secret?: true
  optional?: true
  choices?: Pick<Choice, 'value' | 'label' | 'until'>[]
  shape?: Shape
  /** Which part of a new connection it goes to. */
  place: 'client' | 'input' | 'user' | 'scope' | 'redirect'
}

/** All fields of a way, in the order to ask them: choices first, because they decide what the rest means. */
export function describeWay(provider: Provider, wayName: string): Field[] {
  const way = findWay(provider, wayName)
  const used = valuesUsed(provider, wayName)
  const inputs = Object.entries(provider.values ?? {})
    .filter(([name, value]) => used.has(name) && isTyped(value))
    .map(([name, value]) => inputField(name, value, isBrought(value, provider, wayName)))
  const named = new Set(templatesOfWay(way, []).flatMap((site) => variablesOf(site.template)))
  return [
    ...inputs.filter((field) => field.choices),
    ...clientFields(provider, way, named),
    ...inputs.filter((field) => !field.choices),
    ...userFields(way, named),
    ...scopeFields(provider, way, named),
    ...(way.authorize ? [redirectField(provider)] : []),
  ]
}

/** Which tokens a person brings along where the way asks for none: the first is needed. */
export function tokensAsked(provider: Provider, wayName: string): ('access_token' | 'refresh_token')[] {
  const way = findWay(provider, wayName)
  if (way.grant !== 'pasted') return []
  return way.renewal.by === 'refresh_token' ? ['refresh_token', 'access_token'] : ['access_token']
}

/** Names of everything secret in a way: what redaction must never let through. */
export function secretNames(provider: Provider, wayName: string): string[] {
  return describeWay(provider, wayName)
    .filter((field) => field.secret)
    .map((field) => field.name)
}

function inputField(name: string, value: Value, brought: boolean): Field {
  const help = value.help ?? (value.shape && value.shape !== 'text' ? shapeWords(value.shape) : undefined)
  return {
    name,
    label: value.label,
    ...(help !== undefined && { help }),
    ...(value.example !== undefined && { example: value.example }),
    ...(value.default !== undefined && { default: value.default }),
    ...(value.secret && { secret: true }),
    ...((value.optional || value.default !== undefined || brought) && { optional: true }),
    ...(value.choices && {
      choices: value.choices.map((choice) => ({
        value: choice.value,
        label: choice.label,
        ...(choice.until !== undefined && { until: choice.until }),
      })),
    }),
    ...(value.shape && { shape: value.shape }),
    place: 'input',
  }
}

const secretMethods = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'query']

function clientFields(provider: Provider, way: Way, named: ReadonlySet<string>): Field[] {
  const client = way.client ?? provider.client
  // A token that is pasted and never renewed: only a service that looks at tokens would ask who its client is.
  const isNamed = named.has('client_id') || named.has('client_secret')
  const spare = way.grant === 'pasted' && way.renewal.by === 'none' && way.client === undefined && !isNamed
  if (spare && provider.introspect === undefined) return []
  const fields: Field[] = []
  const authenticates = client.auth.some((method) => method !== 'none')
  // A client without a secret names itself, on the page and where device codes come from.
  const shown = authenticates || named.has('client_id') || way.authorize !== undefined || way.device !== undefined
  if (shown && client.id?.fixed === undefined)
    fields.push({
      name: 'client_id',
      label: client.id?.label ?? 'Client id',
      ...(client.id?.help !== undefined && { help: client.id.help }),
      ...(spare && { optional: true }),
      place: 'client',
    })
  if (named.has('client_secret') || client.auth.some((method) => secretMethods.includes(method))) {
    const mayLack = client.secret?.optional && client.auth.some((one) => ['none', 'client_secret_basic'].includes(one))
    const spared = !secretMethods.includes(client.auth[0] ?? 'none') && !named.has('client_secret')
    fields.push({
      name: 'client_secret',
      label: client.secret?.label ?? 'Client secret',
      ...(client.secret?.help !== undefined && { help: client.secret.help }),
      secret: true,
      ...((mayLack || spared || spare) && { optional: true }),
      place: 'client',
    })
  }
  if (client.key)
    fields.push({
      name: 'key',
      label: client.key.certificate ? 'Key and certificate' : 'Key',
      help: `PKCS 8 PEM for ${client.key.algs.join(', ')}; or have a pair made here and register its public part`,
      secret: true,
      ...(client.auth[0] !== 'private_key_jwt' && !way.assertion && { optional: true }),
      shape: 'pem',
      place: 'client',
    })
  return fields
}

function userFields(way: Way, named: ReadonlySet<string>): Field[] {
  const basic = way.token?.auth === 'user' || way.renewal.call?.auth === 'user'
  const fields: Field[] = []
  if (basic || way.grant === 'password' || named.has('user_name'))
    fields.push({ name: 'user_name', label: 'User name', place: 'user', ...(way.authorize && { optional: true }) })
  if (basic || named.has('password')) fields.push({ name: 'password', label: 'Password', secret: true, place: 'user' })
  return fields
}

function scopeFields(provider: Provider, way: Way, named: ReadonlySet<string>): Field[] {
  const scopes = way.scopes ?? provider.scopes
  if (!scopes || !(named.has('scope') || named.has('scopes'))) return []
  return [
    {
      name: 'scopes',
      label: 'Scopes',
      ...(scopes.preset.length > 0 && { default: scopes.preset.join(scopes.separator) }),
      optional: true,
      place: 'scope',
    },
  ]
}

function redirectField(provider: Provider): Field {
  return {
    name: 'redirect_uri',
    label: 'Redirect URI',
    help: `exactly as it is registered at ${provider.name}`,
    optional: true,
    place: 'redirect',
  }
}
