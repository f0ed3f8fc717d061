import { z } from 'zod'
import { errorTable } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'

const codes = Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]

/** One fault of an input: where it stands, what is wrong, what to do. */
export const fault = z.object({ path: z.string(), problem: z.string(), remedy: z.string().optional() })

/**
 * Every error of the interface, RFC 9457 `application/problem+json`. `code` never changes its meaning; `title` is the
 * same for a code, `detail` says what happened to what.
 */
export const problem = z
  .object({
    type: z.string().meta({ description: 'Where the code is explained, relative to this server.' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum(codes),
    remedy: z.string().meta({ description: 'What to do next.' }),
    retryable: z.boolean().meta({ description: 'Whether asking again later, unchanged, makes sense.' }),
    connection: z.string().optional(),
    request_id: z.string().meta({ description: 'The log knows more under it.' }),
    authorize_url: z.string().optional().meta({ description: 'Where a person authorizes.' }),
    retry_after: z.number().int().optional().meta({ description: 'Seconds; the same as the Retry-After header.' }),
    faults: z.array(fault).optional(),
    admin_detail: z.string().optional().meta({ description: 'The true cause, masked; only for an admin.' }),
  })
  .meta({ id: 'Problem' })

export type Problem = z.infer<typeof problem>
