import { z } from 'zod'
import { connection, connectionName, unfinishedConnection } from './connection.ts'
import { fault } from './problem.ts'
import { customSettings } from './provider.ts'
import { epochSeconds } from './time.ts'

/** Where the wizard stands; neither means anything to the server. No secret belongs there. */
const place = {
  step: z.string().max(40).optional(),
  view: z.record(z.string(), z.unknown()).optional(),
}

/** A draft begins with settings, with a source they are read from, or with a connection that is to be changed. */
export const newDraft = unfinishedConnection
  .extend({
    ...place,
    curl: z.string().min(1).max(65_536).optional().meta({
      description: 'A curl command of a token request. Its secrets go into the draft and do not come back.',
    }),
    issuer: z.string().min(1).max(2000).optional().meta({ description: 'An authorization server that has metadata.' }),
    copy: z.string().min(1).max(64).optional().meta({ description: 'Id of a service to begin with.' }),
    custom: customSettings
      .optional()
      .meta({ description: 'What is known of a service: alone, or completing `issuer` or `curl`.' }),
    connection: connectionName.optional().meta({ description: 'A connection to change or to authorize again.' }),
  })
  .superRefine(({ curl, issuer, copy, custom, connection: opened }, context) => {
    const sources = [curl, issuer, copy, opened].filter((source) => source !== undefined).length
    const message = 'at most one of curl, issuer, copy and connection is the source'
    if (sources > 1) context.addIssue({ code: 'custom', message })
    if (custom !== undefined && (copy ?? opened) !== undefined)
      context.addIssue({ code: 'custom', path: ['custom'], message: 'completes an issuer or a curl command' })
  })
  .meta({ id: 'NewDraft' })

export const draftChange = z.record(z.string(), z.unknown()).meta({
  id: 'DraftChange',
  description:
    'A merge patch (RFC 7396) on the settings, with `step` and `view` beside them. `[set]` leaves a secret as it is. `overrides_whole` replaces the overrides as it stands: a null in it takes a member out of the definition.',
})

export const draft = z
  .object({
    id: z.string(),
    version: z.number().int().meta({ description: 'One up with each change.' }),
    created_at: epochSeconds,
    changed_at: epochSeconds,
    expires_at: epochSeconds,
    step: z.string().optional(),
    view: z.record(z.string(), z.unknown()),
    connection: z
      .string()
      .optional()
      .meta({ description: 'Name of the connection that was made of it, or that it changes.' }),
    changes: z.boolean().meta({ description: 'It was opened for a connection that was there before.' }),
    settings: unfinishedConnection.meta({ description: 'Secrets appear as `[set]`.' }),
    give_again: z
      .array(z.string())
      .meta({ description: 'Secrets that were dropped: after a change they would have gone to other hosts.' }),
    faults: z.array(fault).meta({ description: 'Of the definition that was read from the source.' }),
    warnings: z.array(z.string()).meta({ description: 'What was noticed while the source was read.' }),
  })
  .meta({ id: 'Draft' })

export const draftList = z.object({ drafts: z.array(draft).meta({ description: 'Changed last first.' }) })

export const draftParams = z.strictObject({ id: z.string().min(1).max(64) })

export const connectedDraft = z.object({ connection, draft }).meta({ id: 'ConnectedDraft' })

export type DraftOnWire = z.infer<typeof draft>
export type NewDraftOnWire = z.infer<typeof newDraft>
export type UnfinishedOnWire = z.infer<typeof unfinishedConnection>
