/**
 * `npm run fuzz [inputs] [seed]`: everything that strangers can send, a million inputs each if no number is given. Ends
 * at the first input that breaks a rule of test/fuzz, made as small as it can be, with the seed that makes it again.
 */
import fc from 'fast-check'
import { answers } from '../test/fuzz/answers.ts'
import { startApi } from '../test/fuzz/api.ts'
import { callbacks } from '../test/fuzz/callbacks.ts'
import { templates } from '../test/fuzz/templates.ts'

const [inputs = '1000000', seed] = process.argv.slice(2)
const count = Number(inputs)
if (!Number.isSafeInteger(count) || count < 1) {
  console.error(`fuzz: "${inputs}" is no number of inputs; for example: npm run fuzz 10000`)
  process.exit(2)
}
for (const start of [() => answers, () => callbacks, () => templates, startApi]) {
  const { name, property, close } = await start()
  const began = performance.now()
  const details = await fc.check(property, { numRuns: count, ...(seed === undefined ? {} : { seed: Number(seed) }) })
  await close?.()
  const seconds = Math.round((performance.now() - began) / 1000)
  console.log(`${name}: ${details.numRuns} inputs in ${seconds} s, seed ${details.seed}`)
  if (!details.failed) continue
  console.error(fc.defaultReportMessage(details), details.errorInstance)
  process.exitCode = 1
}
