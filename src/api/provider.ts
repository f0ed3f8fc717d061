import { z } from 'zod'
import { fault } from './problem.ts'

/** Id of a service: file name, address and API value. */

export const providerSummary = z
  .object({
    id: z.string(),
    name: z.string(),
    aliases: z.array(z.string()).optional(),
    category: z.string(),
    ways: z.array(z.object({ name: z.string(), label: z.string(), grant: z.string() })),
    checked: z.string().meta({ description: 'The day the pages of the service were read.' }),
    tried: z.string().meta({ description: 'The day it was used against the live service, or `never`.' }),
    own: z.boolean().optional().meta({ description: 'A definition of the user.' }),
  })
  .meta({ id: 'ServiceSummary' })

export const providerList = z.object({ services: z.array(providerSummary) })

export const providerQuery = z.strictObject({
  search: z.string().max(200).optional().meta({ description: 'Part of a name, an id or an alias.' }),
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
  only_with: z.record(z.string(), z.string()).optional(),
  because: z.string().optional(),
})

export const way = z
  .object({
    name: z.string(),
    label: z.string(),
    help: z.string().optional(),
    grant: z.string(),
    fields: z.array(field),
    client_auth: z.array(z.string()).meta({ description: 'Client authentication methods, the default first.' }),
    scopes: z
      .object({
        separator: z.string(),
        known: z.record(z.string(), z.string()).meta({ description: 'Scope -> its meaning.' }),
        preset: z.array(z.string()),
        refresh: z.string().optional().meta({ description: 'The scope that brings a refresh token.' }),
      })
      .optional(),
    redirects: z.array(redirectRule),
    authorization_url: z.string().optional(),
    token_url: z.string().optional(),
    renewal: z.object({
      by: z.string(),
      rotates: z.string(),
      reuse: z.string().optional(),
      grace: z.number().optional(),
    }),
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
    console: z.object({ url: z.string().optional(), steps: z.array(z.string()) }).optional(),
    ways: z.array(way),
    traps: z.array(z.string()),
    sources: z.array(z.object({ name: z.string(), url: z.string(), checked: z.string(), note: z.string().optional() })),
    definition: z.unknown().meta({ description: 'The whole definition, in the shape that a user writes one.' }),
  })
  .meta({ id: 'Service' })

export const definitionCheck = z.strictObject({ definition: z.unknown() })

export const definitionChecked = z
  .object({ ok: z.boolean(), faults: z.array(fault), id: z.string().optional() })
  .meta({ id: 'DefinitionChecked' })

export type ProviderOnWire = z.infer<typeof provider>
export type ProviderSummaryOnWire = z.infer<typeof providerSummary>
export type WayOnWire = z.infer<typeof way>
export type FieldOnWire = z.infer<typeof field>
