'use strict'
/* Starts the program proper: the bundle when it was built, else the sources. Needs Node 24.18.1, see evergrant.cjs. */
const { existsSync } = require('node:fs')
const { enableCompileCache } = require('node:module')
const { homedir } = require('node:os')
const { isAbsolute, join } = require('node:path')
const { pathToFileURL } = require('node:url')

// Node's default place is in the shared temporary directory, where another user could put code for us to run.
const cache = process.env.XDG_CACHE_HOME ?? ''
enableCompileCache(join(isAbsolute(cache) ? cache : join(homedir(), '.cache'), 'evergrant', 'compile'))

const root = join(__dirname, '..')
const bundle = join(root, 'dist', 'main.mjs')

/**
 * A server becomes the same process once more, with the flags of a server (execve(2): same process id and streams). Not
 * where somebody has chosen a size, and not where the system has no such call.
 */
function asServer() {
  const { serverFlags } = require('./node.cjs')
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? '']
  if (process.platform === 'win32' || process.execve === undefined) return
  if (flags.some((flag) => /semi[-_]space/.test(flag))) return
  const { argv, execArgv, execPath } = process
  process.execve(execPath, [execPath, ...serverFlags, ...execArgv, __filename, ...argv.slice(2)])
}

async function run() {
  const { main } = await import(pathToFileURL(existsSync(bundle) ? bundle : join(root, 'src', 'main.ts')).href)
  process.exitCode = await main(process.argv.slice(2))
}

if (process.argv[2] === 'serve') asServer()
// A rejection is a defect and not caught: Node prints where it happened and exits with 1.
void run()
