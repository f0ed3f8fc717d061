import { z } from 'zod'
import { fault } from './problem.ts'

const confidence = z.enum(['high', 'medium', 'low'])

export const providerSummary = z
  .object({
    id: z.string(),
    name: z.string(),
    aliases: z.array(z.string()).optional(),
    category: z.string(),
    ways: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        grant: z.string(),
        needs: z.array(z.string()).meta({ description: 'What a person must have at hand, by its labels.' }),
        renews: z.string().meta({ description: 'How it is renewed, in short.' }),
      }),
    ),
    confidence: confidence.meta({ description: 'Of its least sure fact.' }),
    checked: z.string().meta({ description: 'The day the pages of the service were read.' }),
    tried: z.string().meta({ description: 'The day it was used against the live service, or `never`.' }),
    own: z.boolean().optional().meta({ description: 'A definition of the user.' }),
  })
  .meta({ id: 'ServiceSummary' })

export const providerList = z.object({ services: z.array(providerSummary) })

export const providerQuery = z.strictObject({
  search: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'Words that all stand in its name, id, aliases or category.' }),
})

/** One thing to ask a person, in the order to ask it. */
export const field = z
  .object({
    name: z.string(),
    label: z.string(),
    help: z.string().optional(),
    example: z.string().optional(),
    default: z.string().optional(),
    secret: z.boolean().optional(),
    optional: z.boolean().optional(),
    choices: z.array(z.object({ value: z.string(), label: z.string(), until: z.string().optional() })).optional(),
    shape: z.string().optional().meta({ description: 'What a value must look like: `guid`, `digits`, `pem`, ...' }),
    place: z
      .enum(['client', 'input', 'user', 'scope', 'redirect', 'tokens'])
      .meta({ description: 'Which part of the new connection it goes to.' }),
  })
  .meta({ id: 'Field' })

export const wayBack = z.enum(['callback', 'loopback', 'paste', 'relay', 'device'])

export const redirectRule = z.object({
  back: z.array(wayBack),
  host: z.array(z.string()).optional(),
  port: z.string().optional(),
  scheme: z.array(z.string()).optional().meta({ description: 'Both if absent; plain http is for this machine only.' }),
  only_with: z.record(z.string(), z.string()).optional(),
  because: z.string().optional(),
})

/** One of the four ways back to this very server, before anything is chosen. */
export const backOffer = z
  .object({
    back: wayBack,
    works: z.boolean(),
    redirect_uri: z.string().optional().meta({ description: 'What is sent. `HOST` and `PATH` are a page of yours.' }),
    register: z.string().optional().meta({ description: 'What to enter at the service, exactly so.' }),
    only_with: z.record(z.string(), z.string()).optional().meta({ description: 'Inputs that must be chosen for it.' }),
    reason: z.string().optional().meta({ description: 'Why it does not work.' }),
    remedy: z.string().optional(),
  })
  .meta({ id: 'BackOffer' })

export const scopes = z.object({
  separator: z.string(),
  known: z.record(z.string(), z.string()).meta({ description: 'Scope -> its meaning.' }),
  closed: z.boolean().optional().meta({ description: 'There are no others: any other is refused.' }),
  preset: z.array(z.string()),
  refresh: z.string().optional().meta({ description: 'The scope that brings a refresh token.' }),
})

const api = z.object({
  base: z.string(),
  send: z.record(z.string(), z.string()).meta({ description: 'Header fields of every request.' }),
})

const life = z.union([z.number(), z.string()])

export const way = z
  .object({
    name: z.string(),
    label: z.string(),
    help: z.string().optional(),
    grant: z.string(),
    fields: z.array(field),
    client_auth: z.array(z.string()).meta({ description: 'Client authentication methods, the default first.' }),
    scopes: scopes.optional(),
    redirects: z.array(redirectRule).meta({ description: 'What the service takes.' }),
    ways_back: z
      .array(backOffer)
      .meta({ description: 'Of this server, the one to prefer first; empty without an authorization page.' }),
    authorization_url: z.string().optional(),
    pkce: z.enum(['required', 'optional', 'off']).optional(),
    code_life: z.number().optional().meta({ description: 'Seconds that a code lives.' }),
    device_url: z.string().optional(),
    token_url: z.string().optional(),
    access: life.optional().meta({ description: 'Seconds that a token lives where its answer is silent, or `never`.' }),
    renewal: z.object({
      by: z.string(),
      rotates: z.string(),
      reuse: z.string().optional(),
      grace: z.number().optional(),
      old_access: z.string().optional(),
      idle_end: life.optional(),
      hard_end: life.optional(),
      says: z.array(z.string()).meta({ description: 'The same in sentences.' }),
    }),
    api: api.optional().meta({ description: 'Where this way has an API of its own.' }),
    probes: z.array(z.string()).meta({ description: 'Names of the test requests; the first that fits is run.' }),
  })
  .meta({ id: 'Way' })

