import type { Answer } from '../../server/call.ts'

type Revocation = Answer<'removeConnection'>['revocation']

/** What became of a revocation at the service. */
export const revocationWords: Readonly<Record<Revocation, string>> = {
  done: 'The service has ended what it gave.',
  queued: 'The service does not answer now; it is asked again later.',
  refused: 'The service refused to end what it gave: end the access in its own settings.',
  not_offered: 'The service has no revocation: end the access in its own settings.',
  not_asked: 'What the service gave lives on there until it ends.',
}
