/**
 * JSON as strangers send it (RFC 8259), with what `JSON.parse` cannot give: duplicate keys refused (two readers would
 * see two documents), depth and number of names limited, integers beyond 2^53 kept as text (ids of Meta and others),
 * objects without prototype, so that `__proto__` is a name like any other.
 */
export type JsonFault = 'not_json' | 'duplicate_key' | 'too_deep' | 'too_many_keys'

export type ParsedJson = { ok: true; value: unknown } | { ok: false; fault: JsonFault }

export const depthLimit = 32
/** Distinct names in one document: a list of a thousand equal items is no attack, a thousand names are. */
export const keyLimit = 256

class Refusal extends Error {
  readonly fault: JsonFault
  constructor(fault: JsonFault) {
    super(fault)
    this.fault = fault
  }
}

/** Parses a whole document. Never throws. */
export function parseJson(text: string): ParsedJson {
  try {
    return { ok: true, value: new Reader(text).document() }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, fault: error.fault }
    throw error
  }
}

const space = /[ \t\n\r]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// eslint-disable-next-line no-control-regex -- RFC 8259 section 7 excludes control characters
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const word = /true|false|null/y
const words: Record<string, boolean | null> = { true: true, false: false, null: null }

class Reader {
  readonly #text: string
  readonly #names = new Set<string>()
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): unknown {
    const value = this.#value(0)
    this.#match(space)
    if (this.#at < this.#text.length) throw new Refusal('not_json')
    return value
  }

  #value(depth: number): unknown {
    this.#match(space)
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth + 1)
      case '[':
        return this.#array(depth + 1)
      case '"':
        return this.#string()
      case 't':
      case 'f':
      case 'n':
        return words[this.#match(word)]
      default:
        return readNumber(this.#match(number))
    }
  }

  #object(depth: number): Record<string, unknown> {
    this.#open(depth)
    const object = Object.create(null) as Record<string, unknown> // an empty object of no prototype
    if (this.#closes('}')) return object
    do {
      this.#match(space)
      const name = this.#string()
      if (name in object) throw new Refusal('duplicate_key')
      this.#names.add(name)
      if (this.#names.size > keyLimit) throw new Refusal('too_many_keys')
      this.#match(space)
      this.#expect(':')
      object[name] = this.#value(depth)
    } while (this.#goesOn('}'))
    return object
  }

  #array(depth: number): unknown[] {
    this.#open(depth)
    const items: unknown[] = []
    if (this.#closes(']')) return items
    do items.push(this.#value(depth))
    while (this.#goesOn(']'))
    return items
  }

  #string(): string {
    return JSON.parse(this.#match(string)) as string // the pattern admits JSON strings only
  }

  #open(depth: number): void {
    if (depth > depthLimit) throw new Refusal('too_deep')
    this.#at++
  }

  #closes(bracket: string): boolean {
    this.#match(space)
    if (this.#text[this.#at] !== bracket) return false
    this.#at++
    return true
  }

  #goesOn(bracket: string): boolean {
    if (this.#closes(bracket)) return false
    this.#expect(',')
    return true
  }

  #expect(character: string): void {
    if (this.#text[this.#at] !== character) throw new Refusal('not_json')
    this.#at++
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined) throw new Refusal('not_json')
    this.#at += found.length
    return found
  }
}

function readNumber(text: string): number | string {
  const value = Number(text)
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(value) ? text : value
}
