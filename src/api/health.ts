import { z } from 'zod'

export const health = z.object({ status: z.enum(['ok', 'degraded']), version: z.string() }).meta({ id: 'Health' })
export const readiness = z
  .object({ status: z.enum(['ready', 'not_ready']), store: z.enum(['ok', 'unavailable']) })
  .meta({ id: 'Readiness' })
