/**
 * The definition's words as zod schemas, one for one with the types in `provider.ts`; `schema.test.ts` holds both
 * together. Only the form is said here, what the words mean for each other is in `soundness.ts`.
 */
import { z } from 'zod'
import type { Json } from '../oauth/call-template.ts'

/**
 * An object of exactly these words. The error of a foreign word carries the words that exist; `faults.ts` makes the
 * sentence from it.
 */
function words<T extends z.core.$ZodLooseShape>(shape: T) {
  const known = Object.keys(shape).join(' ')
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? known : undefined) })
}

const text = z.string().min(1).max(4096)
const template = text
const fields = z.record(text, z.string().max(4096))
const day = z.iso.date()
const seconds = z.number().int().nonnegative()
const separator = z.enum([' ', ',', ';'])
const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)], {
    error: 'must be JSON',
  }),
)

const fact = {
  see: z.array(text),
  confidence: z.enum(['high', 'medium', 'low']).exactOptional(),
  because: text.exactOptional(),
}

export const authMethods = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'query',
  'none',
] as const

export const shapes = [
  'host_label',
  'domain',
  'host',
  'uri',
  'guid',
  'digits',
  'slug',
  'email',
  'url',
  'pem',
  'json_file',
  'text',
] as const

/** Of a moment in an answer. */
export const units = ['s', 'ms', 'epoch', 'date', 'duration'] as const

const take = z.union(
  [
    text,
    words({
      at: z.array(text).min(1),
      unit: z.enum(units).exactOptional(),
      zero: z.literal('never').exactOptional(),
      as: fields.exactOptional(),
    }),
  ],
  { error: 'must be a path, or { at, unit, zero, as }' },
)

const body = z.union(
  [words({ form: fields }), words({ json }), words({ text: z.string(), type: text.exactOptional() })],
  { error: 'must be { form }, { json } or { text, type }' },
)

const call = {
  ...fact,
  method: z.enum(['POST', 'GET', 'PUT', 'DELETE']).exactOptional(),
  url: template,
  auth: z
    .union([z.enum(['client', 'user', ...authMethods]), words({ header: template })], {
      error: `must be client, none, user, a client authentication method (${authMethods.join(', ')}) or { header }`,
    })
    .exactOptional(),
  headers: fields.exactOptional(),
  query: fields.exactOptional(),
  body: body.exactOptional(),
  redirects: z.enum(['refuse', 'inside_hosts']).exactOptional(),
  take: z.record(text, take).exactOptional(),
}

const life = z.union(
  [z.number().int().positive(), z.enum(['never', 'unknown']), words({ input: text, unit: z.enum(['s', 'h', 'd']) })],
  { error: 'must be whole seconds, never, unknown, or { input, unit }' },
)

const valueSource = z.union(
  [
    z.enum(['person', 'answer']),
    z.templateLiteral(['callback.', z.string().min(1)]),
    z.templateLiteral(['file.', z.string().min(1)]),
    z.templateLiteral(['choice.', z.string().min(1)]),
    words({ hmacSha256Hex: words({ key: template, text: template }) }),
  ],
  { error: 'must be person, answer, callback.NAME, file.NAME.PATH, choice.NAME or { hmacSha256Hex: { key, text } }' },
)

const value = words({
  label: text,
  help: text.exactOptional(),
  example: text.exactOptional(),
  default: text.exactOptional(),
  from: z.array(valueSource).min(1).exactOptional(),
  shape: z.enum(shapes).exactOptional(),
  make: z.array(z.enum(['lower', 'underscore_to_dash'])).exactOptional(),
  choices: z
    .array(
      words({
        value: text,
        label: text,
        sets: z.record(text, text).exactOptional(),
        until: day.exactOptional(),
        unstable: z.literal(true).exactOptional(),
      }),
    )
    .min(1)
    .exactOptional(),
  pick: words({ ...call, list: z.string().max(4096), value: text, label: text }).exactOptional(),
  secret: z.boolean().exactOptional(),
  shown: z.boolean().exactOptional(),
  optional: z.boolean().exactOptional(),
})

const client = words({
  ...fact,
  id: words({
    label: text.exactOptional(),
    param: text.exactOptional(),
    fixed: text.exactOptional(),
    help: text.exactOptional(),
  }).exactOptional(),
  secret: words({
    label: text.exactOptional(),
    param: text.exactOptional(),
    life: life.exactOptional(),
    help: text.exactOptional(),
    optional: z.boolean().exactOptional(),
    mistaken: words({ shape: z.enum(shapes), for: text }).exactOptional(),
  }).exactOptional(),
  auth: z.array(z.enum(authMethods)).min(1),
  key: words({
    algs: z.array(text).min(1),
    bits: z.array(z.number().int().positive()).exactOptional(),
    curves: z.array(text).exactOptional(),
    certificate: words({ maxDays: z.number().int().positive() }).exactOptional(),
  }).exactOptional(),
  assertionAudience: template.exactOptional(),
  thumbprint: z.boolean().exactOptional(),
  rawBasic: z.boolean().exactOptional(),
})

const scopes = words({
  ...fact,
  separator,
  answer: separator.exactOptional(),
  known: z.record(text, text),
  closed: z.literal(true).exactOptional(),
  preset: z.array(text),
  refresh: text.exactOptional(),
})

