/** `npm start -- [options of serve]`: set-up, then the server in this process or, under an old Node, in its child. */
import { createRequire } from 'node:module'
import { setUp } from './setup.mjs'

setUp()
process.argv.splice(2, 0, 'serve')
createRequire(import.meta.url)('../bin/evergrant.cjs')
