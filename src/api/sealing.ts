import { z } from 'zod'
import { epochSeconds } from './time.ts'

export const rotateSealing = z
  .strictObject({
    stage: z
      .boolean()
      .optional()
      .meta({ description: 'Only put a new key into the key file, for the other nodes to get it first.' }),
  })
  .meta({ id: 'RotateSealing' })

/** The key that seals the store, and how far a change of it is. No key in it, only ids. */
export const sealing = z
  .object({
    from: z.string().meta({ description: 'Where the keys come from.' }),
    writable: z.boolean().meta({ description: 'Whether a new one can be made there.' }),
    sealing: z.string().meta({ description: 'Id of the key that seals.' }),
    staged: z.string().optional().meta({ description: 'Id of a key that waits to take over.' }),
    settled: z.boolean().meta({ description: 'Nothing is left under older keys.' }),
    keys: z.array(
      z.object({
        id: z.string(),
        since: epochSeconds.optional().meta({ description: 'When it began to seal; absent if it never has.' }),
        uses: z.number().int().meta({ description: 'How many values of the store only it opens.' }),
        here: z.boolean().meta({ description: 'Whether this node has it.' }),
      }),
    ),
    rotation: z
      .object({
        running: z.boolean(),
        wrapped: z.number().int(),
        total: z.number().int(),
        unopened: z.number().int().meta({ description: 'Damaged values that nothing opens.' }),
        failure: z.string().optional(),
      })
      .optional()
      .meta({ description: 'The change that this node works on, or worked on last.' }),
  })
  .meta({ id: 'Sealing' })

export const retired = z.object({ retired: z.array(z.string()) }).meta({ id: 'RetiredKeys' })

export type SealingOnWire = z.output<typeof sealing>
