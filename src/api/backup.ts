import { z } from 'zod'

/** What the command line says of a backup that it has made beside the server. */
export const madeBackup = z
  .strictObject({
    file: z.string().min(1).max(4096).meta({ description: 'Where it is written, as it was given.' }),
    sealed_by: z.string().min(1).max(100).meta({ description: 'A passphrase, or the id of the key.' }),
    with_key: z.boolean().meta({ description: 'Whether the key of the store is in it.' }),
    connections: z.number().int().min(0),
    user: z.string().min(1).max(200).meta({ description: 'Who ran the command, as the system knows them.' }),
  })
  .meta({ id: 'MadeBackup' })
