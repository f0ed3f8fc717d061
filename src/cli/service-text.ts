/** A service as a person reads it who is about to register a client there. */
import type { BackOfferOnWire, FieldOnWire, ProviderOnWire, WayOnWire } from '../api/provider.ts'
import { duration } from '../duration.ts'
import { flagOf } from './connect/fields.ts'
import { paragraph } from './paragraph.ts'

type Layout = { width: number | undefined; title(text: string): string }

export function serviceText(service: ProviderOnWire, layout: Layout): string {
  const { width } = layout
  const part = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', layout.title(paragraph(title, '', width)), ...lines]
  const list = (texts: readonly string[]) => texts.map((text) => paragraph(text, '  - ', width))
  return [
    layout.title(paragraph(`${service.name} (${service.id}), ${service.category}`, '', width)),
    ...heading(service).map((text) => paragraph(text, '', width)),
    ...part('Register a client', registration(service, width)),
    ...part(
      'Ways to connect (the first is what a job picks)',
      service.ways.flatMap((way, index) => [...(index === 0 ? [] : ['']), ...wayLines(service, way, width)]),
    ),
    ...part('Scopes (* asked for unless others are chosen)', scopeLines(service.ways, width)),
    ...part('After connecting', afterwards(service, width)),
    ...part('Refused or warned about', list(service.warnings.map(warningText))),
    ...part('To know before', list(service.traps)),
    ...part('How sure this is', doubtLines(service, width)),
    ...part(
      'Sources',
      service.sources.map(({ url, checked, note }) =>
        paragraph(`${url} read ${checked}${note === undefined ? '' : `: ${note}`}`, '  - ', width),
      ),
    ),
  ].join('\n')
}

function warningText({ ways, says, remedy, refuses }: ProviderOnWire['warnings'][number]): string {
  return `${ways === undefined ? '' : `${ways.join(', ')}: `}${says} ${remedy}${refuses ? ' (refused)' : ''}`
}

function heading({ aliases = [], checked, tried, copy_of }: ProviderOnWire): string[] {
  return [
    ...(aliases.length === 0 ? [] : [`also found as ${aliases.join(', ')}`]),
    ...(copy_of === undefined ? [] : [`a copy of ${copy_of}: \`evergrant service diff\` shows what is different`]),
    `pages read ${checked}; ${tried === 'never' ? 'not used against the live service yet' : `used against the live service ${tried}`}`,
  ]
}

function registration({ console: steps, ways }: ProviderOnWire, width: number | undefined): string[] {
  const url = steps?.url?.replaceAll(/\{(\w+)\}/g, (_, name: string) => name.toUpperCase())
  return [
    ...(url === undefined ? [] : [`  ${url}`]),
    ...(steps?.steps ?? []).map((step, index) => paragraph(step, `${index + 1}. `.padStart(5), width)),
    ...redirects(ways, width),
  ]
}

/** The redirect URI to enter, and which ways back work with this server. Ways with the same answer share it. */
function redirects(ways: readonly WayOnWire[], width: number | undefined): string[] {
  const groups = grouped(
    ways.filter((way) => way.ways_back.length > 0),
    (way) => JSON.stringify(way.ways_back),
  )
  return groups.flatMap((group) => {
    const offers = group[0]?.ways_back ?? []
    const best = offers.find((offer) => offer.works)
    const whose = groups.length === 1 ? '' : ` (${group.map(({ name }) => name).join(', ')})`
    const flag =
      best?.redirect_uri === undefined || best.back === 'callback'
        ? []
        : [paragraph(`and connect with --redirect-uri ${best.redirect_uri}${inputs(best)}`, '    ', width)]
    return [
      '',
      ...(best === undefined
        ? [paragraph(`No redirect URI of this server is taken${whose}:`, '  ', width)]
        : [
            paragraph(`Redirect URI to enter${whose}, exactly so:`, '  ', width),
            `    ${best.register ?? ''}`,
            ...flag,
            paragraph('Ways back to this server:', '  ', width),
          ]),
      ...offers.map((offer) => paragraph(offerText(offer), `    ${offer.back.padEnd(8)}  `, width)),
    ]
  })
}

