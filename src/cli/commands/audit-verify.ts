import { z } from 'zod'
import { auditVerification } from '../../api/audit.ts'
import { EvergrantError } from '../../errors.ts'
import type { Call } from '../command.ts'
import { table } from '../output.ts'
import { readStructured } from '../structured-file.ts'

const written = z.object({ checkpoint: auditVerification.shape.checkpoint.unwrap() })

/** Exits with 1 if something is not as it was written. */
export async function run(call: Call): Promise<number> {
  const { client, given, output } = call
  const file = given.text('against')
  const checkpoint = file === undefined ? undefined : checkpointOf(await readStructured(call, file, '--against'), file)
  const verdict = await client.call('verifyAudit', { body: checkpoint === undefined ? {} : { checkpoint } })
  const total = `${verdict.entries} ${verdict.entries === 1 ? 'entry' : 'entries'}`
  const ends = verdict.checkpoint.map(({ node, seq, hash }) => [node, String(seq), hash])
  const chains = ends.length === 0 ? '' : `\n${table([['CHAIN', 'LAST', 'HASH'], ...ends])}`
  output.result(
    verdict.ok
      ? `${total}, all as they were written${chains}`
      : `${total}, ${verdict.fault_count} ${verdict.fault_count === 1 ? 'fault' : 'faults'}${chains}`,
    verdict,
  )
  for (const { node, seq, problem } of verdict.faults) output.warn(`${node} ${seq}: ${problem}`)
  const untold = verdict.fault_count - verdict.faults.length
  if (untold > 0) output.warn(`and ${untold} more`)
  if (verdict.ok && file === undefined)
    output.say('keep this (`--json` writes it to a file for --against) where nobody can change it with the store')
  return verdict.ok ? 0 : 1
}

function checkpointOf(value: unknown, file: string) {
  const read = written.safeParse(value)
  if (read.success) return read.data.checkpoint
  throw new EvergrantError('invalid_value', {
    detail: `--against: ${file} holds no checkpoint`,
    remedy: 'give a file that `evergrant audit verify --json` wrote',
  })
}