const redirectRule = words({
  ...fact,
  back: z.array(z.enum(['callback', 'loopback', 'paste', 'relay'])).min(1),
  host: z.array(z.enum(['localhost', '127.0.0.1', '[::1]'])).exactOptional(),
  port: z.enum(['any', 'registered']).exactOptional(),
  scheme: z.array(z.enum(['https', 'http'])).exactOptional(),
  onlyWith: z.record(text, text).exactOptional(),
})

const authorize = words({
  ...fact,
  url: template,
  params: fields,
  pkce: z.enum(['required', 'optional', 'off']),
  codeLife: seconds.exactOptional(),
  code: text.exactOptional(),
  error: words({ code: z.array(text).exactOptional(), text: z.array(text).exactOptional() }).exactOptional(),
  par: template.exactOptional(),
  issuer: template.exactOptional(),
})

const assertion = words({
  ...fact,
  alg: z.array(text).min(1),
  key: template.exactOptional(),
  header: fields.exactOptional(),
  claims: z.record(text, json),
  life: z.number().int().positive(),
  scopeSeparator: z.string().min(1).max(4).exactOptional(),
})

const step = words({
  ...call,
  name: text,
  run: z.union([z.enum(['once', 'each']), words({ every: z.number().int().min(60) })], {
    error: 'must be once, each or { every: seconds }',
  }),
  gives: z.enum(['token', 'values']),
  life: life.exactOptional(),
  onlyWith: text.exactOptional(),
})

const renewal = words({
  ...fact,
  by: z.enum(['refresh_token', 'exchange_access_token', 'reissue', 'none']),
  call: words(call).exactOptional(),
  rotates: z.enum(['never', 'sometimes', 'always', 'unknown']),
  grace: seconds.exactOptional(),
  reuse: z.enum(['harmless', 'refused', 'kills_grant', 'unknown']).exactOptional(),
  oldAccess: z.enum(['lives', 'dies', 'unknown']).exactOptional(),
  age: seconds.exactOptional(),
  within: seconds.exactOptional(),
  extends: z.enum(['always', 'maybe']).exactOptional(),
  ends: words({
    idle: life.exactOptional(),
    hard: life.exactOptional(),
    from: z.enum(['authorization', 'renewal']).exactOptional(),
  }).exactOptional(),
})

export const grantNames = [
  'authorization_code',
  'client_credentials',
  'password',
  'jwt_bearer',
  'device_code',
  'token_exchange',
  'pasted',
  'literal',
] as const

const api = words({ ...fact, base: template, send: fields })

const way = words({
  label: text,
  help: text.exactOptional(),
  grant: z.enum(grantNames),
  client: client.exactOptional(),
  redirects: z.array(redirectRule).exactOptional(),
  scopes: scopes.exactOptional(),
  authorize: authorize.exactOptional(),
  device: words(call).exactOptional(),
  assertion: assertion.exactOptional(),
  token: words(call).exactOptional(),
  literal: template.exactOptional(),
  steps: z.array(step).exactOptional(),
  api: api.exactOptional(),
  access: life.exactOptional(),
  renewal,
})

const probe = words({
  ...call,
  name: text.exactOptional(),
  ways: z.array(text).min(1).exactOptional(),
  onlyScope: text.exactOptional(),
  onlyWith: text.exactOptional(),
  who: z.array(text).exactOptional(),
})

const errorRule = words({
  ...fact,
  on: z.array(z.enum(['authorize', 'token', 'renew', 'api', 'revoke'])).min(1),
  status: z.array(z.number().int().min(100).max(599)).exactOptional(),
  match: z.record(text, z.array(z.union([z.string(), z.number()])).min(1)).exactOptional(),
  means: z.enum(['retry', 'dead', 'client', 'configuration', 'denied', 'too_young']),
  cause: text,
  remedy: text,
})

const warning = words({
  ...fact,
  at: z.enum(['request', 'token']),
  ways: z.array(text).min(1).exactOptional(),
  when: words({
    lacksScopes: z.array(text).min(1).exactOptional(),
    hasScopes: z.array(text).min(1).exactOptional(),
    values: z.record(text, z.array(text).min(1)).exactOptional(),
    lacks: z.array(text).min(1).exactOptional(),
    endsWithin: seconds.exactOptional(),
  }),
  says: text,
  remedy: text,
  refuses: z.literal(true).exactOptional(),
})

export const providerSchema = words({
  id: text.max(63),
  name: text.max(100),
  aliases: z.array(text).exactOptional(),
  category: text.max(50),
  copyOf: text.max(63).exactOptional(),
  checked: day,
  tried: z.union([day, z.literal('never')], { error: 'must be a day (YYYY-MM-DD) or never' }),
  sources: z.record(text, words({ url: text, checked: day, note: text.exactOptional() })),
  console: words({ url: template.exactOptional(), steps: z.array(text) }).exactOptional(),
  values: z.record(text, value).exactOptional(),
  hosts: words({ token: z.array(text), api: z.array(text), ca: text.exactOptional() }),
  client,
  scopes: scopes.exactOptional(),
  ways: z.record(text, way),
  redirects: z.array(redirectRule).exactOptional(),
  api,
  probes: z.array(probe).exactOptional(),
  revoke: z.array(words({ ...call, ways: z.array(text).min(1).exactOptional() })).exactOptional(),
  introspect: words(call).exactOptional(),
  errors: z.array(errorRule).exactOptional(),
  warnings: z.array(warning).exactOptional(),
  traps: z.array(text).exactOptional(),
})
