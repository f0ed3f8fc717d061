import { inspect } from 'node:util'

/**
 * A value that must not be seen. It prints as `[redacted]` wherever printing happens (template literals, JSON,
 * `console.log`, the logger) and is opened by name at the last moment.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The clear text. Call this where the value goes onto the wire or into the seal, nowhere else. */
  open(): string {
    return this.#value
  }

  toString(): string {
    return '[redacted]'
  }

  toJSON(): string {
    return '[redacted]'
  }

  [inspect.custom](): string {
    return '[redacted]'
  }
}

export function secret(value: string): Secret {
  return new Secret(value)
}

/** The clear text of a secret or a plain string. */
export function open(value: Secret | string): string {
  return typeof value === 'string' ? value : value.open()
}
