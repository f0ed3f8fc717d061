import { z } from 'zod'
import { epochSeconds } from './time.ts'

export const tokenQuery = z.strictObject({
  min_valid: z.coerce.number().int().min(0).max(31_536_000).optional().meta({
    description:
      'Seconds the token must still live; clamped to half its lifetime. Without it a tenth of the lifetime, one to five minutes.',
  }),
})

/** What a job sends after a 401: the generation it was given, or the access token itself. */
export const rejectedToken = z
  .strictObject({
    rejected: z
      .union([z.number().int().min(0), z.string().min(1)])
      .meta({ description: 'The generation that was rejected, or the access token.' }),
  })
  .meta({ id: 'RejectedToken' })

/**
 * What a job gets. `expires_in` and `expires_at` are absent where the service tells no end. Captured values that the
 * provider marks as shown (`realmId`, `instance_url`) stand in `values`.
 */
export const token = z
  .object({
    access_token: z.string(),
    token_type: z.string(),
    expires_in: z.number().int().optional(),
    expires_at: epochSeconds.optional(),
    scope: z.string().optional(),
    connection: z.string(),
    generation: z.number().int(),
    warnings: z.array(z.string()),
    values: z.record(z.string(), z.string()).optional(),
  })
  .meta({ id: 'Token' })

export type TokenOnWire = z.infer<typeof token>
