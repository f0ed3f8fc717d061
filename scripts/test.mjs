/**
 * `npm test -- [arguments of vitest]`: set-up, then the checks (types, lint, format, dead code), then all tests. Tests
 * run even when a check fails, so that one run tells everything; the exit code is 1 if anything failed.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root, setUp, toolEnvironment } from './setup.mjs'

const node = setUp()

function run(...words) {
  return spawnSync(node, words, { cwd: root, env: toolEnvironment(), stdio: 'inherit' }).status === 0
}

const checked = run(join(root, 'scripts', 'check.mjs'))
const tested = run(join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2))
process.exitCode = checked && tested ? 0 : 1