export const provider = z
  .object({
    id: z.string(),
    name: z.string(),
    aliases: z.array(z.string()).optional(),
    category: z.string(),
    checked: z.string(),
    tried: z.string(),
    copy_of: z.string().optional(),
    confidence: confidence.meta({ description: 'Of its least sure fact.' }),
    doubts: z
      .array(z.object({ about: z.string(), confidence, because: z.string().optional() }))
      .meta({ description: 'Every fact that is not sure, the least sure first.' }),
    console: z.object({ url: z.string().optional(), steps: z.array(z.string()) }).optional(),
    ways: z.array(way),
    api,
    probes: z.array(
      z.object({
        name: z.string(),
        method: z.string(),
        url: z.string(),
        ways: z.array(z.string()).optional().meta({ description: 'The ways it is for; all if absent.' }),
        only_scope: z.string().optional(),
        only_with: z.string().optional(),
        tells_who: z.boolean().meta({ description: 'Its answer says who was connected.' }),
      }),
    ),
    revocable: z.array(z.string()).meta({ description: 'Ways whose tokens can be revoked from here.' }),
    errors: z.array(
      z.object({
        on: z.array(z.string()),
        status: z.array(z.number()).optional(),
        match: z.record(z.string(), z.array(z.union([z.string(), z.number()]))).optional(),
        means: z.string(),
        cause: z.string(),
        remedy: z.string(),
      }),
    ),
    warnings: z.array(
      z.object({
        at: z.enum(['request', 'token']),
        ways: z.array(z.string()).optional(),
        says: z.string(),
        remedy: z.string(),
        refuses: z.boolean().optional().meta({ description: 'Nothing is sent.' }),
      }),
    ),
    traps: z.array(z.string()),
    sources: z.array(z.object({ name: z.string(), url: z.string(), checked: z.string(), note: z.string().optional() })),
    definition: z.unknown().meta({ description: 'The whole definition, in the shape that a user writes one.' }),
  })
  .meta({ id: 'Service' })

export const definitionCheck = z.strictObject({ definition: z.unknown() })

export const overriddenCheck = definitionCheck.extend({
  overrides: z
    .unknown()
    .optional()
    .meta({ description: 'A merge patch (RFC 7396), as of a connection that brings this definition along.' }),
})

export const definitionChecked = z
  .object({
    ok: z.boolean(),
    faults: z.array(fault),
    id: z.string().optional(),
    name: z.string().optional(),
    ways: z.array(way).optional().meta({ description: 'Its ways, with what each asks a person.' }),
  })
  .meta({ id: 'DefinitionChecked' })

const url = z.string().min(1).max(4096)

/** What a person says about a service of their own; the rest is as the RFCs have it. */
export const customSettings = z
  .strictObject({
    grant: z.enum([
      'authorization_code',
      'client_credentials',
      'password',
      'jwt_bearer',
      'device_code',
      'token_exchange',
      'pasted',
      'literal',
    ]),
    token_url: url,
    authorization_url: url,
    device_url: url,
    revocation_url: url,
    introspection_url: url,
    api_url: url.meta({ description: 'Where the token is used.' }),
    test_url: url.meta({ description: 'A GET that shows whether the token works.' }),
    client_auth: z
      .array(
        z.enum([
          'client_secret_basic',
          'client_secret_post',
          'client_secret_jwt',
          'private_key_jwt',
          'tls_client_auth',
          'query',
          'none',
        ]),
      )
      .min(1)
      .meta({ description: 'Client authentication methods, the default first.' }),
    scopes: z.array(z.string().min(1)),
    scope_separator: z.enum([' ', ',', ';']),
    pkce: z.enum(['required', 'optional', 'off']),
    issuer: url.meta({ description: 'RFC 9207: what the authorization response must name.' }),
    id_param: z.string().min(1).meta({ description: 'Name of the parameter, where it is not `client_id`.' }),
    secret_param: z.string().min(1).meta({ description: 'The same for `client_secret`.' }),
    literal: z.string().min(1).meta({ description: 'Grant `literal`: the token as a template.' }),
  })
  .partial()
  .meta({ id: 'CustomSettings' })

