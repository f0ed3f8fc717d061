import { z } from 'zod'
import { connectionName, newConnection } from './connection.ts'

export const exportRequest = z
  .strictObject({
    names: z.array(connectionName).optional().meta({ description: 'All connections if absent.' }),
    secrets: z
      .boolean()
      .optional()
      .meta({ description: 'With client secrets and tokens, in clear. Only through the Unix socket.' }),
  })
  .meta({ id: 'ExportRequest' })

/** Each connection as `POST /v1/connections` takes it. */
export const exported = z
  .object({
    definitions: z.array(z.unknown()).meta({ description: 'Definitions of your own that the connections use.' }),
    connections: z.array(newConnection),
    unlike: z.array(z.string()).meta({ description: 'What an import cannot bring back, in sentences.' }),
  })
  .meta({ id: 'Exported' })

export type ExportedOnWire = z.output<typeof exported>
