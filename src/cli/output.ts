/**
 * What is printed where. Standard output carries the result and nothing else, so that `$(evergrant token NAME)` is
 * always right; everything said to a person goes to standard error. With `--json` the result is JSON, one value a
 * line, and an error is one problem document (RFC 9457) on standard error.
 */
import { styleText } from 'node:util'
import { EvergrantError } from '../errors.ts'
import type { Io } from './io.ts'
import type { Problem } from './problem.ts'

type Style = 'red' | 'yellow' | 'green' | 'bold' | 'dim'

export type Output = {
  readonly json: boolean
  /** The result: text for people, the value with `--json`. Call it once a result. */
  result(text: string, value: unknown): void
  /** Talk: progress and explanations, one line or several. Silent with `--json`. */
  say(text: string): void
  warn(text: string): void
  problem(problem: Problem): void
  /** Decoration for a terminal; plain where the stream is none or `NO_COLOR` is set. */
  style(stream: 'stdout' | 'stderr', style: Style, text: string): string
  /** Whoever read the result has had enough (`| head`): what is written from now on goes nowhere. */
  readonly unread: boolean
  /** Whether this was thrown for that alone. */
  isUnread(thrown: unknown): boolean
  /** Resolves when the result is written. Throws `storage_full` where it cannot be. */
  written(): Promise<void>
}

export function createOutput(io: Io, json: boolean): Output {
  const style = (stream: 'stdout' | 'stderr', kind: Style, text: string): string =>
    mayColour(io, stream) ? styleText(kind, text, { validateStream: false }) : text
  const talk = (text: string): void => {
    io.stderr.write(`${text}\n`)
  }
  // Unheard, what a stream cannot write would end the process with a trace.
  let fault: NodeJS.ErrnoException | undefined
  io.stdout.on('error', (error) => (fault ??= error))
  io.stderr.on('error', () => undefined)
  return {
    json,
    get unread() {
      return isClosed(fault)
    },
    isUnread: (thrown) => isClosed(fault) && isClosed(thrown),
    async written() {
      await new Promise((resolve) => io.stdout.write('', resolve))
      if (fault === undefined || isClosed(fault)) return
      throw new EvergrantError('storage_full', {
        detail: `standard output takes no more (${fault.code ?? fault.name}): what was to be printed is not complete`,
        remedy: 'free some space where it goes, and run this again',
        cause: fault,
      })
    },
    result: (text, value) => {
      const printed = json ? JSON.stringify(value) : text
      if (printed !== '') io.stdout.write(printed.endsWith('\n') ? printed : `${printed}\n`)
    },
    say: (text) => {
      if (!json) talk(text)
    },
    warn: (text) => {
      if (!json) talk(`${style('stderr', 'yellow', 'warning:')} ${text}`)
    },
    problem: (problem) => {
      if (json) talk(JSON.stringify(problem))
      else for (const line of problemLines(problem, (kind, text) => style('stderr', kind, text))) talk(line)
    },
    style,
  }
}

function isClosed(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPIPE'
}

/** NO_COLOR (no-color.org) wins over CLICOLOR_FORCE; otherwise only terminals are coloured. */
function mayColour(io: Io, stream: 'stdout' | 'stderr'): boolean {
  if (io.env['NO_COLOR'] || io.env['TERM'] === 'dumb' || io.env['CLICOLOR'] === '0') return false
  return io.isTTY[stream] || Boolean(io.env['CLICOLOR_FORCE'] && io.env['CLICOLOR_FORCE'] !== '0')
}

/** `error: what, to what, why`, the single faults, then one `hint:` line for each thing to do. */
function problemLines(problem: Problem, style: (kind: Style, text: string) => string): string[] {
  const faults = (problem.faults ?? []).map(
    ({ path, problem: what, remedy }) => `  ${path}: ${what}${remedy === undefined ? '' : ` (${remedy})`}`,
  )
  const hints = [problem.remedy, problem.authorize_url === undefined ? undefined : `or open ${problem.authorize_url}`]
  const ids = problem.code === 'internal' && problem.request_id ? [`request ${problem.request_id}`] : []
  return [
    `${style('red', 'error:')} ${problem.detail ?? problem.title}`,
    ...faults,
    ...[...hints, ...ids]
      .filter((hint) => hint !== undefined && hint !== '')
      .map((hint) => `${style('bold', 'hint:')} ${hint}`),
  ]
}

/** Columns aligned with two spaces between; no line ends in blanks. Cells hold no decoration. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)))
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
