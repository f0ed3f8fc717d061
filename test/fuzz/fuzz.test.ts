/** A slice of what `npm run fuzz` does for as long as one likes. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { answers } from './answers.ts'
import { startApi } from './api.ts'
import { callbacks } from './callbacks.ts'
import type { Subject } from './subject.ts'
import { templates } from './templates.ts'

const subjects: readonly (() => Subject | Promise<Subject>)[] = [
  () => answers,
  () => callbacks,
  () => templates,
  startApi,
]

it.each(subjects)('nothing that comes from outside is taken wrong, %#', { timeout: 60_000 }, async (start) => {
  const { name, property, slice, close } = await start()
  const details = await fc.check(property, { numRuns: slice, interruptAfterTimeLimit: 20_000 })
  await close?.()
  expect(details.failed ? `${name}: ${fc.defaultReportMessage(details)} ${String(details.errorInstance)}` : '').toBe('')
})
