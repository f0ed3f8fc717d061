/** Types, lint, format and dead code, side by side; prints one line for each, and what a failing one said. */
import { spawn } from 'node:child_process'
import { root, toolEnvironment } from './setup.mjs'

const checks = {
  types: ['tsc', '-p', '.'],
  'types of the pages': ['tsc', '-p', 'web', '--noEmit'],
  'types of their tests': ['tsc', '-p', 'test/web', '--noEmit'],
  lint: ['oxlint', '--type-aware', '--deny-warnings', 'src', 'test', 'scripts', 'bench', 'bin', 'web'],
  format: ['prettier', '--check', '--log-level', 'warn', '.'],
  'dead code': ['knip', '--no-progress', '--no-config-hints'],
}

function check(name, [command, ...args]) {
  return new Promise((resolve) => {
    const started = performance.now()
    const child = spawn(command, args, { cwd: root, env: toolEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
    child.on('error', (error) => (said += error.message))
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      process.stdout.write(code === 0 ? `ok    ${name} (${seconds} s)\n` : `FAIL  ${name} (${seconds} s)\n${said}\n`)
      resolve(code === 0)
    })
  })
}

const results = await Promise.all(Object.entries(checks).map(([name, words]) => check(name, words)))
process.exitCode = results.every(Boolean) ? 0 : 1
