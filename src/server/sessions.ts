/**
 * Sign-in links and browser sessions. The browser holds a random id in an HttpOnly cookie, the store its digest. A
 * session ends 12 hours after its last use and 7 days after sign-in, whichever comes first.
 */
import { EvergrantError } from '../errors.ts'
import type { Clock, RandomBytes } from '../deps.ts'
import type { SessionStore } from '../store/store.ts'
import { digestOf } from './keys.ts'

const idleMs = 12 * 3600_000
const absoluteMs = 7 * 24 * 3600_000
const linkMs = 15 * 60_000
/** The idle end is moved only when it would move this far: one write in ten minutes, not one a request. */
const touchMs = 10 * 60_000

/** Times in epoch milliseconds. */
export type Session = { digest: string; signedInAt: number; expiresAt: number }

export type Sessions = ReturnType<typeof createSessions>

/** `ended` hears of a session that was signed out, by its digest. */
export function createSessions(
  store: SessionStore,
  clock: Clock,
  randomBytes: RandomBytes,
  ended: (digest: string) => void,
) {
  const word = () => Buffer.from(randomBytes(32)).toString('base64url')

  async function start(): Promise<{ id: string; session: Session }> {
    const id = word()
    const now = clock.now()
    const session = { digest: digestOf(id), signedInAt: now, expiresAt: now + idleMs }
    await store.insert({ digest: session.digest, kind: 'session', createdAt: now, expiresAt: session.expiresAt })
    return { id, session }
  }

  return {
    start,
    /** Makes a link's word. It works once, for 15 minutes. */
    async makeLink(): Promise<{ token: string; expiresAt: number }> {
      const token = word()
      const now = clock.now()
      await store.insert({ digest: digestOf(token), kind: 'link', createdAt: now, expiresAt: now + linkMs })
      return { token, expiresAt: now + linkMs }
    },
    /** Trades a link's word for a session; the second use of a word fails. */
    async signIn(token: string): Promise<{ id: string; session: Session }> {
      const digest = digestOf(token)
      const link = await store.byDigest(digest)
      const taken = link?.kind === 'link' && link.expiresAt > clock.now() && (await store.take(digest))
      if (taken) return start()
      throw new EvergrantError('unauthenticated', {
        detail: 'this sign-in link was used already, or is older than 15 minutes',
        remedy: '`evergrant signin` makes a new one',
      })
    },
    /** The living session of a cookie, with its idle end moved on. */
    async find(id: string): Promise<Session | undefined> {
      const digest = digestOf(id)
      const found = await store.byDigest(digest)
      const now = clock.now()
      if (found?.kind !== 'session') return undefined
      if (found.expiresAt <= now || found.createdAt + absoluteMs <= now) return undefined
      const expiresAt = Math.min(now + idleMs, found.createdAt + absoluteMs)
      if (expiresAt - found.expiresAt >= touchMs) await store.touch(digest, expiresAt)
      return { digest, signedInAt: found.createdAt, expiresAt }
    },
    /** Whether a session may go on, without moving its idle end: what listens by itself keeps nobody signed in. */
    async lives(digest: string): Promise<boolean> {
      const found = await store.byDigest(digest)
      return found?.kind === 'session' && Math.min(found.expiresAt, found.createdAt + absoluteMs) > clock.now()
    },
    async end(id: string): Promise<void> {
      const digest = digestOf(id)
      await store.remove(digest)
      ended(digest)
    },
  }
}
