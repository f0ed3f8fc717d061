/** Text laid out for whoever reads it: as wide as the terminal, one line each where something else reads. */
import type { Io } from './io.ts'

/** Wider lines are hard to read, whatever the terminal is. */
const widest = 110
const narrowest = 30

/** Columns of the terminal that standard output is; undefined for a pipe or a file. */
export function widthOf({ stdout, isTTY }: Io): number | undefined {
  if (!isTTY.stdout || !('columns' in stdout) || typeof stdout.columns !== 'number' || stdout.columns < 1)
    return undefined
  return Math.max(narrowest, stdout.columns)
}

/**
 * One paragraph. `lead` stands in front of the first line, as in `1. `; the others are indented as deep. A word that is
 * longer than a line, such as an address, stands on one of its own and is never cut.
 */
export function paragraph(text: string, lead: string, width: number | undefined): string {
  if (width === undefined) return `${lead}${text}`
  const indent = ' '.repeat(lead.length)
  const room = Math.min(width, widest) - lead.length
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map((line, index) => `${index === 0 ? lead : indent}${line}`.trimEnd()).join('\n')
}
