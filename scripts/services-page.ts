/** The catalogue as a page, and the services of the design for the README: both written by `docs.ts`. */
import { doubtsOf, lowestConfidence } from '../src/provider/doubts.ts'
import type { Provider, RedirectRule, Way } from '../src/provider/provider.ts'
import { renewalInShort, renewalSentences } from '../src/provider/renewal-words.ts'
import { waysBack } from '../src/provider/ways-back.ts'
import { load } from '../src/providers/index.ts'
import { code, table } from './markdown.ts'

/** The services that Evergrant was made for, in the order of their names there. */
const first = [
  'business-central-online',
  'constant-contact',
  'criteo',
  'dayforce',
  'facebook',
  'google-cloud',
  'instagram',
  'linkedin',
  'mailchimp',
  'business-central',
  'microsoft',
  'netsuite',
  'pinterest',
  'quickbooks-online',
  'twitter',
  'youtube',
]

const page = 'docs/reference/services.md'

async function services(): Promise<Provider[]> {
  const all = await Promise.all(Object.values(load).map(async (definition) => (await definition()).default))
  return all.sort((a, b) => a.name.localeCompare(b.name, 'en'))
}

/** The part of the README between its two marks, without them. */
export async function readmeServices(): Promise<string> {
  const all = await services()
  const shown = first.map((id) => {
    const provider = all.find((one) => one.id === id)
    if (provider === undefined) throw new Error(`there is no service ${id}`)
    return provider
  })
  const tried = all.filter((provider) => provider.tried !== 'never')
  const used =
    tried.length === 0
      ? '**none has been used against the live service yet** (`tried: never`, and `evergrant service show` says so)'
      : `used against the live service so far: ${tried.map(({ name, tried: day }) => `${name} (${day})`).join(', ')}`
  return `${all.length} services come with Evergrant: the sixteen below and ${all.length - shown.length} more.
[One page](${page}) has all of them, with ways, scopes, redirect URIs, lifetimes, traps and sources.
\`evergrant services\` lists them, \`evergrant service show ID\` tells all that is needed to register a client.

Each is a file of facts, written from the vendor's pages. Their requests and answers run as tests;
${used}.

${table(
  ['service', 'id', 'ways', 'read', 'least sure fact'],
  shown.map((provider) => [
    `[${provider.name}](${page}#${provider.id})`,
    code(provider.id),
    Object.keys(provider.ways).join(', '),
    provider.checked,
    lowestConfidence(provider),
  ]),
)}`
}

export async function servicesPage(origin: string): Promise<string> {
  const all = await services()
  return `${origin}
# Services

${all.length} services come with Evergrant, and \`custom\` takes any other. What stands here was read in the vendors' pages
on the day that is given. *Tried* is the day it was used against the live service. *Least sure* is the confidence in the
least sure fact of the service: high where the vendor says it, medium where clients or users show it, low where it was
concluded; the section of the service says which fact. \`evergrant service show ID\` tells the same for your server, with the
steps to register a client, the redirect URI to enter, and all scopes.

${table(
  ['service', 'id', 'ways', 'ways back', 'renewal', 'read', 'tried', 'least sure'],
  all.map((provider) => [
    `[${provider.name}](#${provider.id})`,
    code(provider.id),
    perWay(provider, (way, name) => `${code(name)} ${way.grant}`),
    shared(provider, (name) => backs(provider, name)),
    shared(provider, (_, way) => renewalInShort(way)),
    provider.checked,
    provider.tried,
    lowestConfidence(provider),
  ]),
)}
The ways back are those of a server that is reached by https; *https* beside \`callback\` means that one on
\`http://127.0.0.1\` is not taken. The first way of a service is what a data job picks.

${all.map(section).join('\n')}`
}

function perWay(provider: Provider, cell: (way: Way, name: string) => string): string {
  return Object.entries(provider.ways)
    .map(([name, way]) => cell(way, name))
    .join('<br>')
}

/** One line if it is true of all ways, else one for each that differs. */
function shared(provider: Provider, cell: (name: string, way: Way) => string): string {
  const cells = Object.entries(provider.ways).map(([name, way]) => ({ name, text: cell(name, way) }))
  const texts = [...new Set(cells.map(({ text }) => text))].filter((text) => text !== '')
  if (texts.length === 1 && cells.every(({ text }) => text !== '')) return texts[0] ?? ''
  return texts
    .map((text) => {
      const names = cells.filter((one) => one.text === text).map(({ name }) => code(name))
      return `${names.join(', ')}: ${text}`
    })
    .join('<br>')
}

