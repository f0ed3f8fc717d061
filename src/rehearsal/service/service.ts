/**
 * One service of the catalogue, played from its definition and its examples. A request is recognised by address and
 * shape, held against the facts, acted on, and answered as the vendor writes it. Knows no sockets.
 */
import { randomBytes } from 'node:crypto'
import type { Example } from '../../provider/example.ts'
import type { ErrorRule, Provider } from '../../provider/provider.ts'
import type { Fault } from '../faults.ts'
import { createLedger, refusal, type Ledger, type Refusal } from '../ledger.ts'
import type { Shown } from '../pages.ts'
import { rehearsed } from '../rehearsed.ts'
import { plainRefusal, type Answer } from '../token.ts'
import { act, type ActWorld } from './acts.ts'
import type { Stage } from './address.ts'
import { createAuthorizations, type Consent } from './authorize.ts'
import { consolePage, isForeign, refusedPress, type Desk } from './console.ts'
import { createTroubles, tokenCalls, type ServiceControl, type ServiceWhere } from './control.ts'
import { createDevices } from './device.ts'
import { endingsOf } from './endings.ts'
import { createHanded } from './handed.ts'
import { createKeys } from './keys.ts'
import { rulesOf } from './lives.ts'
import { callerOf, createWhose, type Whose } from './living.ts'
import { meaningOf } from './meaning.ts'
import { choose, type Owner } from './owners.ts'
import { searchParams, type Received } from './received.ts'
import { answerByRule, onOf, refusalAnswer, type On } from './refusals.ts'
import { describeRequest, type Seen } from './seen.ts'
import { shapeOf, type Shaped } from './shape.ts'
import { known, sitesOf, type Site } from './sites.ts'

/** A service to play: what the vendor's page says, as data and literally. */
export type RehearsedService = { provider: Provider; examples: readonly Example[] }

export type Service = {
  provider: Provider
  control: ServiceControl
  requests(where?: ServiceWhere): readonly Seen[]
  /** Who is behind an access token, if it lives. */
  whose: Whose
  handle(request: Received): Promise<{ answer: Answer | Shown; fault?: Fault }>
}

/** Requests that are remembered. */
const kept = 1000

