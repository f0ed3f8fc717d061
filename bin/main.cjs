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

async function run() {
  const { main } = await import(pathToFileURL(existsSync(bundle) ? bundle : join(root, 'src', 'main.ts')).href)
  process.exitCode = await main(process.argv.slice(2))
}

// A rejection is a defect and not caught: Node prints where it happened and exits with 1.
void run()