function backs(provider: Provider, wayName: string): string {
  const offers = waysBack(provider, wayName, { publicUrl: 'https://HOST' })
  const here = waysBack(provider, wayName, { publicUrl: 'http://127.0.0.1:7117' })
  return offers
    .filter(({ works }) => works)
    .map(({ back }) => {
      const local = here.some((offer) => offer.back === back && offer.works)
      return back === 'callback' && !local ? 'callback (https)' : back
    })
    .join(', ')
}

function section(provider: Provider): string {
  const { id, name, aliases = [], category, traps = [] } = provider
  const also = aliases.length === 0 ? '' : ` Also found as ${aliases.join(', ')}.`
  const ways = Object.entries(provider.ways).map(([wayName, way]) => {
    const help = way.help === undefined ? '' : ` ${way.help}`
    return `${code(wayName)} (${way.grant}): ${asSentence(way.label)}${help} ${renewalSentences(provider, way).join(' ')}`
  })
  const doubts = doubtsOf(provider)
    .filter(({ about }) => !about.startsWith('error'))
    .map(({ about, confidence, because }) => `${confidence}, ${about}${because === undefined ? '' : `: ${because}`}`)
  return `<a id="${id}"></a>

## ${name}

${asSentence(`${code(id)}, ${category}`)}${also}

${list('Ways', ways)}${list('Scopes asked for unless others are chosen', presets(provider))}${list('Redirect URIs', redirects(provider))}${list('To know before', traps)}${list('Less than sure', doubts)}${sources(provider)}`
}

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return ''
  return `${title}:\n\n${items.map((item) => `- ${escaped(item)}\n`).join('')}\n`
}

/** Angle brackets and stars are text here; what stands in backquotes stays as it is. */
function escaped(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(/[<>*_]/g, (sign) => `\\${sign}`)))
    .join('')
}

function presets(provider: Provider): string[] {
  const lists = Object.entries(provider.ways).map(([name, way]) => {
    const preset = (way.scopes ?? provider.scopes)?.preset ?? []
    return { name, text: preset.map(code).join(' ') }
  })
  return [...new Set(lists.map(({ text }) => text))]
    .filter((text) => text !== '')
    .map((text) => {
      const names = lists.filter((one) => one.text === text).map(({ name }) => code(name))
      return names.length === lists.length ? text : `${names.join(', ')}: ${text}`
    })
}

function redirects(provider: Provider): string[] {
  const used = Object.entries(provider.ways).filter(([, way]) => way.authorize !== undefined)
  const rules: { rule: RedirectRule; name?: string }[] = [
    ...(used.some(([, way]) => way.redirects === undefined)
      ? (provider.redirects ?? []).map((rule) => ({ rule }))
      : []),
    ...used.flatMap(([name, way]) => (way.redirects ?? []).map((rule) => ({ rule, name }))),
  ]
  return rules.map(({ rule, name }) => {
    const { back, host, port, scheme, onlyWith = {}, because } = rule
    const facts = [
      back.join(', '),
      ...(scheme === undefined ? [] : [`${scheme.join(' or ')} alone`]),
      ...(host === undefined ? [] : [host.length === 0 ? 'no address of this machine' : host.join(' or ')]),
      ...(port === 'any' ? ['any port'] : port === 'registered' ? ['the port is compared'] : []),
      ...Object.entries(onlyWith).map(([input, value]) => `only with ${input} = ${value}`),
    ]
    const whose = name === undefined ? '' : `${code(name)}: `
    return `${whose}${facts.join('; ')}${because === undefined ? '' : `: ${because}`}`
  })
}

function sources(provider: Provider): string {
  const days = Map.groupBy(Object.entries(provider.sources), ([, { checked }]) => checked)
  return [...days]
    .map(
      ([day, found]) =>
        `Sources, read ${day}: ${found.map(([name, { url }]) => `[${name.replaceAll('_', ' ')}](${url})`).join(', ')}\n`,
    )
    .join('\n')
}

function asSentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}
