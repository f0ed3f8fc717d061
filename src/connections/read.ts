/**
 * A token for a caller: from memory, else from the store, else by a renewal. Reading a good token never writes and
 * never locks; a token that still lives is served with a warning if its renewal fails.
 */
import { timingSafeEqual, createHash } from 'node:crypto'
import { EvergrantError } from '../errors.ts'
import type { FailureRecord, Loaded } from '../store/store.ts'
import type { HotEntry, ServedToken, Wanted } from './connections.ts'
import type { Context } from './context.ts'
import { good, isAhead, lives, mandatoryAt } from './expiry.ts'
import { withWarnings, type Remembered } from './memory.ts'
import { strayedError, type Plan, type Planner } from './plan.ts'
import { handoutFromText, handoutOf } from './handout.ts'
import { remember } from './remember.ts'
import { derives } from './steps.ts'
import { freshMs } from './renewal-policy.ts'
import type { Looked, Renewer } from './renew.ts'
import type { Outcome } from './renewing.ts'
import { find } from './find.ts'

export type Reader = {
  peek(name: string, now: number, minValid?: number): HotEntry | undefined
  fetch(wanted: readonly Wanted[], now: number): Promise<(HotEntry | undefined)[]>
  read(name: string, options?: { minValid?: number }): Promise<ServedToken>
  reject(name: string, rejected: number | string): Promise<ServedToken>
}

