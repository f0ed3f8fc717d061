/**
 * The built pages as a browser is sent them. A file is read when first asked for and kept compressed, once for each
 * encoding that was asked for; a file that was built anew is read again.
 */
import { readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

export type PageFile = { type: string; tag: string; body: Buffer; encoding?: Encoding }

type Encoding = 'br' | 'gzip'

/** What the pages are made of. `index.html` is not here: it goes out with a nonce, and only to signed-in people. */
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

/** Compressed already. */
const packed = new Set(['.png', '.woff2'])

/** More than a build has: files of builds before this one make room for those of the last. */
const limit = 400

/** Letters, digits and the signs of a build; no part is `.` or `..`. */
const path = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/

const compress: Record<Encoding, (content: Buffer) => Promise<Buffer>> = {
  // 9 of 11: the last two levels take twenty times as long for a few percent.
  br: (content) => promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (content) => promisify(gzip)(content, { level: 9 }),
}

export type PageFiles = ReturnType<typeof createPageFiles>

export function createPageFiles(directory: string) {
  const kept = new Map<string, PageFile>()

  return {
    /** The file, in the best encoding the browser takes; undefined if there is none of that name. */
    async find(name: string, accepts: string): Promise<PageFile | undefined> {
      const type = types[extname(name)]
      if (type === undefined || !path.test(name)) return undefined
      const file = join(directory, name)
      const facts = await stat(file).catch(() => undefined)
      if (!facts?.isFile()) return undefined
      const encoding = packed.has(extname(name)) ? undefined : encodingOf(accepts)
      const tag = `"${facts.mtimeMs.toString(36)}-${facts.size.toString(36)}"`
      const place = `${encoding ?? ''} ${name}`
      const known = kept.get(place)
      if (known?.tag === tag) return known
      const content = await readFile(file)
      const made =
        encoding === undefined
          ? { type, tag, body: content }
          : { type, tag, body: await compress[encoding](content), encoding }
      if (kept.size >= limit) kept.delete(kept.keys().next().value ?? '')
      kept.set(place, made)
      return made
    },
    /** The document around every page; undefined if the pages were not built. */
    document: (): Promise<string | undefined> => readFile(join(directory, 'index.html'), 'utf8').catch(() => undefined),
  }
}

/** Browsers offer brotli only where nobody in between could trip over it (https and loopback). */
function encodingOf(accepts: string): Encoding | undefined {
  const offered = accepts.split(',').flatMap((part) => {
    const [name = '', weight = ''] = part.split(';')
    return /^\s*q=0(?:\.0*)?\s*$/.test(weight) ? [] : [name.trim().toLowerCase()]
  })
  return (['br', 'gzip'] as const).find((encoding) => offered.includes(encoding))
}
