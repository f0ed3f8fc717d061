#!/usr/bin/env node
'use strict'
/*
 * The launcher: plain CommonJS that any Node from 20 up runs. `token` is tried first by a small bundle that needs no
 * newer Node; everything else, and whatever the bundle leaves, is done by `main.cjs` on Node 24.18.1 or newer: this
 * one, or the one the project brings along. Jobs start this file all day, so it loads nothing before it is needed.
 */
if (process.argv[2] === 'token') {
  void token()
} else {
  launch()
}

async function token() {
  const code = await fastToken()
  if (code === undefined) launch()
  else process.exitCode = code
}

/** The exit code, or undefined when this is not the plain case of a running server that has the token. */
async function fastToken() {
  let bundle
  try {
    bundle = require('../dist/token.cjs')
  } catch {
    return undefined // not built: a working copy
  }
  return bundle.tryToken(process.argv.slice(2), process.env)
}

function launch() {
  const { findNode, isNewEnough } = require('./node.cjs')
  if (isNewEnough(process.versions.node)) {
    require('./main.cjs')
    return
  }
  const node = findNode()
  if (node === undefined) {
    process.stderr.write(
      `error: Evergrant needs Node 24.18.1 or newer, and this is Node ${process.versions.node}\n` +
        'hint: install a newer Node; on Linux x64 `npm install --include=optional` brings one along\n',
    )
    process.exitCode = 9
    return
  }
  runWith(node)
}

/** Runs the same command line under another Node and ends as it ends: same streams, signals and exit code. */
function runWith(node) {
  const { spawn } = require('node:child_process')
  const { join } = require('node:path')
  const child = spawn(node, [join(__dirname, 'main.cjs'), ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to both processes; passed on, the child would count it twice and stop without care.
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !terminal) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    process.stderr.write(`error: ${node} cannot be started: ${error.message}\nhint: install Node 24.18.1 or newer\n`)
    process.exitCode = 9
  })
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code
      return
    }
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
