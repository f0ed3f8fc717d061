import { z } from 'zod'
import { connectionName } from './connection.ts'
import { epochSeconds } from './time.ts'

const place = { node: z.string(), seq: z.number().int() }

/** One thing that was done or refused, or several of the same. No secret in it. */
export const auditEntry = z
  .object({
    ...place,
    at: epochSeconds,
    until: epochSeconds.optional().meta({ description: 'The last one, where several are told together.' }),
    count: z.number().int(),
    actor: z
      .object({ kind: z.string(), id: z.string().optional(), name: z.string().optional() })
      .meta({ description: '`session`, `key`, `local`, `callback`, `server`, or `unknown`: nobody who was known.' }),
    address: z.string().optional().meta({ description: 'Where the request came from; the socket has none.' }),
    action: z.string().meta({ description: 'The id of an operation of this interface, or the name of an event.' }),
    connection: z.string().optional().meta({ description: 'The name it had then.' }),
    outcome: z.string().meta({ description: '`begun`, `ok`, or the code of the error.' }),
    request_id: z.string().optional(),
    facts: z.record(z.string(), z.unknown()),
    text: z.string().meta({ description: 'What was hashed.' }),
    prev: z.string().meta({ description: 'The hash of the entry before it.' }),
    hash: z.string().meta({ description: 'SHA-256 of `prev`, a line feed and `text`, in hex.' }),
  })
  .meta({ id: 'AuditEntry' })

export const auditQuery = z.strictObject({
  connection: connectionName.optional(),
  actor: z.string().min(1).max(200).optional().meta({ description: 'A kind, an id or a name.' }),
  action: z.string().min(1).max(100).optional(),
  since: z.coerce.number().int().min(0).optional().meta({ description: 'Integer seconds since 1970, UTC.' }),
  order: z.enum(['newest', 'oldest']).default('newest').meta({ description: 'Which come first.' }),
  after: z
    .string()
    .regex(/^\d{1,16}\.\d{1,16}\..{1,200}$/)
    .optional()
    .meta({ description: '`next` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

export const auditList = z
  .object({ entries: z.array(auditEntry), next: z.string().optional() })
  .meta({ id: 'AuditList' })

/** Where the chains ended: kept elsewhere, it shows later whether they were put back. */
const checkpoint = z.array(z.strictObject({ ...place, hash: z.string().regex(/^[0-9a-f]{64}$/) })).max(10_000)

export const auditVerification = z.strictObject({
  checkpoint: checkpoint.optional().meta({ description: 'What an earlier verification answered as `checkpoint`.' }),
})

export const auditVerdict = z
  .object({
    ok: z.boolean(),
    entries: z.number().int(),
    fault_count: z.number().int(),
    faults: z
      .array(z.object({ ...place, problem: z.string() }))
      .meta({ description: 'The first 1,000: the chain, the place in it, and what is wrong there.' }),
    checkpoint,
  })
  .meta({ id: 'AuditVerdict' })

export type AuditEntryOnWire = z.infer<typeof auditEntry>
export type AuditVerdictOnWire = z.infer<typeof auditVerdict>
