/**
 * The command line: parses what was typed against the table of verbs, runs the verb, and turns whatever happens into
 * text and an exit code. It never touches `process`; `main.ts` hands in the streams and gives the exit code back.
 */
import { Command as Parser, CommanderError } from 'commander'
import { EvergrantError } from '../errors.ts'
import { createClient, type Client } from './client.ts'
import { Given, type Command, type Option } from './command.ts'
import { commands, commonOptions, groups } from './commands.ts'
import type { Io } from './io.ts'
import { createOutput, type Output } from './output.ts'
import type { Ports } from './ports.ts'
import { exitCodeOf, toProblem } from './problem.ts'
import { refuseSecretArguments, withoutOwnVariables } from './spoken-secrets.ts'
import { optionTable, type OptionFlags, type OptionName, type OptionRow } from '../config/options.ts'

/** Runs one command. `argv` starts with the verb. Gives the exit code (the table in errors.ts) and never throws. */
export async function runCli(argv: readonly string[], io: Io, ports: Ports): Promise<number> {
  const output = createOutput(io, isJson(argv))
  try {
    refuseSecretArguments(argv)
    const chosen = parse(argv, io, ports.version)
    const code = chosen === undefined ? 0 : await run(chosen, io, output, ports)
    await output.written()
    return code
  } catch (error) {
    const problem = toProblem(error)
    if (!output.isUnread(error)) output.problem(problem)
    return exitCodeOf(problem)
  }
}

type Chosen = { verb: string; command: Command; typedArguments: string[]; typedOptions: Record<string, unknown> }

async function run(chosen: Chosen, io: Io, output: Output, ports: Ports): Promise<number> {
  const given = new Given(chosen.command, chosen.typedArguments, chosen.typedOptions)
  const options = ports.loadOptions(withoutOwnVariables(io.env), optionFlags(chosen))
  if (options.server !== undefined) for (const warning of options.warnings) output.warn(warning)
  const client: Client = createClient(options, () => ports.openInProcess(options))
  const asked = chosen.typedOptions['no-input'] === true ? { ...io, isTTY: { ...io.isTTY, stdin: false } } : io
  const { run: runVerb } = await chosen.command.load()
  try {
    return (await runVerb({ given, io: asked, output, client, options, ports })) ?? 0
  } finally {
    await client.close()
  }
}

/** Decided before parsing, so that an error of parsing is JSON too. */
function isJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json')
}

/** What was typed; undefined if help or the version was asked for and has been printed. */
function parse(argv: readonly string[], io: Io, version: string): Chosen | undefined {
  let chosen: Chosen | undefined
  const parser = buildParser(version, io, (found) => (chosen = found))
  try {
    parser.parse(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return undefined
    throw usageError(error)
  }
  return chosen
}

function buildParser(version: string, io: Io, choose: (chosen: Chosen) => void): Parser {
  const root = prepare(new Parser('evergrant'), io)
    .description('Authorize once. From then on every job gets a fresh token.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [verb]', 'print help for a verb')
  for (const [verb, command] of Object.entries(commands)) {
    const [first = verb, second] = verb.split(' ')
    const parent = second === undefined ? root : group(root, first, io)
    const child = prepare(parent.command(second ?? first), io)
      .description(command.summary)
      .helpOption('-h, --help', 'print help')
    for (const { name, summary, optional, many } of command.arguments) {
      child.argument(many ? `[${name}...]` : optional ? `[${name}]` : `<${name}>`, summary)
    }
    for (const option of [...command.options, ...commonOptions]) addOption(child, option)
    child.action(() => choose({ verb, command, typedArguments: child.args, typedOptions: readTyped(child, command) }))
  }
  return root
}

function group(root: Parser, name: string, io: Io): Parser {
  const verb = root.commands.find((command) => command.name() === name)
  // A verb that is a group too keeps its options to itself: what follows the second word belongs to that.
  if (verb !== undefined) return verb.enablePositionalOptions().helpCommand(false)
  return prepare(root.command(name), io)
    .description(groups[name] ?? '')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
}

/** Nothing is printed by the parser but help; its errors are thrown and worded here. */
function prepare(parser: Parser, io: Io): Parser {
  return parser
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void (text.startsWith('Usage:') && io.stderr.write(text)),
      outputError: () => {},
    })
}

/** Attribute names of the parser are avoided: `--no-wait` is the flag `no-wait`, not `wait: false`. */
function addOption(parser: Parser, option: Option): void {
  const long = `--${option.name}`
  const flags = option.kind === 'flag' ? long : `${long} <${option.value ?? 'value'}>`
  const made = parser.createOption(flags, option.summary)
  made.attributeName = () => option.name
  made.negate = false
  if (option.kind === 'list')
    made.argParser((value: string, before: unknown) => [...(Array.isArray(before) ? before : []), value])
  parser.addOption(made)
}

function readTyped(parser: Parser, command: Command): Record<string, unknown> {
  const typed: Record<string, unknown> = {}
  for (const option of [...command.options, ...commonOptions]) {
    const value: unknown = parser.getOptionValue(option.name)
    if (value !== undefined) typed[option.name] = value
  }
  return typed
}

/** Only `serve` takes every flag of the option table; elsewhere the same words may mean something else. */
function optionFlags({ verb, typedOptions }: Chosen): OptionFlags {
  const flags: OptionFlags = {}
  for (const [name, row] of Object.entries(optionTable) as [OptionName, OptionRow][]) {
    const taken = row.flag !== undefined && (verb === 'serve' || name === 'home' || name === 'server')
    const value = taken ? typedOptions[(row.flag ?? '').slice(2)] : undefined
    if (typeof value === 'string') flags[name] = value
    else if (value === true) flags[name] = 'on'
  }
  return flags
}

/** The parser's complaint in our words: lower case, with a hint, and without repeating a value that may be secret. */
function usageError(error: CommanderError): EvergrantError {
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  const meant = /\(Did you mean (?:one of )?(.+)\?\)/.exec(rest.join(' '))?.[1]
  const help = '`evergrant help` lists the verbs, `evergrant help VERB` their options'
  const detail = error.code === 'commander.help' ? 'a verb is missing' : withoutValues(first)
  return new EvergrantError('invalid_request', {
    detail,
    remedy: meant === undefined ? help : `did you mean ${meant}?`,
  })
}

function withoutValues(message: string): string {
  return message
    .replace(/^(unknown option '--?[^=']*)=.*$/, "$1'")
    .replace(/^too many arguments.*$/, (text) => text.replace(/: [^:]*$/, '').replace(/\.? Expected/, ': expected'))
    .replace(/\.$/, '')
}
