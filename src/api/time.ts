import { z } from 'zod'

/** A moment on the wire: integer seconds since 1970, UTC. */
export const epochSeconds = z.number().int().meta({ description: 'Integer seconds since 1970-01-01T00:00:00Z.' })

/** An end on the wire: a moment, `never` as the service says so, `unknown` when nothing was said. */
export const endOnWire = z.union([epochSeconds, z.enum(['never', 'unknown'])])
