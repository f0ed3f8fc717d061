/**
 * The authorization endpoint of a service (RFC 6749 section 4.1.1) as the file describes it, and pushed requests
 * (RFC 9126). Strict about every parameter; what cannot be sent back is shown.
 */
import type { RandomBytes } from '../../deps.ts'
import type { Fields } from '../../oauth/call-template.ts'
import type { Example } from '../../provider/example.ts'
import type { ErrorRule, Provider, Scopes, Way } from '../../provider/provider.ts'
import { addressPage, consentPage, goBack, page, type Shown } from '../pages.ts'
import { toRehearsal, type Stage } from './address.ts'
import type { Handed } from './handed.ts'
import { namesIn, type Captured } from './pattern.ts'
import { denialOf, errorOf, named } from './denials.ts'
import { redirectProblem } from './redirect.ts'
import { searchParams, type Parameters, type Received } from './received.ts'
import { readScope, withMeanings } from './scope.ts'
import { matchFields, matchPath, splitUrl } from './shape.ts'
import { clientIdOf, known, type Site } from './sites.ts'

export type Consent = 'automatic' | 'page' | 'refused'

type Facts = NonNullable<Way['authorize']>

type Asked = {
  wayName: string
  facts: Facts
  scopes: Scopes | undefined
  captured: Captured
  problems: string[]
  /** Undefined where it is no good: then nothing is sent back. */
  redirectUri: string | undefined
  refused: string | undefined
  scope: string[]
}

/** What a person said yes to. */
export type Consented = {
  ways: readonly string[]
  scope: readonly string[]
  redirectUri: string
  challenge?: string
}

export type AuthorizationWorld = {
  provider: Provider
  examples: readonly Example[]
  handed: Handed
  stage: () => Stage
  consent: () => Consent
  /** The way that a tie goes to. */
  played: () => string | undefined
  randomBytes: RandomBytes
  now: () => number
  giveCode(consented: Consented): string
  /** The error rule that the next answer is to match. */
  nextRule(): ErrorRule | undefined
}

export type Authorizations = ReturnType<typeof createAuthorizations>

/** Milliseconds that a pushed request is kept. */
const pushedLife = 60_000
/** How a person tells the address that the service keeps under a name, such as eBay for a RuName. */
const keptAddress = 'rehearsal_address'

