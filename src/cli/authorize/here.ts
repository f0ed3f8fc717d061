/**
 * The loopback listener at the browser: where the server is another machine and the redirect URI a loopback one, this
 * process listens and hands the parameters on. Code and state pass through; verifier, secret and tokens never leave
 * the server.
 */
import { timingSafeEqual } from 'node:crypto'
import type { AuthorizationOnWire } from '../../api/authorization.ts'
import { systemClock } from '../../clock.ts'
import { errorTable } from '../../errors.ts'
import { openListener } from '../../redirect/listener.ts'
import { readRedirectUri } from '../../redirect/uri.ts'
import type { Call } from '../command.ts'
import { toProblem } from '../problem.ts'
import { isOver } from './outcome.ts'

export type ListenerHere = {
  /** As it must be sent: with the port that is listened on. */
  redirectUri: string
  /** Only answers to this authorization are taken from now on. */
  belongsTo(started: AuthorizationOnWire): void
  close(): Promise<void>
}

/** Listens if this is the place to; undefined where the server does it, or no listener is needed. */
export async function listenHere(
  call: Call,
  name: string,
  wanted: string | undefined,
  timeoutMs: number,
): Promise<ListenerHere | undefined> {
  if ((await call.client.place()) !== 'remote') return undefined
  const redirectUri = wanted ?? (await call.client.call('showConnection', { params: { name } })).redirect_uri
  if (redirectUri === undefined || !readRedirectUri(redirectUri).loopback) return undefined
  let started: AuthorizationOnWire | undefined
  let isAnswered = false
  const listener = await openListener({
    redirectUri,
    timeoutMs,
    certificateDirectory: call.options.home,
    clock: systemClock,
    expects: (state) => started !== undefined && isSame(state, stateOf(started)),
    onParameters: async (parameters) => {
      isAnswered = true
      const id = started?.id ?? ''
      try {
        const answer = await call.client.call('completeAuthorization', { params: { id }, body: { parameters } })
        return pageOf(answer)
      } catch (error) {
        const problem = toProblem(error)
        return { ok: false, title: 'this did not work', lines: [problem.detail, problem.remedy] }
      }
    },
  })
  return {
    redirectUri: listener.redirectUri,
    belongsTo: (authorization) => (started = authorization),
    // Once answered it ends by itself, after the browser has fetched the page that tells how it went.
    close: async () => void (await (isAnswered ? listener.ended : listener.close())),
  }
}

/** Pushed requests (RFC 9126) keep the state out of the address; then the server alone compares it. */
function stateOf(started: AuthorizationOnWire): string | undefined {
  return URL.parse(started.authorization_url ?? '')?.searchParams.get('state') ?? undefined
}

/** In constant time: a web page may guess states at the port. */
function isSame(state: string, expected: string | undefined): boolean {
  if (expected === undefined) return true
  const [one, other] = [Buffer.from(state), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}

function pageOf(answer: AuthorizationOnWire) {
  const { outcome, connection } = answer
  if (outcome.kind === 'authorized') {
    const who = outcome.who === undefined ? [] : [`Connected as ${outcome.who}.`]
    return { ok: true, title: `${connection} is authorized`, lines: [...who, 'You can close this page.'] }
  }
  if (!isOver(answer)) return { ok: true, title: 'Code received', lines: ['Go on where you started.'] }
  const lines = [outcome.words, outcome.cause, outcome.remedy ?? errorTable.authorization_denied.remedy]
  return { ok: false, title: `${connection} is not authorized`, lines: lines.filter((line) => line !== undefined) }
}
