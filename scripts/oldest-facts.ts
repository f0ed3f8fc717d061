/**
 * Which facts to read again first: the vendors' pages by the day they were read, oldest first, each with the blocks
 * that stand on it and how sure those are; then the choices that have ended or are about to.
 * `node scripts/oldest-facts.ts [n]` lists n pages, 40 if not said.
 */
import type { Choice, Fact, Provider } from '../src/provider/provider.ts'
import { load } from '../src/providers/index.ts'

/** Days before its end from which a choice is listed. */
const near = 180

/** One vendor's page, and the blocks for which it is the page read longest ago. */
export type Page = {
  checked: string
  service: string
  source: string
  url: string
  blocks: { path: string; confidence: 'high' | 'medium' | 'low' }[]
}

export function oldestPages(providers: readonly Provider[]): Page[] {
  return providers
    .flatMap((provider) => {
      const blocks = blocksOf(provider, [])
      return Object.entries(provider.sources).map(([source, { url, checked }]): Page => {
        const own = blocks.filter(({ see }) => oldestOf(provider, see) === source)
        return {
          checked,
          service: provider.id,
          source,
          url,
          blocks: own.map(({ path, confidence = 'high' }) => ({ path, confidence })),
        }
      })
    })
    .sort((one, other) => compare(one.checked, other.checked) || doubts(other) - doubts(one))
}

export type Ending = { until: string; service: string; name: string; value: string }

/** Choices whose last day is past or near, soonest first. */
export function endingChoices(providers: readonly Provider[], today: Date): Ending[] {
  const last = new Date(today.getTime() + near * 86_400_000).toISOString().slice(0, 10)
  return providers
    .flatMap((provider) =>
      Object.entries(provider.values ?? {}).flatMap(([name, { choices = [] }]) =>
        choices
          .filter((choice): choice is Choice & { until: string } => choice.until !== undefined && choice.until <= last)
          .map(({ value, until }) => ({ until, service: provider.id, name, value })),
      ),
    )
    .sort((one, other) => compare(one.until, other.until))
}

type Block = Pick<Fact, 'see' | 'confidence'> & { path: string }

/** Every block of a definition that names its sources. */
function blocksOf(node: unknown, at: readonly string[]): Block[] {
  if (typeof node !== 'object' || node === null) return []
  const inner = Object.entries(node).flatMap(([key, item]) => blocksOf(item, [...at, key]))
  if (!('see' in node) || !Array.isArray(node.see)) return inner
  const { see, confidence } = node as Fact // an array of names: the schema has looked
  return [{ path: at.join('.'), see, ...(confidence && { confidence }) }, ...inner]
}

/** A block is as old as the oldest page it stands on. */
function oldestOf({ sources }: Provider, see: readonly string[]): string | undefined {
  return see.toSorted((one, other) => compare(sources[one]?.checked ?? '', sources[other]?.checked ?? ''))[0]
}

function doubts({ blocks }: Page): number {
  return blocks.filter(({ confidence }) => confidence !== 'high').length
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function pageLines({ checked, service, source, url, blocks }: Page): string[] {
  const marked = blocks.map(({ path, confidence }) => (confidence === 'high' ? path : `${path} (${confidence})`))
  return [
    `${checked}  ${service}  ${source}  ${url}`,
    ...(marked.length > 0 ? [`            ${marked.join(', ')}`] : []),
  ]
}

if (import.meta.main) {
  const providers = await Promise.all(Object.values(load).map(async (one) => (await one()).default))
  const today = new Date()
  for (const page of oldestPages(providers).slice(0, Number(process.argv[2] ?? 40)))
    for (const line of pageLines(page)) console.log(line)
  for (const { until, service, name, value } of endingChoices(providers, today)) {
    const ended = until < today.toISOString().slice(0, 10)
    console.log(`${until}  ${service}  values.${name}  ${value} ${ended ? 'has ended' : 'ends'}`)
  }
}