export function createAuthorizations(world: AuthorizationWorld) {
  const waiting = new Map<string, { asked: Asked; ways: string[]; state: string | undefined }>()
  const pushed = new Map<string, { parameters: Parameters; wayName: string; endsAt: number }>()
  let sentBackTo: string | undefined
  const ways = (): [string, Way, Facts][] =>
    Object.entries(world.provider.ways).flatMap(([name, way]) =>
      way.authorize ? [[name, way, way.authorize] as [string, Way, Facts]] : [],
    )

  /** A request for the page; undefined where the address is not that of any way. */
  function open(request: Received): Shown | undefined {
    const here = ways().filter(([, , { url }]) => matchPath(splitUrl(url).path, request.path, world.stage()))
    if (here.length === 0) return undefined
    if (request.method === 'POST' && request.body.kind === 'form') return answer(searchParams(request.body.fields))
    if (request.method !== 'GET') return page(405, 'Not so', 'The authorization page is opened with GET.')
    const told = request.query.find(([name]) => name === keptAddress)?.[1]
    if (told !== undefined) sentBackTo = told
    return ask({ ...request, query: request.query.filter(([name]) => name !== keptAddress) }, here)
  }

  function ask(request: Received, here: [string, Way, Facts][]): Shown {
    const reference = request.query.find(([name]) => name === 'request_uri')?.[1]
    if (reference !== undefined) return openPushed(reference, request, here)
    const direct = here.filter(([, , { par }]) => par === undefined)
    if (direct.length === 0) return page(400, 'Not pushed', 'The parameters are to be pushed first (RFC 9126).')
    return show(
      direct.map(([name, way, facts]) => read(name, way, facts, request.query, request.path)),
      request,
    )
  }

  function openPushed(reference: string, request: Received, here: [string, Way, Facts][]): Shown {
    const row = pushed.get(reference)
    pushed.delete(reference)
    if (!row || row.endsAt < world.now())
      return page(400, 'Unknown request', 'This request_uri is not known, was used, or has ended.')
    const [name, way, facts] = here.find(([one]) => one === row.wayName) ?? here[0]!
    return show([read(name, way, facts, row.parameters, request.path)], request)
  }

  function show(all: Asked[], request: Received): Shown {
    const [first, ...others] = [...all].sort(
      (one, other) =>
        weight(one) - weight(other) ||
        Number(other.wayName === world.played()) - Number(one.wayName === world.played()),
    )
    const asked = first!
    const parameters = request.query
    const state = text(asked.captured['state']) ?? parameters.find(([name]) => name === 'state')?.[1]
    if (asked.redirectUri === undefined && !names(asked.facts, 'redirect_uri'))
      return addressPage(world.provider.name, request.path, parameters, keptAddress)
    if (asked.redirectUri === undefined || asked.refused !== undefined)
      return page(400, 'The request is not as it must be', asked.refused ?? asked.problems.join('; '))
    const rule = world.nextRule()
    if (rule) return back(asked, state, errorOf(asked.facts, rule))
    if (asked.problems.length > 0)
      return back(asked, state, named(asked.facts, 'invalid_request', asked.problems.join('; ')))
    const tied = others.filter((other) => weight(other) === 0).map(({ wayName }) => wayName)
    const row = { asked, state, ways: [asked.wayName, ...tied.filter((name) => name !== asked.wayName)] }
    if (world.consent() !== 'page') return decide(row, world.consent() === 'automatic')
    const id = Buffer.from(world.randomBytes(16)).toString('base64url')
    waiting.set(id, row)
    const asking = {
      service: world.provider.name,
      who: known.userName,
      client: known.id,
      scopes: withMeanings(asked.scope, asked.scopes),
      back: URL.parse(asked.redirectUri)?.host || asked.redirectUri,
    }
    return consentPage(asking, request.path, id)
  }

  function answer(form: URLSearchParams): Shown {
    const id = form.get('request') ?? ''
    const row = waiting.get(id)
    waiting.delete(id)
    if (!row) return page(400, 'Already answered', 'This page was answered before. Start again.')
    return decide(row, form.get('answer') === 'allow')
  }

  function decide(
    { asked, state, ways: owners }: { asked: Asked; state: string | undefined; ways: string[] },
    allowed: boolean,
  ): Shown {
    if (!allowed) return back(asked, state, denialOf(asked.facts, asked.wayName, world.provider, world.examples))
    const challenge = text(asked.captured['code_challenge'])
    const code = world.giveCode({
      ways: owners,
      scope: asked.scope,
      redirectUri: asked.redirectUri ?? '',
      ...(challenge !== undefined && { challenge }),
    })
    const answered = {
      [asked.facts.code ?? 'code']: code,
      ...world.handed.callback(asked.wayName),
    }
    const shown = back(asked, state, answered)
    return shown.kind === 'redirect' ? { ...shown, location: shown.location + trailOf(asked.wayName) } : shown
  }

  /** Everything that is wrong with the parameters, for one way. */
  function read(wayName: string, way: Way, facts: Facts, given: Parameters, path: string): Asked {
    const problems: string[] = []
    const { path: address, query } = splitUrl(facts.url)
    const where = matchPath(address, path, world.stage()) ?? {}
    const fields = essential({ ...query, ...facts.params }, facts)
    const captured = { ...where, ...matchFields('the query', fields, given, (says) => problems.push(says)) }
    for (const [name, value] of Object.entries(captured)) {
      const problem = world.handed.problem(name, String(value), captured)
      if (problem !== undefined) problems.push(problem)
    }
    const client = way.client ?? world.provider.client
    const scopes = way.scopes ?? world.provider.scopes
    const id = text(captured['client_id'])
    const redirectUri = names(facts, 'redirect_uri') ? text(captured['redirect_uri']) : sentBackTo
    const unregistered = redirectProblem(redirectUri, way.redirects ?? world.provider.redirects ?? [])
    const scope = readScope(captured, scopes)
    if ('problem' in scope) problems.push(scope.problem)
    if (facts.pkce === 'required' && captured['code_challenge'] === undefined)
      problems.push('code_challenge is missing')
    if (captured['code_challenge'] !== undefined && text(captured['code_challenge_method']) !== 'S256')
      problems.push('code_challenge_method is not S256')
    const isKnown = id === clientIdOf(client) || !names(facts, 'client_id')
    const refused = isKnown ? unregistered : 'No client of this id is registered here.'
    return {
      wayName,
      facts,
      scopes,
      captured,
      problems,
      redirectUri,
      refused,
      scope: 'problem' in scope ? [] : scope.scope,
    }
  }

  /** Some services leave an empty fragment behind the answer, such as `#_=_`. */
  function trailOf(wayName: string): string {
    const example = world.examples.find(
      ({ way, call, becomes }) => call === 'authorize' && way === wayName && !('error' in becomes),
    )
    return /#_[=_]*$/.exec(example?.response.trim() ?? '')?.[0] ?? ''
  }

  function back(asked: Asked, state: string | undefined, answered: Record<string, string>): Shown {
    // A refusal names its server too (RFC 9207 section 2).
    const { issuer } = asked.facts
    const fields = new URLSearchParams({
      ...answered,
      ...(state !== undefined && { state }),
      ...(issuer !== undefined && { iss: fill(issuer, asked.captured) }),
    })
    return goBack(asked.redirectUri ?? '', fields, asked.facts.params['response_mode'])
  }

  return {
    open,
    sendBackTo: (address: string): void => void (sentBackTo = address),
    /** RFC 9126 section 2; undefined where no way pushes to this address. The client is looked at by the caller. */
    pushTo(request: Received): Site | undefined {
      const found = ways().find(
        ([, , { par }]) => par !== undefined && matchPath(splitUrl(par).path, request.path, world.stage()),
      )
      if (!found) return undefined
      const [wayName, way, facts] = found
      const client = way.client ?? world.provider.client
      const scopes = way.scopes ?? world.provider.scopes
      const call = { url: facts.par!, body: { form: essential(facts.params, facts) } }
      return { kind: 'token', name: 'par', wayName, way, call, auth: 'client', client, scopes }
    },
    push(wayName: string, parameters: Parameters): { request_uri: string; expires_in: number } | { problem: string } {
      const [name, way, facts] = ways().find(([one]) => one === wayName)!
      const asked = read(
        name,
        way,
        facts,
        parameters,
        toRehearsal(splitUrl(facts.url).path, world.stage()).slice(world.stage().origin.length),
      )
      const problem = asked.refused ?? asked.problems[0]
      if (problem !== undefined) return { problem }
      const reference = `urn:ietf:params:oauth:request_uri:${Buffer.from(world.randomBytes(16)).toString('base64url')}`
      pushed.set(reference, { parameters, wayName, endsAt: world.now() + pushedLife })
      return { request_uri: reference, expires_in: pushedLife / 1000 }
    },
  }
}

/** State always, and a challenge wherever PKCE is not refused, may be sent even where the file's parameters forget them. */
function essential(params: Fields, { pkce }: Facts): Fields {
  const used = new Set(Object.values(params).flatMap(namesIn))
  return {
    ...params,
    ...(!used.has('state') && { 'state?': '{state}' }),
    ...(pkce !== 'off' &&
      !used.has('code_challenge') && {
        'code_challenge?': '{code_challenge}',
        'code_challenge_method?': '{code_challenge_method}',
      }),
  }
}

/** Some pages know the client or the address by a name of their own (Amazon's App ID, eBay's RuName). */
function names({ url, params }: Facts, variable: string): boolean {
  return [url, ...Object.values(params)].flatMap(namesIn).includes(variable)
}

function weight({ problems, refused, redirectUri }: Asked): number {
  return problems.length + (refused === undefined && redirectUri !== undefined ? 0 : 100)
}

function fill(template: string, captured: Captured): string {
  return template.replaceAll(/\{([A-Za-z_][A-Za-z0-9_.-]*)\}/g, (_, name: string) => String(captured[name] ?? ''))
}

const text = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined
