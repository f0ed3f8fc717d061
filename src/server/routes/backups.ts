import type { FastifyInstance } from 'fastify'
import { contract } from '../../api/contract.ts'
import { actorName } from '../../connections/events.ts'
import { EvergrantError } from '../../errors.ts'
import { actorOf } from '../callers.ts'
import { implement } from '../route.ts'
import type { RouteParts } from './parts.ts'

/** A backup is made beside the server, by whoever may read the data directory: all it is asked is to tell the audit. */
export function backupRoutes(app: FastifyInstance, { audited, emit }: RouteParts): void {
  implement(app, contract.recordBackup, async ({ body, caller, request }) => {
    // One entry, stored before the backup has its name.
    await audited.run(request, { action: 'recordBackup', recording: 'after' }, async () => {
      if (caller.kind !== 'local') {
        throw new EvergrantError('forbidden', {
          detail: 'a backup is told through the Unix socket of the data directory alone',
          remedy: 'run `evergrant backup` on that machine',
        })
      }
      const { file, sealed_by: sealedBy, with_key: withKey, connections, user } = body
      emit('backup.made', { file, sealedBy, withKey, connections, user, actor: actorName(actorOf(caller)) })
    })
  })
}
