/**
 * What was opened from a sealed blob, kept by name for as long as the blob is the same. Bounded: of those that were not
 * used since the last round the oldest goes first (second chance), which costs a hit nothing but a flag.
 */
export class Memo<Value> {
  readonly #limit: number
  /** `blob` as a text of its bytes, which takes a fifth of the memory. */
  readonly #entries = new Map<string, { blob: string; value: Value; used: boolean }>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** The value that `open` makes of this blob; `open` is not called where it is known. */
  of(name: string, blob: Uint8Array, open: () => Value): Value {
    const entry = this.#entries.get(name)
    if (entry?.blob === textOf(blob)) {
      entry.used = true
      return entry.value
    }
    const value = open()
    this.put(name, blob, value)
    return value
  }

  /** Whatever was kept last under this name. */
  last(name: string): Value | undefined {
    const entry = this.#entries.get(name)
    if (entry) entry.used = true
    return entry?.value
  }

  put(name: string, blob: Uint8Array, value: Value): void {
    this.#entries.delete(name)
    this.#entries.set(name, { blob: textOf(blob), value, used: false })
    if (this.#entries.size > this.#limit) this.#dropOne()
  }

  forget(name: string): void {
    this.#entries.delete(name)
  }

  #dropOne(): void {
    // Entries that get their second chance come again at the end of the same walk, so one is always found.
    for (const [name, entry] of this.#entries) {
      this.#entries.delete(name)
      if (!entry.used) return
      entry.used = false
      this.#entries.set(name, entry)
    }
  }
}

function textOf(blob: Uint8Array): string {
  return Buffer.from(blob.buffer, blob.byteOffset, blob.length).toString('latin1')
}
