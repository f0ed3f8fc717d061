import { z } from 'zod'
import { connectionName } from './connection.ts'
import { epochSeconds } from './time.ts'

/** Something that happened. No secret in it. */
export const event = z
  .object({
    id: z.number().int().meta({ description: 'Grows with time.' }),
    at: epochSeconds,
    event: z.string().meta({ description: 'Its name, as docs/reference/events.md lists them.' }),
    level: z.enum(['info', 'warn', 'error']),
    what: z.string().meta({ description: 'The same for people.' }),
    connection: z
      .string()
      .optional()
      .meta({ description: 'The name it had then: events stay when a connection is removed.' }),
    actor: z.string().optional().meta({ description: '`session`, `local`, or `key` and its name.' }),
    fields: z.record(z.string(), z.unknown()).meta({ description: 'The rest; moments are integer seconds.' }),
  })
  .meta({ id: 'Event' })

export const eventQuery = z.strictObject({
  connection: connectionName.optional(),
  after: z.coerce.number().int().min(1).optional().meta({ description: '`next` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

export const eventList = z
  .object({ events: z.array(event).meta({ description: 'Newest first.' }), next: z.number().int().optional() })
  .meta({ id: 'EventList' })

export type EventOnWire = z.infer<typeof event>