export function createReader(context: Context, planner: Planner, renewer: Renewer): Reader {
  const { clock, memory, store } = context

  /** The common case compares a number made beforehand; a caller's wish moves the point by the same rule. */
  function goodFor(entry: Remembered, now: number, minValid: number | undefined): boolean {
    if (entry.obtainedAt > now && isAhead(timesOf(entry), now)) return false
    return now < (minValid === undefined ? entry.mandatoryAt : mandatoryAt(timesOf(entry), minValid))
  }

  function stillLives(entry: Remembered, now: number): boolean {
    return lives(timesOf(entry), now)
  }

  /** In the background, once per advisory point: callers go on with the token they have. */
  function renewAhead(entry: Remembered): void {
    entry.advisoryAt = Infinity
    renewer.renew(entry.connectionId, entry.generation, 'caller').catch((error: unknown) => {
      context.log.warn({ connection: entry.name, reason: String(error) }, 'an early renewal could not be made')
    })
  }

  function peek(name: string, now: number, minValid?: number): Remembered | undefined {
    const entry = memory.get(name)
    return entry === undefined ? undefined : ready(entry, now, minValid)
  }

  /** The entry, if it is good; past its advisory point it is renewed behind. */
  function ready(entry: Remembered, now: number, minValid: number | undefined): Remembered | undefined {
    if (!goodFor(entry, now, minValid)) return undefined
    if (now >= entry.advisoryAt) renewAhead(entry)
    return entry
  }

  /** What the store holds, opened into memory; undefined if there is no token or what jobs get is not derived yet. */
  async function open(loaded: Loaded, plan: Plan, mark: number): Promise<Remembered | undefined> {
    const { tokens, schedule } = loaded
    if (tokens === undefined || schedule.state === 'suspended' || schedule.state === 'pending') return undefined
    if (tokens.served === undefined && derives(plan, tokens.root)) return undefined
    const served = tokens.served ?? tokens.root
    const { id: connectionId, name } = loaded.connection
    const { generation } = tokens
    return remember(
      context,
      {
        connectionId,
        name,
        generation,
        handout: handoutOf(context, plan, served),
        dueAt: schedule.dueAt,
      },
      mark,
    )
  }

  async function fetch(wanted: readonly Wanted[], now: number): Promise<(Remembered | undefined)[]> {
    const mark = memory.mark()
    const stored = await store.connections.tokens(wanted.map(({ name }) => name))
    return wanted.map(({ name, minValid }, place) => {
      const found = stored[place]
      const handout = found && handoutFromText(found.text)
      if (found === undefined || handout === undefined) return undefined
      const { connectionId, generation, dueAt } = found
      return ready(remember(context, { connectionId, name, generation, handout, dueAt }, mark), now, minValid)
    })
  }

  async function read(name: string, options: { minValid?: number } = {}): Promise<ServedToken> {
    const hot = peek(name, clock.now(), options.minValid)
    if (hot !== undefined) return hot.served
    const mark = memory.mark()
    const loaded = await find(store, name)
    const plan = await planner.of(loaded)
    const entry = await open(loaded, plan, mark)
    if (entry !== undefined && ready(entry, clock.now(), options.minValid) !== undefined) return entry.served
    // Where the root is still good only what is derived from it has run out.
    const root = loaded.tokens?.root
    if (root !== undefined && loaded.schedule.state === 'active' && derives(plan, root) && good(root, clock.now())) {
      if (await renewer.derive(loaded.connection.id)) return memory.get(name)?.served ?? read(name, options)
      if (entry !== undefined && stillLives(entry, clock.now())) return withWarnings(entry.served, ['renewal_failed'])
      throw new EvergrantError('provider_failing', {
        connection: name,
        detail: `what jobs are served could not be derived for connection "${name}"`,
      })
    }
    return renewed({ loaded, plan, mark }, entry, options.minValid, 'caller')
  }

  async function renewed(
    looked: Looked,
    old: Remembered | undefined,
    minValid: number | undefined,
    trigger: 'caller' | 'reported_401',
  ): Promise<ServedToken> {
    const { loaded, plan } = looked
    const { id, name } = loaded.connection
    let outcome: Outcome | undefined
    let fault: EvergrantError | undefined
    try {
      outcome = await renewer.renew(id, loaded.schedule.generation, trigger, 'renew', looked)
    } catch (error) {
      if (!(error instanceof EvergrantError)) throw error
      fault = error
    }
    // One renewal per call: whatever there is now is the answer, with a warning if it is less than was asked for.
    const now = clock.now()
    const known = memory.get(name)
    // Another node may have renewed it, even if the grant has ended since: what is remembered is then the one before.
    const mayBeOld = outcome?.kind === 'moved' || (outcome?.kind === 'blocked' && outcome.why === 'needs_authorization')
    const isOld = mayBeOld && known !== undefined && known.generation <= (old?.generation ?? 0)
    const current = (isOld ? undefined : known) ?? (fault === undefined ? await reopened(name) : undefined) ?? old
    // Removed or revoked while the store took the answer: what is there now says which.
    if (current === undefined && outcome?.kind === 'renewed') return read(name)
    if (current !== undefined && current.generation > (old?.generation ?? 0)) {
      return goodFor(current, now, minValid) ? current.served : withWarnings(current.served, ['shorter_than_asked'])
    }
    // What a service has refused and a person must authorize anew is not handed out again.
    const refused = trigger === 'reported_401' && outcome?.kind === 'failed' && outcome.state === 'needs_authorization'
    if (current !== undefined && stillLives(current, now) && outcome?.kind !== 'gone' && !refused) {
      const kept = outcome?.kind === 'blocked' && outcome.why === 'not_renewable' ? 'not_renewable' : 'renewal_failed'
      return withWarnings(current.served, [kept])
    }
    throw fault ?? unserved(context, loaded, plan, outcome)
  }

  async function reopened(name: string): Promise<Remembered | undefined> {
    const mark = memory.mark()
    const loaded = await store.connections.byName(name)
    return loaded === undefined || loaded.connection.removing ? undefined : open(loaded, await planner.of(loaded), mark)
  }

  async function reject(name: string, rejected: number | string): Promise<ServedToken> {
    const mark = memory.mark()
    const loaded = await find(store, name)
    const plan = await planner.of(loaded)
    const entry = memory.get(name) ?? (await open(loaded, plan, mark))
    if (entry === undefined) return read(name)
    const isCurrent =
      typeof rejected === 'number' ? rejected === entry.generation : same(rejected, entry.served.accessToken.open())
    if (!isCurrent) return entry.served
    // Of either sign: a clock that was set back makes no token young.
    const age = Math.abs(clock.now() - entry.obtainedAt)
    if (age < Math.max(freshMs, (plan.way.renewal.age ?? 0) * 1000))
      return withWarnings(entry.served, ['fresh_but_rejected'])
    return renewed({ loaded, plan, mark }, entry, undefined, 'reported_401')
  }

  return { peek, fetch, read, reject }
}

