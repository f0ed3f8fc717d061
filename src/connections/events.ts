/**
 * What happens to connections, as one table: the log lines, the metrics and `docs/reference/events.md` are made from
 * it. Fields never hold a secret.
 */
import type { Logger } from '../deps.ts'
import type { Actor } from './connections.ts'

export const events = {
  'connection.created': {
    level: 'info',
    sentence: 'a connection was made',
    fields: ['connection', 'provider', 'way', 'actor'],
  },
  'connection.changed': {
    level: 'info',
    sentence: 'settings of a connection were changed; `before` is its old name',
    fields: ['connection', 'before', 'changed', 'actor'],
  },
  'connection.removed': {
    level: 'info',
    sentence: 'a connection was removed with all its secrets',
    fields: ['connection', 'revocation', 'actor'],
  },
  'connection.exported': {
    level: 'warn',
    sentence: 'the secrets and tokens of a connection were exported',
    fields: ['connection', 'actor'],
  },
  'connection.needs_authorization': {
    level: 'warn',
    sentence: 'a person must authorize the connection again',
    fields: ['connection', 'code', 'words'],
  },
  'client.refused': {
    level: 'error',
    sentence: 'the authorization server refused the client itself',
    fields: ['connection', 'code', 'words'],
  },
  'authorization.started': {
    level: 'info',
    sentence: 'an authorization was started',
    fields: ['connection', 'authorization', 'back', 'actor'],
  },
  'authorization.completed': {
    level: 'info',
    sentence: 'an authorization brought a token',
    fields: ['connection', 'authorization', 'generation', 'who'],
  },
  'authorization.failed': {
    level: 'warn',
    sentence: 'an authorization failed',
    fields: ['connection', 'authorization', 'code', 'words'],
  },
  'token.renewed': {
    level: 'info',
    sentence: 'the connection has a new token',
    fields: ['connection', 'generation', 'trigger', 'durationMs', 'warnings'],
  },
  'token.renewal_failed': {
    level: 'warn',
    sentence: 'a renewal failed',
    fields: ['connection', 'kind', 'code', 'words', 'failures', 'retryAt', 'trigger'],
  },
  'token.recovered': {
    level: 'info',
    sentence: 'an answer received before a crash was taken from the spool',
    fields: ['connection', 'generation'],
  },
  'token.arrived_late': {
    level: 'warn',
    sentence: 'an answer came after its claim had passed to another node; it is kept',
    fields: ['connection', 'generation'],
  },
  'token.not_yet_stored': {
    level: 'error',
    sentence: 'the store takes no new token set; it is served from the spool meanwhile',
    fields: ['connection', 'reason'],
  },
  'token.derivation_failed': {
    level: 'warn',
    sentence: 'what jobs are served could not be derived from the new token',
    fields: ['connection', 'step', 'code', 'words'],
  },
  'token.step_failed': {
    level: 'warn',
    sentence: 'a step after a new token failed; the token is kept and the step is tried again',
    fields: ['connection', 'step', 'code', 'words'],
  },
  'token.revoked': {
    level: 'info',
    sentence: 'the tokens of a connection were dropped, and revoked if `revocation` is done',
    fields: ['connection', 'revocation', 'actor'],
  },
  'token.not_revoked': {
    level: 'error',
    sentence: 'the service refused to revoke a token; it may still live there',
    fields: ['connection', 'code', 'words'],
  },
  'token.revealed': {
    level: 'warn',
    sentence: 'an access token was shown to a person',
    fields: ['connection', 'generation', 'actor'],
  },
  'clock.jumped': {
    level: 'warn',
    sentence: 'the clock of this machine was set by `seconds`, or the machine slept: tokens are judged by the new time',
    fields: ['seconds'],
  },
  'service.stored': {
    level: 'info',
    sentence: 'a definition of a service was stored',
    fields: ['service', 'connections', 'actor'],
  },
  'service.removed': {
    level: 'info',
    sentence: 'a definition of a service was removed',
    fields: ['service', 'actor'],
  },
  'key.made': {
    level: 'info',
    sentence: 'an API key was made',
    fields: ['key', 'verbs', 'connections', 'actor'],
  },
  'key.first_used': {
    level: 'info',
    sentence: 'an API key was used, for the first time that is remembered; `count` addresses, up to ten of them named',
    fields: ['key', 'id', 'addresses', 'count', 'known'],
  },
  'key.new_address': {
    level: 'warn',
    sentence: 'an API key was used from addresses that it was not used from before; `known` is how many it had',
    fields: ['key', 'id', 'addresses', 'count', 'known'],
  },
  'key.revoked': {
    level: 'info',
    sentence: 'an API key was revoked',
    fields: ['key', 'actor'],
  },
  'seal.staged': {
    level: 'info',
    sentence: 'a new key was put into the key file; it only opens until the key is changed',
    fields: ['key', 'actor'],
  },
  'seal.rotation_started': {
    level: 'warn',
    sentence: 'the store is sealed with another key from now on; what older ones sealed is wrapped anew',
    fields: ['key', 'actor'],
  },
  'seal.rotated': {
    level: 'info',
    sentence: 'everything that can be opened is sealed with the new key; `unopened` values are damaged',
    fields: ['key', 'wrapped', 'unopened', 'durationMs'],
  },
  'seal.rotation_failed': {
    level: 'error',
    sentence: 'the change of the key stopped; nothing is lost, and it can be started again',
    fields: ['key', 'reason'],
  },
  'seal.retired': {
    level: 'warn',
    sentence: 'older keys were taken out of the key file; backups that they sealed need a copy of them',
    fields: ['keys', 'actor'],
  },
  'backup.made': {
    level: 'warn',
    sentence: 'everything that is stored was written into a backup',
    fields: ['file', 'sealedBy', 'withKey', 'connections', 'user', 'actor'],
  },
  'store.adopted': {
    level: 'warn',
    sentence: 'a store that was restored, copied or moved was taken over',
    fields: ['database', 'user', 'actor'],
  },
  'session.started': {
    level: 'info',
    sentence: 'a browser was signed in, by a link or by the admin key',
    fields: ['by'],
  },
} as const satisfies Record<string, { level: 'info' | 'warn' | 'error'; sentence: string; fields: readonly string[] }>

export type EventName = keyof typeof events

/** Takes one event: the log and the metrics in production, a list in tests. */
export type Emit = (name: EventName, fields: Record<string, unknown>) => void

/** Events as log lines; `also` hears them too (the journal, the metrics). */
export function emitTo(log: Logger, also?: Emit): Emit {
  return (name, fields) => {
    log[events[name].level]({ event: name, ...fields }, events[name].sentence)
    also?.(name, fields)
  }
}

/** Who did it, for the field `actor`: `session`, `local`, or a key by the name a person gave it. */
export function actorName({ kind, id, name }: Actor): string {
  return kind === 'key' ? `key ${name ?? id ?? ''}`.trim() : kind
}
