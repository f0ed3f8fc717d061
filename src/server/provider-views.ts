/** Services as the wire has them: what to ask a person for each way, and the whole definition for who wants more. */
import type {
  DefinitionDraftOnWire,
  FieldOnWire,
  ProviderOnWire,
  ProviderSummaryOnWire,
  WayOnWire,
} from '../api/provider.ts'
import type { Fault } from '../errors.ts'
import { describeWay } from '../provider/describe.ts'
import type { Field } from '../provider/describe.ts'
import type { Draft } from '../provider/draft.ts'
import type { ProviderSummary } from '../provider/load.ts'
import type { Provider, RedirectRule, Scopes, Way } from '../provider/provider.ts'
import { present } from './present.ts'

export function summaryView(summary: ProviderSummary): ProviderSummaryOnWire {
  const { id, name, aliases, category, ways, checked, tried, own } = summary
  return present({ id, name, aliases, category, ways, checked, tried, own })
}

export function providerView(provider: Provider): ProviderOnWire {
  const { id, name, aliases, category, checked, tried, console, traps = [], sources } = provider
  return present({
    id,
    name,
    aliases,
    category,
    checked,
    tried,
    console,
    ways: Object.entries(provider.ways).map(([wayName, way]) => wayView(provider, wayName, way)),
    traps,
    sources: Object.entries(sources).map(([source, facts]) => ({ name: source, ...facts })),
    definition: provider,
  })
}

function wayView(provider: Provider, name: string, way: Way): WayOnWire {
  const scopes = way.scopes ?? provider.scopes
  return present({
    name,
    label: way.label,
    help: way.help,
    grant: way.grant,
    fields: describeWay(provider, name).map(fieldView),
    client_auth: (way.client ?? provider.client).auth,
    scopes: scopes && scopesView(scopes),
    redirects: (way.redirects ?? provider.redirects ?? []).map(redirectView),
    authorization_url: way.authorize?.url,
    token_url: way.token?.url,
    renewal: present({
      by: way.renewal.by,
      rotates: way.renewal.rotates,
      reuse: way.renewal.reuse,
      grace: way.renewal.grace,
    }),
  })
}

function scopesView({ separator, known, preset, refresh }: Scopes): NonNullable<WayOnWire['scopes']> {
  return present({ separator, known, preset, refresh })
}

function redirectView({ back, host, port, onlyWith, because }: RedirectRule): WayOnWire['redirects'][number] {
  return present({ back, host, port, only_with: onlyWith, because })
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
