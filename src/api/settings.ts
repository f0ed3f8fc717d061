import { z } from 'zod'
import { connectionCondition } from './connection.ts'

/** How this server runs, for whoever looks after it. No secret in it. */
export const settings = z
  .object({
    version: z.string(),
    public_url: z.string(),
    listen: z.array(z.string()).meta({ description: 'Where it listens now.' }),
    home: z.string(),
    database: z.object({
      kind: z.enum(['sqlite', 'postgres']),
      at: z.string().meta({ description: 'File, or host and name.' }),
      bytes: z.number().int().optional(),
    }),
    allow_hosts: z.array(z.string()).meta({ description: 'Private hosts that services may be at.' }),
    admin_key: z.boolean().meta({ description: 'An admin key is set by option.' }),
    rehearsal: z.string().optional().meta({ description: 'Where rehearsed services are played; absent if none are.' }),
    connections: z
      .object({
        total: z.number().int(),
        by_condition: z
          .partialRecord(connectionCondition, z.number().int())
          .optional()
          .meta({ description: 'Absent where there are too many to look at each.' }),
      })
      .optional(),
    keys: z.object({ living: z.number().int(), total: z.number().int() }).optional(),
    warnings: z.array(z.string()).meta({ description: 'What the options allow and is most likely not meant.' }),
    health: z.object({
      store: z.enum(['ok', 'unavailable']),
      refresher_behind: z
        .number()
        .int()
        .optional()
        .meta({ description: 'Seconds since the oldest renewal that is due and was not begun; 0 if none.' }),
      spooled: z
        .number()
        .int()
        .optional()
        .meta({ description: 'Answers of services that wait for the store. Usually 0.' }),
    }),
  })
  .meta({ id: 'Settings' })
