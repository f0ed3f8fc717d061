/** Services as the wire has them: what to ask a person for each way, and the whole definition for who wants more. */
import type {
  BackOfferOnWire,
  DefinitionDraftOnWire,
  FieldOnWire,
  ProviderOnWire,
  ProviderSummaryOnWire,
  WayOnWire,
} from '../api/provider.ts'
import type { Fault } from '../errors.ts'
import { describeWay, tokensAsked } from '../provider/describe.ts'
import type { Field } from '../provider/describe.ts'
import { doubtsOf, lowestConfidence } from '../provider/doubts.ts'
import type { Draft } from '../provider/draft.ts'
import type { ProviderSummary } from '../provider/load.ts'
import type { Api, Life, Probe, Provider, RedirectRule, Scopes, Way } from '../provider/provider.ts'
import { renewalSentences } from '../provider/renewal-words.ts'
import { waysBack, type WayBack } from '../provider/ways-back.ts'
import { present } from './present.ts'

export function summaryView(summary: ProviderSummary): ProviderSummaryOnWire {
  const { id, name, aliases, category, ways, checked, tried, confidence, own } = summary
  return present({ id, name, aliases, category, ways, checked, tried, confidence, own })
}

/** `publicUrl` is where this server is reached: it decides which ways back there are. */
export function providerView(provider: Provider, publicUrl: string): ProviderOnWire {
  const { id, name, aliases, category, checked, tried, copyOf, console, traps = [], sources } = provider
  return present({
    id,
    name,
    aliases,
    category,
    checked,
    tried,
    copy_of: copyOf,
    confidence: lowestConfidence(provider),
    doubts: doubtsOf(provider),
    console,
    ways: Object.entries(provider.ways).map(([wayName, way]) => wayView(provider, wayName, way, publicUrl)),
    api: apiView(provider.api),
    probes: (provider.probes ?? []).map(probeView),
    revocable: Object.keys(provider.ways).filter((way) =>
      provider.revoke?.some(({ ways }) => ways?.includes(way) ?? true),
    ),
    errors: (provider.errors ?? []).map(({ on, status, match, means, cause, remedy }) =>
      present({ on, status, match, means, cause, remedy }),
    ),
    warnings: (provider.warnings ?? []).map(({ at, ways, says, remedy, refuses }) =>
      present({ at, ways, says, remedy, refuses }),
    ),
    traps,
    sources: Object.entries(sources).map(([source, facts]) => ({ name: source, ...facts })),
    definition: provider,
  })
}

function wayView(provider: Provider, name: string, way: Way, publicUrl: string): WayOnWire {
  const scopes = way.scopes ?? provider.scopes
  return present({
    name,
    label: way.label,
    help: way.help,
    grant: way.grant,
    fields: [...describeWay(provider, name).map(fieldView), ...tokenFields(provider, name)],
    client_auth: (way.client ?? provider.client).auth,
    scopes: scopes && scopesView(scopes),
    redirects: (way.redirects ?? provider.redirects ?? []).map(redirectView),
    ways_back: waysBack(provider, name, { publicUrl }).map(backView),
    authorization_url: way.authorize?.url,
    pkce: way.authorize?.pkce,
    code_life: way.authorize?.codeLife,
    device_url: way.device?.url,
    token_url: way.token?.url,
    access: way.access === undefined ? undefined : lifeView(way.access),
    renewal: renewalView(provider, way),
    api: way.api && apiView(way.api),
    probes: (provider.probes ?? []).filter(({ ways }) => ways?.includes(name) ?? true).map(nameOfProbe),
  })
}

function renewalView(provider: Provider, way: Way): WayOnWire['renewal'] {
  const { by, rotates, reuse, grace, oldAccess, ends } = way.renewal
  return present({
    by,
    rotates,
    reuse,
    grace,
    old_access: oldAccess,
    idle_end: ends?.idle === undefined ? undefined : lifeView(ends.idle),
    hard_end: ends?.hard === undefined ? undefined : lifeView(ends.hard),
    says: renewalSentences(provider, way),
  })
}

/** A life that the customer sets is named by the input that holds it. */
function lifeView(life: Life): number | string {
  return typeof life === 'object' ? `{${life.input}} ${life.unit}` : life
}

function apiView({ base, send }: Api): ProviderOnWire['api'] {
  return { base, send }
}

function nameOfProbe({ name = 'probe' }: Probe): string {
  return name
}

function probeView(probe: Probe): ProviderOnWire['probes'][number] {
  const { method = 'POST', url, ways, onlyScope, onlyWith, who } = probe
  return present({
    name: nameOfProbe(probe),
    method,
    url,
    ways,
    only_scope: onlyScope,
    only_with: onlyWith,
    tells_who: who !== undefined,
  })
}

function scopesView({ separator, known, closed, preset, refresh }: Scopes): NonNullable<WayOnWire['scopes']> {
  return present({ separator, known, closed, preset, refresh })
}

function redirectView({ back, host, port, scheme, onlyWith, because }: RedirectRule): WayOnWire['redirects'][number] {
  return present({ back, host, port, scheme, only_with: onlyWith, because })
}

function backView(offer: WayBack): BackOfferOnWire {
  if (!offer.works) return present(offer)
  const { back, works, redirectUri, register, onlyWith } = offer
  return present({ back, works, redirect_uri: redirectUri, register, only_with: onlyWith })
}

const tokenLabels = { access_token: 'Access token', refresh_token: 'Refresh token' }

/** What is brought along instead of being asked for at the service. The first is needed. */
function tokenFields(provider: Provider, wayName: string): FieldOnWire[] {
  return tokensAsked(provider, wayName).map((name, index) =>
    present({
      name,
      label: tokenLabels[name],
      help: `made at ${provider.name}`,
      secret: true,
      optional: index > 0 || undefined,
      place: 'tokens' as const,
    }),
  )
}

function fieldView(field: Field): FieldOnWire {
  const { name, label, help, example, secret, optional, choices, shape, place } = field
  return present({ name, label, help, example, default: field.default, secret, optional, choices, shape, place })
}

/** Secrets are told by their names alone. */
export function draftView({ definition, difference, values, secrets, faults, warnings }: Draft): DefinitionDraftOnWire {
  return {
    definition,
    ...present({ difference }),
    values,
    secrets,
    has_secrets: secrets.length > 0,
    faults: faults.map(faultView),
    warnings,
  }
}

export function faultView({ path, problem, remedy }: Fault): DefinitionDraftOnWire['faults'][number] {
  return present({ path, problem, remedy })
}