const meanings: Readonly<Record<BackOfferOnWire['back'], string>> = {
  callback: 'this server takes the answer itself',
  loopback: 'a listener on the machine with the browser takes it',
  relay: 'a page shows the answer, to be pasted',
  paste: 'the address that the browser ends on is pasted',
  device: 'a code is typed in elsewhere',
}

function offerText(offer: BackOfferOnWire): string {
  const { back, works, redirect_uri, reason, remedy } = offer
  if (!works) return `no: ${reason ?? 'not taken'}${remedy === undefined ? '' : `. ${remedy}`}`
  const own = redirect_uri?.includes('HOST') ? ', any https page of yours' : ''
  return `works with ${redirect_uri ?? 'any address'}${inputs(offer)}${own}: ${meanings[back]}`
}

function inputs({ only_with = {} }: BackOfferOnWire): string {
  return Object.entries(only_with)
    .map(([name, value]) => ` --input ${name}=${value}`)
    .join('')
}

function wayLines(service: ProviderOnWire, way: WayOnWire, width: number | undefined): string[] {
  const isClientAsked = way.fields.some((field) => field.place === 'client')
  const facts = [
    way.grant,
    ...(isClientAsked && !way.client_auth.every((method) => method === 'none') ? [way.client_auth.join(' or ')] : []),
    ...(way.pkce === undefined ? [] : [`PKCE ${way.pkce}`]),
    ...(way.code_life === undefined ? [] : [`codes live ${duration(way.code_life)}`]),
  ]
  return [
    paragraph(`--grant ${way.name}: ${way.label} (${facts.join(', ')})`, '  ', width),
    ...(way.help === undefined ? [] : [paragraph(way.help, '    ', width)]),
    paragraph(way.renewal.says.join(' '), '    ', width),
    ...way.fields.map((field) => fieldLine(field, width)),
    ...(way.api === undefined ? [] : [paragraph(apiText(way.api), '    ', width)]),
    ...(way.probes.length > 0 || service.probes.length === 0
      ? []
      : [paragraph('No test request is known for it.', '    ', width)]),
  ]
}

/** Columns that the flags of a way take where there is room for a text beside them. */
const flagColumns = 38
const roomBeside = 80

function fieldLine(field: FieldOnWire, width: number | undefined): string {
  const { label, help, example, choices, optional } = field
  const initial = field.default
  const offered = choices?.map(({ value, until }) => (until === undefined ? value : `${value} (until ${until})`))
  const text = [
    label,
    offered === undefined ? '' : `: ${offered.join(', ')}`,
    initial === undefined ? (optional ? ' (optional)' : '') : ` (if not given: ${initial})`,
    help === undefined ? '' : `; ${help}`,
    example === undefined ? '' : `; such as ${example}`,
  ].join('')
  const flag = `    ${flagOf(field)}`
  if (width !== undefined && (width < roomBeside || flag.length > flagColumns))
    return `${flag}\n${paragraph(text, ' '.repeat(8), width)}`
  return paragraph(text, `${flag.padEnd(flagColumns)}  `, width)
}

/** Each list of scopes once, with the ways that have it. */
function scopeLines(ways: readonly WayOnWire[], width: number | undefined): string[] {
  const asking = ways.filter(({ fields }) => fields.some(({ place }) => place === 'scope'))
  const groups = grouped(asking, (way) => JSON.stringify(way.scopes))
  return groups.flatMap((group) => {
    const scopes = group[0]?.scopes
    if (scopes === undefined) return []
    const { known, preset, refresh, closed } = scopes
    const names = [...new Set([...preset, ...Object.keys(known)])]
    return [
      ...(groups.length === 1 ? [] : [paragraph(`of ${group.map(({ name }) => name).join(', ')}:`, '  ', width)]),
      ...names.map((name) => {
        const brings = name === refresh ? ' (brings the refresh token)' : ''
        const text = `${name}: ${known[name] ?? 'no meaning is known'}${brings}`
        return paragraph(text, preset.includes(name) ? '  * ' : '    ', width)
      }),
      ...(closed ? [paragraph('There are no others.', '    ', width)] : []),
      ...(names.length === 0 && !closed ? [paragraph('None is known; type those of the service.', '    ', width)] : []),
    ]
  })
}

