/**
 * The shape of a verb: what the table in `commands.ts` says about it, and what its file gets to run with.
 */
import { EvergrantError } from '../errors.ts'
import type { Options } from '../config/options.ts'
import type { Client } from './client.ts'
import type { Io } from './io.ts'
import type { Output } from './output.ts'
import type { Ports } from './ports.ts'

/** `many` is the last one and takes what is left, also nothing. */
export type Argument = { name: string; summary: string; optional?: true; many?: true }

/** `flag` takes no value, `text` one, `number` a whole one, `list` may be repeated. */
export type Option = { name: string; kind: 'flag' | 'text' | 'number' | 'list'; value?: string; summary: string }

export type Command = {
  /** One line, lower case, what it does for the person. */
  summary: string
  arguments: readonly Argument[]
  options: readonly Option[]
  load: () => Promise<{ run: Run }>
}

/** Gives the exit code; undefined is 0. Failures are thrown. */
export type Run = (call: Call) => Promise<number | undefined>

/** One invocation of a verb. */
export type Call = {
  given: Given
  io: Io
  output: Output
  client: Client
  options: Readonly<Options>
  ports: Ports
}

/** What was typed, by the names of the table. Asking for a name the table does not have is a defect. */
export class Given {
  readonly #command: Command
  readonly #arguments: readonly string[]
  readonly #options: Readonly<Record<string, unknown>>

  constructor(command: Command, typedArguments: readonly string[], typedOptions: Readonly<Record<string, unknown>>) {
    this.#command = command
    this.#arguments = typedArguments
    this.#options = typedOptions
  }

  argument(name: string): string | undefined {
    return this.#arguments[this.#place(name)]
  }

  /** What was given for an argument that takes many. */
  many(name: string): readonly string[] {
    return this.#arguments.slice(this.#place(name))
  }

  /** An argument the parser has already insisted on. */
  required(name: string): string {
    const value = this.argument(name)
    if (value === undefined)
      throw new EvergrantError('invalid_request', { detail: `the argument <${name}> is missing` })
    return value
  }

  text(name: string): string | undefined {
    const value = this.#option(name, 'text')
    return typeof value === 'string' ? value : undefined
  }

  list(name: string): readonly string[] {
    const value = this.#option(name, 'list')
    return Array.isArray(value) ? value.map(String) : []
  }

  flag(name: string): boolean {
    return this.#option(name, 'flag') === true
  }

  number(name: string): number | undefined {
    const value = this.#option(name, 'number')
    if (typeof value !== 'string') return undefined
    if (/^\d{1,9}$/.test(value)) return Number(value)
    throw new EvergrantError('invalid_value', {
      detail: `--${name} takes a whole number, not "${value}"`,
      remedy: `give --${name} as a number`,
    })
  }

  #place(name: string): number {
    const index = this.#command.arguments.findIndex((argument) => argument.name === name)
    if (index < 0) throw new Error(`the command table has no argument ${name}`)
    return index
  }

  #option(name: string, kind: Option['kind']): unknown {
    if (!this.#command.options.some((option) => option.name === name && option.kind === kind)) {
      throw new Error(`the command table has no ${kind} option --${name}`)
    }
    return this.#options[name]
  }
}
