/**
 * Bundles the server with the command line (dist/main.mjs and chunks that load when needed) and the fast path of
 * `evergrant token` (dist/token.cjs, for Node 20 and up), and the pages (dist/web). Does nothing when the sources are those of the last build.
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const recordFile = join(dist, '.build.json')

/** What is bundled in place of parts that would only cost memory. */
const instead = {
  undici: 'undici-parts.mjs',
  '@fastify/ajv-compiler': 'no-compiler.cjs',
  '@fastify/fast-json-stringify-compiler': 'no-compiler.cjs',
}
const smallerParts = {
  name: 'smaller-parts',
  resolveId: (name) => (Object.hasOwn(instead, name) ? join(root, 'scripts', instead[name]) : null),
}

// Minified for memory, not for size on disk: the text of loaded code stays in the heap (8 MB less when idle). Names are
// kept and maps written, so that a defect can still be read.
const output = { dir: dist, minify: true, keepNames: true, sourcemap: true }

const bundles = [
  {
    input: { main: join(root, 'src/main.ts') },
    output: { ...output, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'chunks/[name]-[hash].mjs' },
    // Finds its helper script beside its own file.
    external: ['open'],
    plugins: [smallerParts],
  },
  {
    input: { token: join(root, 'src/cli/token-fast.ts') },
    output: { ...output, format: 'cjs', entryFileNames: '[name].cjs' },
    transform: { target: 'node20' },
  },
]

/** Digest of everything a bundle is made from. */
function digest() {
  const hash = createHash('sha256')
  const files = globSync(
    ['src/**/*', 'web/*.*', 'web/{src,public}/**/*', 'package.json', 'package-lock.json', 'scripts/*.mjs'],
    {
      cwd: root,
      withFileTypes: true,
    },
  )
  for (const file of files
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()) {
    hash.update(`${file}\0`).update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

function lastBuild() {
  try {
    return JSON.parse(readFileSync(recordFile, 'utf8'))
  } catch {
    return { digest: '', files: [] }
  }
}

/** The pages: what a browser gets is built apart, into dist/web. */
async function buildPages() {
  const { build: buildWeb } = await import('vite')
  await buildWeb({ configFile: join(root, 'web/vite.config.ts'), logLevel: 'error' })
  return readdirSync(join(dist, 'web'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dist.length + 1))
}

const last = lastBuild()
const current = digest()
if (last.digest !== current) {
  mkdirSync(dist, { recursive: true })
  const files = []
  for (const bundle of bundles.filter(({ input }) => Object.values(input).every((file) => existsSync(file)))) {
    const { output } = await build({ ...bundle, platform: 'node', logLevel: 'warn' })
    files.push(...output.map((file) => file.fileName))
  }
  files.push(...(await buildPages()))
  // The chunks of the last build stay: a server that runs from it may not have loaded all of them yet.
  const kept = new Set([...files, ...last.files, '.build.json'])
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && !kept.has(path.slice(dist.length + 1))) rmSync(path)
  }
  writeFileSync(recordFile, JSON.stringify({ digest: current, files }))
}
