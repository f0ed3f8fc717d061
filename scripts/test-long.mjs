/**
 * `npm run test:long -- [arguments of vitest]`: set-up, then the tests in `*.long.test.ts`. Says at the end what was
 * measured, and what was skipped or made smaller on this machine. `EVERGRANT_TEST_SCALE=0.1` does a tenth of all counted
 * work.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, setUp, toolEnvironment } from './setup.mjs'

const node = setUp()
const directory = mkdtempSync(join(tmpdir(), 'evergrant-long-'))
const noteFile = join(directory, 'notes')
const resultFile = join(directory, 'results.json')

const words = ['run', '--config', 'vitest.long.config.ts', '--reporter=default', '--reporter=json']
const tested = spawnSync(
  node,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    ...words,
    `--outputFile.json=${resultFile}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, env: { ...toolEnvironment(), EVERGRANT_TEST_NOTES: noteFile }, stdio: 'inherit' },
)
report()
rmSync(directory, { recursive: true })
process.exitCode = tested.status === 0 ? 0 : 1

function report() {
  const notes = lines(noteFile).map((line) => JSON.parse(line))
  list(
    'Measured',
    notes.filter(({ kind }) => kind === 'measured'),
  )
  const skipped = skippedTests().map((text) => ({ text: `not run: ${text}` }))
  list('Skipped or made smaller on this machine', [...notes.filter(({ kind }) => kind !== 'measured'), ...skipped], {
    nothing: 'nothing',
  })
}

/** The titles of the tests that vitest did not run. */
function skippedTests() {
  const [json] = lines(resultFile, (text) => [text])
  if (json === undefined) return []
  return JSON.parse(json).testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => fullName),
  )
}

function list(title, notes, { nothing } = {}) {
  const texts = [...new Set(notes.map(({ text }) => text))]
  if (texts.length === 0 && nothing === undefined) return
  process.stdout.write(`\n${title}:\n${(texts.length > 0 ? texts : [nothing]).map((text) => `  ${text}\n`).join('')}`)
}

function lines(file, split = (text) => text.split('\n').filter((line) => line !== '')) {
  try {
    return split(readFileSync(file, 'utf8'))
  } catch {
    return []
  }
}
