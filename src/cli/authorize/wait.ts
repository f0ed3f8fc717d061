/** Waits for whichever comes first: the browser's answer, a pasted one, the end of the time, Ctrl-C. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AuthorizationOnWire } from '../../api/authorization.ts'
import { EvergrantError } from '../../errors.ts'
import type { Call } from '../command.ts'
import { isProblem, toProblem } from '../problem.ts'
import { isOver } from './outcome.ts'
import { openPastePrompt } from './paste.ts'

/** How often the server is asked how far it is. */
const pollMs = 700

export type Waiting = { started: AuthorizationOnWire; starter: string; timeoutMs: number; canPaste: boolean }

/** The authorization once it is over. Throws `timed_out` and `cancelled`. */
export async function waitForOutcome(call: Call, waiting: Waiting): Promise<AuthorizationOnWire> {
  const { started, timeoutMs } = waiting
  if (isOver(started)) return started
  const end = performance.now() + timeoutMs
  const stop = new AbortController()
  const cancel = (): void => stop.abort(cancelled(started.connection))
  const release = onInterrupt(call, cancel)
  const timer = setTimeout(() => stop.abort(timedOut(started.connection, timeoutMs)), timeoutMs)
  const prompt = waiting.canPaste ? openPastePrompt(call.io, () => end - performance.now(), cancel) : undefined
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason as Error), { once: true })
  })
  try {
    const ways = [poll(call, started.id, stop.signal), stopped]
    if (prompt !== undefined) ways.push(takePasted(call, waiting, prompt.line))
    return await Promise.race(ways)
  } finally {
    clearTimeout(timer)
    stop.abort()
    release()
    prompt?.close()
  }
}

async function poll({ client }: Call, id: string, signal: AbortSignal): Promise<AuthorizationOnWire> {
  for (;;) {
    await sleep(pollMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return new Promise(() => {}) // the race is over
    try {
      const now = await client.call('showAuthorization', { params: { id } })
      if (isOver(now)) return now
    } catch (error) {
      // A server that restarts keeps the authorization: go on until the time is over.
      if (!isProblem(error, 'server_not_reachable')) throw error
    }
  }
}

/** A wrong paste costs nothing: it is explained, and the next one is waited for. */
async function takePasted(
  { client, output }: Call,
  { started, starter }: Waiting,
  line: () => Promise<string>,
): Promise<AuthorizationOnWire> {
  for (;;) {
    const pasted = await line()
    try {
      const answer = await client.call('completeAuthorization', {
        params: { id: started.id },
        body: { pasted, starter },
      })
      if (isOver(answer)) return answer
    } catch (error) {
      output.problem(toProblem(error))
      if (isProblem(error, 'authorization_used') || isProblem(error, 'authorization_expired')) throw error
    }
  }
}

function onInterrupt({ io }: Call, cancel: () => void): () => void {
  if (io.interrupted !== undefined) {
    const signal = io.interrupted
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel)
    return () => signal.removeEventListener('abort', cancel)
  }
  process.on('SIGINT', cancel)
  return () => process.off('SIGINT', cancel)
}

function cancelled(connection: string): EvergrantError {
  return new EvergrantError('cancelled', {
    connection,
    remedy: `"${connection}" is as it was; \`evergrant authorize ${connection}\` starts again`,
  })
}

function timedOut(connection: string, timeoutMs: number): EvergrantError {
  return new EvergrantError('timed_out', {
    detail: `nobody authorized "${connection}" within ${Math.round(timeoutMs / 1000)} s`,
    connection,
  })
}