function timesOf({ obtainedAt, endsAt }: Remembered) {
  return { obtainedAt, expiresAt: endsAt ?? ('unknown' as const) }
}

/** Compared by digest, so that neither length nor content shows in the time it takes. */
function same(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

/** Why there is no token, as an error with its remedy. */
export function unserved(
  context: Pick<Context, 'publicUrl' | 'clock'>,
  loaded: Loaded,
  plan: Plan,
  outcome: Outcome | undefined,
): EvergrantError {
  const connection = loaded.connection.name
  const failure =
    outcome?.kind === 'failed' || outcome?.kind === 'backing_off' ? outcome.failure : loaded.connection.failure
  const said = failure === undefined ? '' : `: ${spoken(failure)}`
  const hints = { connection, ...(failure?.remedy === undefined ? {} : { remedy: failure.remedy }) }
  const correctClient = `\`evergrant connect ${loaded.connection.provider} --as {connection}\` with what is wrong, such as --client-secret-file FILE, corrects it`
  const needsAuthorization = () =>
    new EvergrantError('needs_authorization', {
      ...hints,
      detail: `connection "${connection}" has no token that can be served${said}`,
      ...(plan.way.grant === 'authorization_code' || plan.way.grant === 'device_code'
        ? { authorizeUrl: `${context.publicUrl}/connections/${connection}/authorize` }
        : {}),
    })
  if (outcome?.kind === 'not_durable')
    return new EvergrantError('store_unavailable', {
      connection,
      detail: `the new token of connection "${connection}" was received, and neither disk nor store takes it`,
    })
  if (outcome === undefined || outcome.kind === 'gone')
    return new EvergrantError('unknown_connection', { connection, detail: `connection "${connection}" is gone` })
  if (outcome.kind === 'blocked') {
    if (outcome.why === 'suspended') return new EvergrantError('suspended', { connection })
    if (outcome.why === 'secret_required') return strayedError(plan)
    if (outcome.why === 'needs_configuration') {
      return new EvergrantError('needs_configuration', {
        remedy: correctClient,
        ...hints,
        detail: `connection "${connection}" cannot be renewed because its client was refused${said}`,
      })
    }
    return needsAuthorization()
  }
  if (failure?.code === 'blocked')
    return new EvergrantError('host_blocked', {
      ...hints,
      detail: `connection "${connection}" cannot be renewed${said}`,
    })
  if (failure?.kind === 'client' || failure?.kind === 'configuration') {
    return new EvergrantError('needs_configuration', {
      remedy: failure.kind === 'client' ? correctClient : checkSettings,
      ...hints,
      detail: `connection "${connection}" cannot be renewed${said}`,
    })
  }
  if (outcome.kind === 'failed' && outcome.state === 'needs_authorization') return needsAuthorization()
  const until = outcome.kind === 'backing_off' ? outcome.retryAt : failure?.retryAt
  // Success without a token: most often the token URL is another page of the service.
  const unreadable = failure?.status !== undefined && failure.status < 300
  return new EvergrantError(unreadable ? 'unreadable_answer' : 'provider_failing', {
    ...hints,
    detail: `connection "${connection}" cannot be renewed now${said}`,
    ...(until === undefined ? {} : { retryAfterSeconds: Math.max(1, Math.ceil((until - context.clock.now()) / 1000)) }),
  })
}

/** For what is not the client's fault: a redirect, a page that is not there, a scope nobody knows. */
const checkSettings = 'check token URL, scopes and inputs against the message; then `evergrant refresh {connection}`'

/**
 * A failure in one phrase: the code by which it can be looked up, and the server's words where they are an OAuth error's.
 * The title of some page that answered instead is for the log and the attempts, not for jobs.
 */
function spoken({ kind, code, words, status }: FailureRecord): string {
  const what = status === undefined ? code : `the authorization server answered ${code.replace(/^http_/, 'status ')}`
  return words === undefined || kind === 'unknown_outcome' ? what : `${what}, "${words}"`
}