function afterwards(service: ProviderOnWire, width: number | undefined): string[] {
  const { api, probes, revocable, ways } = service
  const revoking =
    revocable.length === 0
      ? 'Tokens cannot be revoked from here.'
      : revocable.length === ways.length
        ? '`evergrant revoke` ends the tokens at the service.'
        : `\`evergrant revoke\` ends the tokens at the service for ${revocable.join(', ')}.`
  return [
    paragraph(apiText(api), '  - ', width),
    ...(probes.length === 0
      ? ['  - There is no test request.']
      : sameRequests(probes).map((same) => paragraph(probeText(same), '  - ', width))),
    paragraph(revoking, '  - ', width),
  ]
}

function apiText({ base, send }: ProviderOnWire['api']): string {
  const headers = Object.entries(send).map(([name, value]) =>
    name.endsWith('?') ? `${name.slice(0, -1)}: ${value} (where it is given)` : `${name}: ${value}`,
  )
  return `Jobs call ${base}${headers.length === 0 ? '' : ` with ${headers.join('; ')}`}.`
}

type Probe = ProviderOnWire['probes'][number]
type SameProbe = Omit<Probe, 'only_scope'> & { scopes: string[] }

/** One request may stand there once for each scope that opens it. */
function sameRequests(probes: readonly Probe[]): SameProbe[] {
  const found = new Map<string, SameProbe>()
  for (const { only_scope, ...rest } of probes) {
    const key = JSON.stringify([rest, only_scope === undefined])
    const same = found.get(key) ?? { ...rest, scopes: [] }
    found.set(key, { ...same, scopes: [...same.scopes, ...(only_scope === undefined ? [] : [only_scope])] })
  }
  return [...found.values()]
}

function probeText({ name, method, url, ways, scopes, only_with, tells_who }: SameProbe): string {
  const conditions = [
    ...(ways === undefined ? [] : [`for ${ways.join(', ')}`]),
    ...(scopes.length === 0 ? [] : [`with the scope ${scopes.join(' or ')}`]),
    ...(only_with === undefined ? [] : [`once ${only_with} is known`]),
  ]
  const when = conditions.length === 0 ? '' : ` (${conditions.join(', ')})`
  return `\`evergrant test\` asks ${name}${when}: ${method} ${url}${tells_who ? ', which says who was connected' : ''}.`
}

/** Doubts about what an error means are many and matter only when it happens. */
function doubtLines({ confidence, doubts }: ProviderOnWire, width: number | undefined): string[] {
  if (doubts.length === 0) return [paragraph('All facts are taken from the pages below.', '  ', width)]
  const ofErrors = doubts.filter(({ about }) => about.startsWith('error'))
  const rest = doubts.filter(({ about }) => !about.startsWith('error'))
  return [
    paragraph(
      `The least sure fact is of ${confidence} confidence; where nothing is said below, it is high.`,
      '  ',
      width,
    ),
    ...rest.map(({ about, confidence: sure, because }) =>
      paragraph(`${sure}: ${about}${because === undefined ? '' : `: ${because}`}`, '  - ', width),
    ),
    ...(ofErrors.length === 0
      ? []
      : [paragraph(`What ${ofErrors.length} of the error answers mean is less than sure too.`, '  - ', width)]),
  ]
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  return [...Map.groupBy(items, keyOf).values()]
}
