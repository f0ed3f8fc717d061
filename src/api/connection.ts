import { z } from 'zod'
import { endOnWire, epochSeconds } from './time.ts'

/** Name of a connection: what jobs write. */
export const connectionName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'a name has lower-case letters, digits and hyphens, at most 63, and no hyphen first',
  )

export const connectionParams = z.strictObject({ name: connectionName })

/** The client as it is given. Secrets go in and never come out again. */
export const clientInput = z
  .strictObject({
    id: z.string().optional(),
    secret: z.string().optional(),
    method: z.string().optional().meta({ description: 'Client authentication method by its IANA name, or `query`.' }),
    key: z.string().optional().meta({ description: 'PKCS 8 PEM, or `generate`.' }),
    key_alg: z.string().optional(),
    key_id: z.string().optional(),
    certificate: z.string().optional().meta({ description: 'PEM.' }),
    secret_ends_at: epochSeconds.optional(),
    same_as: z.string().optional().meta({ description: 'Use the client of this other connection.' }),
  })
  .meta({ id: 'ClientInput' })

const settings = {
  client: clientInput.optional(),
  scopes: z.array(z.string().min(1)).optional(),
  redirect_uri: z.string().optional(),
  user_name: z.string().optional(),
  password: z.string().optional(),
  overrides: z.unknown().optional().meta({ description: 'RFC 7396 merge patch on the definition.' }),
}

const draft = {
  provider: z.string().min(1).meta({ description: 'Id of a service, or `custom` with a `definition`.' }),
  definition: z.unknown().optional(),
  grant: z.string().optional().meta({ description: 'Name of a way, or a grant type; the first way if absent.' }),
  inputs: z.record(z.string(), z.string()).optional(),
  ...settings,
}

/** An import gives the tokens along; then nobody needs to authorize. */
const importedTokens = {
  access_token: z.string().min(1).optional(),
  refresh_token: z.string().min(1).optional(),
  expires_at: epochSeconds.optional(),
  values: z
    .record(z.string(), z.string())
    .optional()
    .meta({ description: 'Captured values that belong to the tokens.' }),
}

export const newConnection = z
  .strictObject({ name: connectionName, ...draft, ...importedTokens })
  .meta({ id: 'NewConnection' })

/** A draft may lack its name: the preview answers what is missing. */
export const connectionDraft = z
  .strictObject({ name: connectionName.optional(), ...draft, ...importedTokens })
  .meta({ id: 'ConnectionDraft' })

/** As much of it as somebody has typed so far; what does not fit is told when it is to be connected. */
export const unfinishedConnection = connectionDraft
  .extend({ name: z.string().max(100), provider: z.string().min(1).max(64) })
  .partial()
  .meta({ id: 'UnfinishedConnection' })

export const connectionChange = z
  .strictObject({
    name: connectionName.optional(),
    inputs: z.record(z.string(), z.string().nullable()).optional().meta({ description: 'null removes a value.' }),
    state: z.enum(['suspended', 'active']).optional(),
    ...settings,
  })
  .meta({ id: 'ConnectionChange' })

/** What a service refused, in its words and ours. */
export const refusal = z.object({
  kind: z.string(),
  code: z.string(),
  words: z.string().optional(),
  cause: z.string().optional(),
  remedy: z.string().optional(),
  status: z.number().int().optional(),
})

export const failure = refusal
  .extend({
    count: z.number().int(),
    first_at: epochSeconds,
    last_at: epochSeconds,
    retry_at: epochSeconds.optional(),
  })
  .meta({ id: 'Failure' })

export const connectionState = z.enum(['pending', 'active', 'needs_authorization', 'suspended'])
export const connectionCondition = z.enum([
  'ok',
  'failing',
  'needs_configuration',
  'needs_authorization',
  'pending',
  'suspended',
])

export const choiceParams = z.strictObject({ name: connectionName, value: z.string().min(1).max(100) })

export const choices = z
  .object({ choices: z.array(z.object({ value: z.string(), label: z.string() })), current: z.string().optional() })
  .meta({ id: 'Choices' })

/** How a token is used. No secret in it: `{token}` stands where the token goes. */
export const api = z
  .object({
    base: z.string().optional().meta({ description: 'Where the API is.' }),
    headers: z
      .record(z.string(), z.string())
      .meta({ description: 'What each request wants, with `{token}` in place.' }),
    left_out: z.array(z.string()).meta({ description: 'What is secret, or not known yet.' }),
  })
  .meta({ id: 'Api' })