export function createService(
  { provider, examples }: RehearsedService,
  world: {
    now: () => number
    origin: () => string
    speed: number
    consent: Consent
    /** Told of each request once it is answered. */
    watch?: ((seen: Seen) => void) | undefined
  },
): Service {
  const { now, origin, watch } = world
  let { speed } = world
  const stage = (): Stage => ({ origin: origin(), id: provider.id })
  const endings = endingsOf(examples)
  const ledgers = new Map(
    Object.entries(provider.ways).map(([name, way]): [string, Ledger] => {
      const rules = rulesOf(provider, way, speed)
      return [name, createLedger(() => ({ ...rules, speed }), now, randomBytes, endings)]
    }),
  )
  const ledgerOf = (name: string): Ledger => ledgers.get(name)!
  const owners = new Map<string, Owner>()
  const sites = sitesOf(provider)
  const keys = createKeys(provider)
  const handed = createHanded(provider, examples, stage, keys.inFile)
  let seen: Seen[] = []
  const troubles = createTroubles(provider)
  const whose = createWhose(provider, owners)
  let consent = world.consent
  let played: string | undefined
  let extending = true

  const devices = createDevices({
    name: provider.name,
    now,
    randomBytes,
    consent: () => consent,
    scopes: (wayName) => provider.ways[wayName]?.scopes ?? provider.scopes,
  })
  const meaning = { provider, handed, stage, registered: keys.registered, now, seen: new Set<string>() }
  const actWorld: ActWorld = {
    provider,
    examples,
    handed,
    devices,
    owners,
    ledgerOf,
    whose,
    now,
    speed: () => speed,
    extends: () => extending,
    origin,
  }
  const authorizations = createAuthorizations({
    provider,
    examples,
    handed,
    stage,
    consent: () => consent,
    played: () => played,
    randomBytes,
    now,
    giveCode({ ways, ...consented }) {
      const ledger = ledgerOf(ways[0]!)
      const code = ledger.giveCode({ clientId: known.id, who: known.userName, ...consented })
      owners.set(code, { ways, ledger })
      return code
    },
    nextRule: () => troubles.rule('authorize'),
  })

  function keep(one: Seen): void {
    seen = [...seen.slice(1 - kept), one]
  }

  async function call(request: Received, all: readonly Shaped[]): Promise<{ answer: Answer; fault?: Fault }> {
    const { shaped, ways } = choose(all, owners, played)
    const { site } = shaped
    const note = describeRequest(request, now(), site)
    keep(note)
    const fault = troubles.fault(site.wayName, site.name)
    if (fault) note.fault = fault.says
    note.acted = fault?.acts ?? true
    if (!note.acted) {
      watch?.(note)
      return { answer: { status: 200, body: {} }, fault: fault! }
    }
    const answer = await answerTo(shaped, ways, request, note)
    note.status = answer.status
    watch?.(note)
    return { answer, ...(fault && { fault }) }
  }

  async function answerTo(shaped: Shaped, ways: readonly string[], request: Received, note: Seen): Promise<Answer> {
    const { site } = shaped
    if (shaped.faults.length > 0) return misshapen(shaped, note)
    for (const on of onOf(site)) {
      const rule = troubles.rule(on)
      if (rule) {
        note.refused = `as asked for: ${rule.cause}`
        return answerByRule(rule, examples, rulesBefore(rule, on))
      }
    }
    const meant = await meaningOf(shaped, request, meaning)
    if ('error' in meant) return refused(meant, site, note)
    const outcome = act({ site, ways, ...meant }, actWorld)
    return 'error' in outcome ? refused(outcome, site, note) : outcome
  }

  /** Those of the same kind that are looked at first. */
  function rulesBefore(rule: ErrorRule, on: On): ErrorRule[] {
    const rules = provider.errors ?? []
    return rules.slice(0, rules.indexOf(rule)).filter((one) => one.on.includes(on))
  }

  /** Told in words of our own: whoever rehearses has made a mistake that the vendor would hide. */
  function misshapen(shaped: Shaped, note: Seen): Answer {
    const { error } = shaped.faults.find((one) => one.error === 'invalid_client') ?? shaped.faults[0]!
    note.refused = shaped.faults.map(({ says }) => says).join('; ')
    return plainRefusal(refusal(error, note.refused, error === 'invalid_client' ? 401 : 400))
  }

  function refused(why: Refusal, site: Site, note: Seen): Answer {
    note.refused = `${why.error}: ${why.description}`
    return refusalAnswer(provider, examples, why, { on: onOf(site)[0]!, way: site.wayName, call: site.name })
  }

  /** RFC 9126; undefined where nothing is pushed to this address. */
  async function pushed(request: Received): Promise<Answer | undefined> {
    const site = authorizations.pushTo(request)
    if (!site) return undefined
    const note = { ...describeRequest(request, now(), site), acted: true }
    keep(note)
    const shaped = shapeOf(request, site, stage())!
    const answer = shaped.faults.length > 0 ? misshapen(shaped, note) : await push(shaped, request, note)
    note.status = answer.status
    watch?.(note)
    return answer
  }

  async function push(shaped: Shaped, request: Received, note: Seen): Promise<Answer> {
    const { site } = shaped
    const meant = await meaningOf(shaped, request, meaning)
    if ('error' in meant) return refused(meant, site, note)
    const names = new Set(Object.keys((site.call.body as { form: object }).form).map((name) => name.replace(/\?$/, ''))) // pushTo makes a form
    const parameters = request.body.kind === 'form' ? request.body.fields.filter(([name]) => names.has(name)) : []
    const result = authorizations.push(site.wayName, parameters)
    if (!('problem' in result)) return { status: 201, body: result }
    return refused(refusal('invalid_request', result.problem), site, note)
  }

  /** Any other request to the API: what a job sends, with the token where the file puts it. */
  function job(request: Received): Answer {
    const subject = callerOf(request, provider, whose)
    const note: Seen = { ...describeRequest(request, now()), acted: subject !== undefined, status: subject ? 200 : 401 }
    keep(note)
    if (!subject) note.refused = 'there is no living access token in it'
    watch?.(note)
    if (subject) return { status: 200, body: { rehearsal: true, who: subject.who, scope: subject.scope } }
    return refusalAnswer(provider, examples, refusal('invalid_token', 'there is no living access token in it', 401), {
      on: 'api',
    })
  }

  async function handle(request: Received): Promise<{ answer: Answer | Shown; fault?: Fault }> {
    if (request.path === `/${provider.id}/device`) {
      const form = request.body.kind === 'form' ? request.body.fields : undefined
      return { answer: devices.page(request.path, searchParams(request.query), form && searchParams(form)) }
    }
    if (request.path === `/${provider.id}/console`) {
      const form = request.body.kind === 'form' ? searchParams(request.body.fields) : undefined
      return { answer: form && isForeign(request) ? refusedPress() : consolePage(desk, form, request.path) }
    }
    if (request.path === `/${provider.id}/key-file.json`)
      return { answer: textFile(`${keys.keyFile()}\n`, 'application/json') }
    if (request.path === `/${provider.id}/private-key.pem`)
      return { answer: textFile(control.privateKey(), 'application/x-pem-file') }
    if (request.path === `/${provider.id}/definition.json`)
      return { answer: textFile(`${JSON.stringify(desk.definition(), undefined, 2)}\n`, 'application/json') }
    const shown = authorizations.open(request)
    if (shown) {
      const note = { ...describeRequest(request, now()), call: 'authorize', acted: true, ...outcomeOf(shown) }
      keep(note)
      watch?.(note)
      return { answer: shown }
    }
    const reference = await pushed(request)
    if (reference) return { answer: reference }
    const all = sites.flatMap((site) => shapeOf(request, site, stage()) ?? [])
    const rightMethod = all.filter(({ site }) => (site.call.method ?? 'POST') === request.method)
    if (rightMethod.length > 0) return call(request, rightMethod)
    return all.some(({ site }) => tokenCalls.includes(site.kind)) ? call(request, all) : { answer: job(request) }
  }

  const control: ServiceControl = {
    next: troubles.next,
    heal: troubles.heal,
    waiting: troubles.waiting,
    speed: (times) => void (speed = times),
    refuse: troubles.refuse,
    consent: (how) => void (consent = how),
    play: (wayName) => void (played = wayName),
    expireAccess: () => ledgers.forEach((ledger) => ledger.expireAccess()),
    killRefresh: () => ledgers.forEach((ledger) => ledger.killRefresh()),
    extend: (moves) => void (extending = moves),
    revokeAll: () => ledgers.forEach((ledger) => ledger.endGrants()),
    sendBackTo: authorizations.sendBackTo,
    register: keys.register,
    keyFile: keys.keyFile,
    privateKey: keys.privateKey,
    token(wayName, scope = provider.ways[wayName]?.scopes?.preset ?? provider.scopes?.preset ?? []) {
      const ledger = ledgerOf(wayName)
      const refreshes = provider.ways[wayName]!.renewal.by === 'refresh_token'
      const given = ledger.issue({ clientId: known.id, who: known.userName, scope }, refreshes)
      owners.set(given.accessToken, { ways: [wayName], ledger })
      if (given.refreshToken !== undefined) owners.set(given.refreshToken, { ways: [wayName], ledger })
      const { accessToken, refreshToken } = given
      return { accessToken, ...(refreshToken !== undefined && { refreshToken }) }
    },
  }

  const definition = () => rehearsed(provider, origin())
  const desk: Desk = { provider, definition, control, requests: () => seen, speed: () => speed }

  return {
    provider,
    handle,
    whose,
    requests: ({ way, call: name } = {}) =>
      seen.filter((one) => (way === undefined || one.way === way) && (name === undefined || one.call === name)),
    control,
  }
}

function textFile(text: string, type: string): Answer {
  return { status: 200, body: {}, as: 'text', text, headers: { 'content-type': type } }
}

/** What came of a request for the page, in words: an error that is sent back holds no secret. */
function outcomeOf(shown: Shown): Pick<Seen, 'status' | 'refused'> {
  if (shown.kind === 'page') return { status: shown.status, ...(shown.says !== undefined && { refused: shown.says }) }
  const said = new URLSearchParams(shown.location.split(/[?#]/)[1] ?? '')
  const refused = [said.get('error'), said.get('error_description')].filter((one) => one !== null).join(': ')
  return { status: 302, ...(refused !== '' && { refused }) }
}
