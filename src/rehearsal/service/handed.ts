/** The values that the service hands out with callbacks and answers: as its examples write them. */
import { createHmac } from 'node:crypto'
import type { Example } from '../../provider/example.ts'
import type { Provider, Shape, Value } from '../../provider/provider.ts'
import { toRehearsal, type Stage } from './address.ts'
import { namesIn, type Captured } from './pattern.ts'
import { isHolder, lookUp } from './paths.ts'
import { readJson, readMessage } from './literal.ts'

export type Handed = {
  /** The text of a value as the service writes it. */
  value(name: string): string
  /** What comes with the code: parameter name and text. */
  callback(wayName: string): Record<string, string>
  /** What is wrong with a value that a request carries; undefined if it may be so. */
  problem(name: string, text: string, captured: Captured): string | undefined
}

const byShape: Partial<Record<Shape, string>> = {
  host_label: 'rehearsal',
  domain: 'rehearsal.example.com',
  guid: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  digits: '1234567890',
  slug: 'rehearsal',
  email: 'ada@example.com',
  url: 'https://rehearsal.example.com',
}

/** `inFile` is what the key file says of a value. */
export function createHanded(
  provider: Provider,
  examples: readonly Example[],
  stage: () => Stage,
  inFile: (name: string) => string | undefined,
): Handed {
  const values = provider.values ?? {}

  function value(name: string): string {
    const one = values[name]
    const text =
      exampleOf(name) ??
      one?.example ??
      one?.choices?.[0]?.value ??
      byShape[one?.shape ?? 'text'] ??
      `rehearsal-${name}`
    return one?.shape === 'url' ? toRehearsal(text, stage()) : text
  }

  function exampleOf(name: string): string | undefined {
    for (const { becomes, given, call, response } of examples) {
      if ('values' in becomes && becomes.values?.[name] !== undefined) {
        const literal = call === 'authorize' ? undefined : literalOf(name, response)
        return literal ?? becomes.values[name]
      }
      if (given.answer?.[name] !== undefined) return given.answer[name]
    }
    return callbackExample(name)
  }

  /** What an answer says before it is brought into form. */
  function literalOf(name: string, response: string): string | undefined {
    const { body } = readMessage(response)
    if (!body.startsWith('{') && !body.startsWith('[')) return undefined
    const parsed = readJson(body)
    for (const path of takenAt(provider, name)) {
      const found = lookUp(parsed, path)
      if (typeof found === 'string') return found
    }
    return undefined
  }

  function callbackExample(name: string): string | undefined {
    for (const parameter of callbackNames(values[name]))
      for (const { given } of examples) if (given.callback?.[parameter] !== undefined) return given.callback[parameter]
    return undefined
  }

  return {
    value,
    callback(wayName) {
      const given: Record<string, string> = {}
      for (const [name, one] of Object.entries(values))
        for (const parameter of callbackNames(one)) given[parameter] = value(name)
      const example = examples.find((one) => one.way === wayName && one.given.callback)?.given.callback ?? {}
      const named = JSON.stringify(provider.ways[wayName]).matchAll(/\{callback\.([A-Za-z0-9_.-]+)\}/g)
      for (const [, parameter] of named) given[parameter!] ??= example[parameter!] ?? `rehearsal-${parameter}`
      return { ...example, ...given }
    },
    problem(name, text, captured) {
      if (name.startsWith('callback.') || name.startsWith('response.')) return undefined
      const one = values[name]
      if (!one) return undefined
      const computed = one.from?.find((source) => typeof source === 'object')
      if (computed)
        return holds(computed.hmacSha256Hex, text, captured) ? undefined : `${name} is not what it must be made of`
      if (make(one, text) !== text) return `${name} is not in the form that the service wants`
      const sources = one.from ?? ['person']
      if (sources.every((source) => typeof source === 'string' && source.startsWith('file.')))
        return text === inFile(name) ? undefined : `${name} is not that of the key file`
      if (
        sources.every((source) => source === 'answer' || (typeof source === 'string' && source.startsWith('callback.')))
      )
        return text === make(one, value(name)) ? undefined : `${name} is not the one that was given out`
      const chosen = one.choices?.map((choice) => choice.value) ?? chosenFor(name)
      return chosen === undefined || chosen.includes(text) ? undefined : `${name} is none of the choices`
    },
  }

  /** What the choices of another value may set; undefined where a person may type it too. */
  function chosenFor(name: string): string[] | undefined {
    const sources = values[name]?.from ?? ['person']
    const choosers = sources.flatMap((source) =>
      typeof source === 'string' && source.startsWith('choice.') ? [source.slice('choice.'.length)] : [],
    )
    if (choosers.length < sources.length) return undefined
    const choices = choosers.flatMap((chooser) => values[chooser]?.choices ?? [])
    const set = choices.flatMap(({ sets }) => sets?.[name] ?? [])
    return values[name]?.shape === 'url' ? set.map((text) => toRehearsal(text, stage())) : set
  }
}

/** The parameters of the authorization response that a value comes from. */
function callbackNames(value: Value | undefined): string[] {
  return (value?.from ?? []).flatMap((source) =>
    typeof source === 'string' && source.startsWith('callback.') ? [source.slice('callback.'.length)] : [],
  )
}

/** Where answers carry a value, by any `take` of the definition. */
function takenAt(node: unknown, name: string): string[] {
  if (!isHolder(node)) return []
  return Object.entries(node).flatMap(([key, item]) => {
    if (key !== 'take' || !isHolder(item)) return takenAt(item, name)
    const take = item[name]
    if (typeof take === 'string') return [take]
    return isHolder(take) && Array.isArray(take['at']) ? take['at'].map(String) : []
  })
}

function make(value: Value, text: string): string {
  return (value.make ?? []).reduce(
    (made, how) => (how === 'lower' ? made.toLowerCase() : made.replaceAll('_', '-')),
    text,
  )
}

function holds({ key, text }: { key: string; text: string }, given: string, captured: Captured): boolean {
  const filled = (template: string): string =>
    template.replaceAll(/\{([A-Za-z_][A-Za-z0-9_.-]*)\}/g, (_, name: string) => String(captured[name] ?? ''))
  if (namesIn(key + text).some((name) => captured[name] === undefined)) return false
  return createHmac('sha256', filled(key)).update(filled(text)).digest('hex') === given
}
