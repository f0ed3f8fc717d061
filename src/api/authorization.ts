import { z } from 'zod'
import { wayBack } from './provider.ts'
import { epochSeconds } from './time.ts'

/** A random word of the program that starts a flow; it must come again with a bare code. */
const starter = z
  .string()
  .min(22)
  .max(128)
  .optional()
  .meta({ description: 'Random word of the program that starts the flow; needed again to complete with a bare code.' })

export const authorizeRequest = z
  .strictObject({
    back: wayBack.optional().meta({ description: 'How the answer comes back; chosen by the redirect URI if absent.' }),
    redirect_uri: z.string().optional().meta({ description: 'Replaces the stored one.' }),
    timeout: z.number().int().min(10).max(3600).optional().meta({ description: 'Seconds a listener stays open.' }),
    starter,
  })
  .meta({ id: 'AuthorizeRequest' })

const outcome = z.object({
  kind: z.enum(['waiting', 'code_received', 'authorized', 'failed', 'expired']),
  generation: z.number().int().optional(),
  who: z.string().optional(),
  code: z.string().optional(),
  words: z.string().optional(),
  cause: z.string().optional(),
  remedy: z.string().optional(),
  change: z
    .array(z.string())
    .optional()
    .meta({ description: 'What of the connection is likely to be changed, as faults name it.' }),
})

export const authorization = z
  .object({
    id: z.string(),
    connection: z.string(),
    back: wayBack,
    url: z.string().optional().meta({ description: 'What the person opens.' }),
    link: z
      .string()
      .optional()
      .meta({ description: 'A short address of this server, at its public URL, that leads to the same page.' }),
    authorization_url: z.string().optional(),
    redirect_uri: z.string().optional(),
    user_code: z.string().optional(),
    verification_uri: z.string().optional(),
    verification_uri_complete: z.string().optional(),
    expires_at: epochSeconds,
    outcome,
  })
  .meta({ id: 'Authorization' })

export const authorizationParams = z.strictObject({ id: z.string().min(1).max(128) })

/** The answer as it came: what a person pasted, or the parameters in their order (duplicates are kept, and refused). */
export const authorizationAnswer = z
  .union([
    z.strictObject({ pasted: z.string().min(1).max(16_384), starter }),
    z.strictObject({
      parameters: z
        .array(z.tuple([z.string(), z.string()]))
        .min(1)
        .max(100),
    }),
  ])
  .meta({ id: 'AuthorizationAnswer' })

export type AuthorizationOnWire = z.infer<typeof authorization>
