/**
 * What a long test says about its run: what it measured, what it made smaller, which tool it missed. `npm run test:long`
 * prints it at the end.
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'

const scale = Number(process.env.EVERGRANT_TEST_SCALE ?? 1)
if (!(scale > 0 && scale <= 1)) throw new Error('EVERGRANT_TEST_SCALE: a number above 0, 1 at most')

/** A number that was measured, with its unit and, where there is one, the goal. */
export function measured(what: string, value: string): void {
  note('measured', `${what}: ${value}`)
}

/** How often to do what belongs to be done `whole` times: fewer if EVERGRANT_TEST_SCALE says so, which is then told. */
export function scaled(what: string, whole: number): number {
  const here = Math.max(1, Math.round(whole * scale))
  if (here < whole) note('smaller', `${what}: ${here} instead of ${whole}`)
  return here
}

/** Whether a program is installed; one that is missing is told, with what is not tested without it. */
export function hasTool(program: string, without: string): boolean {
  const found = spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined
  if (!found) note('missing', `${program} is not installed: ${without}`)
  return found
}

function note(kind: 'measured' | 'smaller' | 'missing', text: string): void {
  const file = process.env.EVERGRANT_TEST_NOTES
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ kind, text })}\n`)
}
