/**
 * Set-up, run by `npm start` and `npm test` on whatever Node (20 or newer) npm itself runs on: installs what is missing
 * and builds what has changed. Says one line on standard error before it installs and is silent otherwise.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const { findNode, isNewEnough } = createRequire(import.meta.url)('../bin/node.cjs')

export const root = fileURLToPath(new URL('..', import.meta.url))

/** The Node everything but set-up runs on. Ends the process with 9 when there is none. */
export function setUp() {
  if (!isInstalled()) install()
  const node = isNewEnough(process.versions.node) ? process.execPath : findNode()
  if (node === undefined) {
    fail(
      `Evergrant needs Node 24.18.1 or newer, and this is Node ${process.versions.node}`,
      'install a newer Node; only on Linux x64 the project brings one along',
    )
  }
  const built = spawnSync(node, [join(root, 'scripts', 'build.mjs')], { stdio: ['ignore', 'inherit', 'inherit'] })
  if (built.status !== 0) fail('the build failed', 'the lines above say where')
  return node
}

/** The environment in which `node` and the installed tools are found by name. */
export function toolEnvironment() {
  return { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}` }
}

/** Whether node_modules is what the lockfile says, by npm's own record of what it installed. */
function isInstalled() {
  const wanted = packagesIn('package-lock.json')
  const present = packagesIn(join('node_modules', '.package-lock.json'))
  if (wanted === undefined || present === undefined) return false
  return Object.entries(wanted).every(([path, { version, optional, peer, link }]) => {
    if (path === '' || link) return true
    // Optional packages of other platforms are in the lockfile and never installed.
    return present[path] === undefined ? optional === true || peer === true : present[path].version === version
  })
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch {
    return undefined
  }
}

function install() {
  process.stderr.write('evergrant: installing what is missing (npm ci), about a minute the first time\n')
  const npm = process.env.npm_execpath
  const words = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm, ...words]] : ['npm', words]
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' })
  if (done.status === 0) return
  process.stderr.write(done.stdout ?? '')
  process.stderr.write(done.stderr ?? '')
  fail(
    `npm ci failed${done.error ? `: ${done.error.message}` : ''}`,
    'the lines above say why; then run the command again',
  )
}

function fail(problem, remedy) {
  process.stderr.write(`error: ${problem}\nhint: ${remedy}\n`)
  process.exit(9)
}
