import { z } from 'zod'
import { connection, refusal } from './connection.ts'
import { endOnWire, epochSeconds } from './time.ts'

export const maskedRequest = z
  .object({
    method: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string().optional(),
  })
  .meta({ id: 'MaskedRequest' })

export const maskedResponse = z
  .object({ status: z.number().int(), headers: z.record(z.string(), z.string()), body: z.string() })
  .meta({ id: 'MaskedResponse' })

/** The outcome of a button: what was sent, what came, what it was understood as. All masked. */
export const actionReport = z
  .object({
    ok: z.boolean(),
    request: maskedRequest.optional(),
    response: maskedResponse.optional(),
    failure: refusal.optional(),
    change: z
      .array(z.string())
      .optional()
      .meta({ description: 'What of the connection is likely to be changed, as faults name it.' }),
    connection,
    who: z.string().optional(),
    introspection: z
      .object({ active: z.boolean(), scope: z.array(z.string()).optional(), expires_at: endOnWire.optional() })
      .optional()
      .meta({ description: 'What the service says of the token, where no test request applies.' }),
  })
  .meta({ id: 'ActionReport' })

export const preview = z
  .object({
    authorization_url: z.string().optional(),
    authorization_parameters: z
      .array(
        z.object({
          name: z.string(),
          value: z.string(),
          says: z.string().meta({ description: 'What it is there for.' }),
        }),
      )
      .optional(),
    redirect_uri: z.string().optional().meta({ description: 'What would be sent.' }),
    redirect_register: z.string().optional().meta({ description: 'What to enter at the service, exactly so.' }),
    redirect_refused: z.string().optional().meta({ description: 'Why the service would not take it.' }),
    token: maskedRequest.optional(),
    renewal: maskedRequest.optional(),
    missing: z.array(z.string()).meta({ description: 'Names of values still missing.' }),
    warnings: z.array(z.string()).meta({ description: 'What would go wrong, in sentences that say what to do.' }),
    advice: z
      .array(z.object({ says: z.string(), path: z.string().optional() }))
      .meta({ description: 'The warnings, each with the setting it is about, as faults name it.' }),
  })
  .meta({ id: 'Preview' })

export const attempt = z
  .object({
    at: epochSeconds,
    trigger: z.string(),
    step: z.string(),
    generation: z.number().int(),
    outcome: z.string(),
    status: z.number().int().optional(),
    code: z.string().optional(),
    duration_ms: z.number(),
    request: maskedRequest.optional(),
    response: maskedResponse.optional(),
  })
  .meta({ id: 'Attempt' })

export const attemptList = z.object({ attempts: z.array(attempt) })

export type ActionReportOnWire = z.infer<typeof actionReport>
export type PreviewOnWire = z.infer<typeof preview>
export type AttemptOnWire = z.infer<typeof attempt>