/** What people see. No secret in it. */
export const connection = z
  .object({
    name: z.string(),
    provider: z.string(),
    provider_name: z.string(),
    way: z.string(),
    grant: z.string(),
    state: connectionState,
    condition: connectionCondition,
    generation: z.number().int(),
    client: z
      .object({
        id: z.string(),
        method: z.string(),
        has_secret: z.boolean(),
        has_key: z.boolean(),
        key_id: z.string().optional(),
        certificate: z.string().optional().meta({ description: 'PEM; to be registered at the service.' }),
        public_key: z
          .string()
          .optional()
          .meta({ description: 'PEM, of a key without a certificate; to be registered at the service.' }),
        state: z.enum(['ok', 'refused']),
        secret_ends_at: epochSeconds.optional(),
        certificate_ends_at: epochSeconds.optional(),
        shared_with: z.number().int().meta({ description: 'How many other connections use this client.' }),
      })
      .optional(),
    inputs: z.record(z.string(), z.string()).meta({ description: 'Secret ones appear as `[set]`.' }),
    captured: z.array(z.string()).meta({ description: 'Names of the inputs that came with an answer of the service.' }),
    scopes: z.array(z.string()),
    scopes_granted: z.array(z.string()).optional(),
    redirect_uri: z.string().optional(),
    overrides: z.unknown().optional(),
    created_at: epochSeconds,
    authorized_at: epochSeconds.optional(),
    obtained_at: epochSeconds.optional(),
    expires_at: endOnWire.optional(),
    has_refresh_token: z.boolean(),
    renewal: z.string(),
    next_renewal_at: epochSeconds.optional(),
    retry_at: epochSeconds.optional(),
    callers_wait_at: epochSeconds.optional().meta({ description: 'From then on a job waits for the renewal.' }),
    person_by: epochSeconds
      .optional()
      .meta({ description: 'By when a person must have acted. Absent where nothing that is known needs one.' }),
    actions: z
      .array(z.enum(['authorize', 'issue', 'renew', 'test', 'reveal', 'revoke']))
      .meta({ description: 'What makes sense now, by the last word of its path.' }),
    deaths: z
      .array(z.object({ what: z.string(), at: epochSeconds }))
      .meta({ description: 'What will die when, soonest first.' }),
    who: z.string().optional(),
    failure: failure.optional(),
    warnings: z.array(z.string()).meta({ description: 'What goes wrong or will, in sentences that say what to do.' }),
    api: api.optional(),
    to_choose: z
      .array(z.object({ value: z.string(), label: z.string(), help: z.string().optional(), optional: z.boolean() }))
      .optional()
      .meta({ description: 'Inputs that are not set and that the service lists: see `choices`.' }),
    settings_version: z.number().int(),
  })
  .meta({ id: 'Connection' })

export const connectionQuery = z.strictObject({
  search: z.string().max(200).optional(),
  after: z.string().max(63).optional().meta({ description: '`next` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

export const connectionList = z.object({ connections: z.array(connection), next: z.string().optional() })

/** A switch in a query: `?revoke=true`. */
export const removeQuery = z.strictObject({ revoke: z.enum(['true', 'false']).default('false') })

/** `refused`: the service did not revoke, and `failure` says why; what was to end lives on there. */
const revocations = ['done', 'queued', 'refused', 'not_offered'] as const
export const revoked = z.object({ revocation: z.enum(revocations), failure: refusal.optional() })
export const removed = revoked.extend({ revocation: z.enum([...revocations, 'not_asked']) })

/** Which keys were handed its tokens. */
export const callers = z
  .object({
    callers: z
      .array(
        z.object({
          key_id: z.string(),
          name: z.string().optional().meta({ description: 'Absent where the key is not known any more.' }),
          prefix: z.string().optional(),
          revoked: z.boolean(),
          reads: z.number().int(),
          last_at: epochSeconds,
        }),
      )
      .meta({ description: 'The last one first.' }),
  })
  .meta({ id: 'Callers' })

export type ApiOnWire = z.infer<typeof api>
export type ConnectionOnWire = z.infer<typeof connection>
export type RemovedOnWire = z.infer<typeof removed>
export type NewConnectionOnWire = z.infer<typeof newConnection>
export type ConnectionDraftOnWire = z.infer<typeof connectionDraft>
export type ConnectionChangeOnWire = z.infer<typeof connectionChange>
