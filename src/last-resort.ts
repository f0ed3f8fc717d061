/**
 * What nothing else caught: a defect of ours. A rejection costs what it belonged to and nothing more; after an exception
 * nobody knows what state things are in, so the process closes and ends. Both are told without their message, which may
 * carry a secret: name, code and frames lead to the place.
 */
import type { EventEmitter } from 'node:events'
import type { Logger } from './deps.ts'

/** The events of the process that are listened to; tests bring their own. */
type Faults = Pick<EventEmitter, 'on' | 'off'>

export type LastResort = {
  /** Resolves at the first uncaught exception. */
  fatal: Promise<void>
  release(): void
}

export function watchFaults(faults: Faults, log: Pick<Logger, 'error'>): LastResort {
  const { promise: fatal, resolve } = Promise.withResolvers<void>()
  const onRejection = (reason: unknown): void => log.error(describeFault(reason), 'a rejection that nobody handled')
  const onException = (error: unknown): void => {
    log.error(describeFault(error), 'an exception that nobody caught: the server closes')
    resolve()
  }
  faults.on('unhandledRejection', onRejection)
  faults.on('uncaughtException', onException)
  return {
    fatal,
    release() {
      faults.off('unhandledRejection', onRejection)
      faults.off('uncaughtException', onException)
    },
  }
}

/** Frames are lines of our own files; the lines before them repeat the message. */
function describeFault(thrown: unknown): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { error: `thrown: ${typeof thrown}` }
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {}
  const message = thrown.stack?.indexOf(thrown.message) ?? -1
  const after = message < 0 ? 0 : message + thrown.message.length
  const frames = (thrown.stack ?? '').slice(after).split('\n')
  return {
    error: thrown.name,
    ...code,
    stack: frames.map((line) => line.trim()).filter((line) => line.startsWith('at ')),
  }
}
