/** Numbered checks, each OK, FAIL or SKIP with what was seen; a failed one says what repairs it. Changes nothing. */
import { errorTable } from '../../errors.ts'
import type { Call } from '../command.ts'
import { runChecks, type Finding } from '../doctor/checks.ts'

export async function run(call: Call): Promise<number> {
  const { output } = call
  const findings: Finding[] = []
  for await (const finding of runChecks(call)) findings.push(finding)
  const lines = findings.flatMap(({ name, result, detail, remedy }, index) => [
    `${String(index + 1).padStart(2)}. ${mark(call, result)} ${name}: ${detail}`,
    ...(remedy === undefined ? [] : [`         ${remedy}`]),
  ])
  const failed = findings.filter(({ result }) => result === 'FAIL').length
  output.result(lines.join('\n'), { ok: failed === 0, checks: findings })
  if (failed === 0) return 0
  output.say(`${failed} of ${findings.length} checks failed`)
  return errorTable.invalid_option.exit
}

function mark({ output }: Call, result: Finding['result']): string {
  const colour = { OK: 'green', FAIL: 'red', SKIP: 'dim' } as const
  return output.style('stdout', colour[result], result.padEnd(4))
}
