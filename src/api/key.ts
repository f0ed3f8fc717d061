import { z } from 'zod'
import { connectionName } from './connection.ts'
import { epochSeconds } from './time.ts'

/** What a key may do: `token` reads tokens, `read` looks, `admin` does everything. */
export const verb = z.enum(['token', 'read', 'admin'])

export const newKey = z
  .strictObject({
    name: z.string().min(1).max(100),
    verbs: z.array(verb).min(1).default(['token']),
    connections: z
      .array(z.union([connectionName, z.literal('*')]))
      .min(1)
      .meta({ description: 'Names, or `*`.' }),
    expires_at: epochSeconds.optional(),
    addresses: z
      .array(z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]))
      .default([])
      .meta({ description: 'Addresses or CIDR ranges the caller must come from; empty is any.' }),
  })
  .meta({ id: 'NewKey' })

const facts = {
  id: z.string(),
  prefix: z.string(),
  name: z.string(),
  verbs: z.array(z.string()),
  connections: z.array(z.string()),
  addresses: z.array(z.string()),
  created_at: epochSeconds,
  expires_at: epochSeconds.optional(),
  revoked_at: epochSeconds.optional(),
  last_used_at: epochSeconds.optional(),
}

export const key = z.object(facts).meta({ id: 'Key' })
export const keyList = z.object({ keys: z.array(key) })

/** The only answer that holds the key itself. */
export const madeKey = z
  .object({ ...facts, key: z.string().meta({ description: 'Shown once, stored nowhere.' }) })
  .meta({ id: 'MadeKey' })

export const keyParams = z.strictObject({ id: z.string().min(1).max(128) })

export type KeyOnWire = z.infer<typeof key>
export type MadeKeyOnWire = z.infer<typeof madeKey>