export const draftRequest = z
  .strictObject({
    issuer: z.string().min(1).max(2000).optional().meta({ description: 'An authorization server that has metadata.' }),
    curl: z
      .string()
      .min(1)
      .max(65_536)
      .optional()
      .meta({ description: 'A curl command of a token request. Nothing is run; its secrets are not kept.' }),
    copy: z.string().min(1).max(64).optional().meta({ description: 'Id of a service to begin with.' }),
    overrides: z.unknown().optional().meta({ description: 'With `copy`: a merge patch (RFC 7396).' }),
    settings: customSettings.optional().meta({ description: 'Alone, or completing an issuer or a curl command.' }),
    id: z.string().min(1).max(63).optional().meta({ description: 'Id of the new definition.' }),
    name: z.string().min(1).max(100).optional(),
  })
  .superRefine(({ issuer, curl, copy, settings, overrides }, context) => {
    const sources = [issuer, curl, copy].filter((source) => source !== undefined).length
    const message = 'exactly one of issuer, curl, copy and settings is the source'
    if (sources > 1 || (sources === 0 && settings === undefined)) context.addIssue({ code: 'custom', message })
    if (overrides !== undefined && copy === undefined)
      context.addIssue({ code: 'custom', path: ['overrides'], message: 'is for a copy' })
    if (settings !== undefined && copy !== undefined)
      context.addIssue({ code: 'custom', path: ['settings'], message: 'a copy takes overrides instead' })
  })

export const change = z
  .object({ path: z.string(), from: z.unknown().optional(), to: z.unknown().optional() })
  .meta({ id: 'DefinitionChange' })

export const difference = z
  .object({
    patch: z.unknown().meta({ description: 'RFC 7396: makes the copy from the original.' }),
    changes: z
      .array(change)
      .meta({ description: 'The same, place by place; added without `from`, removed without `to`.' }),
  })
  .meta({ id: 'DefinitionDifference' })

export const definitionDraft = z
  .object({
    definition: z.unknown(),
    difference: difference.optional().meta({ description: 'Of a copy.' }),
    values: z.record(z.string(), z.string()).meta({ description: 'Found in a curl command, nothing secret.' }),
    secrets: z.array(z.string()).meta({ description: 'Names of the secrets in it. Give them with the connection.' }),
    has_secrets: z.boolean(),
    faults: z.array(fault),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'DefinitionDraft' })

export const storedDefinition = z
  .object({
    id: z.string(),
    name: z.string(),
    connections: z.array(z.string()).meta({ description: 'Names of the connections that use it.' }),
    need_secret: z
      .array(z.string())
      .meta({ description: 'Those whose stored secrets do not go to the new hosts: give them again, or authorize.' }),
  })
  .meta({ id: 'StoredDefinition' })

export const definitionPatch = z.strictObject({ patch: z.unknown() })

export const writtenDefinition = z
  .object({
    definition: z.unknown(),
    from: z.enum(['product', 'file', 'store']),
    faults: z.array(fault),
  })
  .meta({ id: 'WrittenDefinition' })

export const copyDifference = difference.extend({ copy_of: z.string() }).meta({ id: 'CopyDifference' })

export type CustomSettingsOnWire = z.input<typeof customSettings>
export type DefinitionDraftOnWire = z.infer<typeof definitionDraft>
export type ProviderOnWire = z.infer<typeof provider>
export type ProviderSummaryOnWire = z.infer<typeof providerSummary>
export type WayOnWire = z.infer<typeof way>
export type BackOfferOnWire = z.infer<typeof backOffer>
export type FieldOnWire = z.infer<typeof field>
