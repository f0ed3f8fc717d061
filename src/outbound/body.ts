import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'

/** The largest body of an answer, in bytes, as received and after decompression. */
export const bodyLimit = 1024 * 1024

/** A body that could not be read: `too_large` beyond the limit, `malformed` if its encoding is broken or unknown. */
export class BodyRefused extends Error {
  readonly kind: 'too_large' | 'malformed'
  constructor(kind: 'too_large' | 'malformed', message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

type Decoder = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

const decoders: Record<string, Decoder> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: async (body, options) => {
    // RFC 9110 section 8.4.1.2 means zlib's format, some servers send the bare stream. zlib's first byte ends in 8.
    const isZlib = ((body[0] ?? 0) & 0x0f) === 8
    return promisify(isZlib ? inflate : inflateRaw)(body, options)
  },
}

/** The text of a body. zlib stops at the limit, so a bomb never unfolds. At most two encodings on top of each other. */
export async function decodeBody(received: Buffer, contentEncoding: string | undefined): Promise<string> {
  const encodings = (contentEncoding ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity')
  if (encodings.length > 2) throw new BodyRefused('malformed', 'more than two content encodings')
  let body = received
  for (const name of encodings.reverse()) {
    // A HEAD or 204 answer names the encoding without having a body.
    if (body.length === 0) break
    const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined
    if (decode === undefined) throw new BodyRefused('malformed', 'an unknown content encoding')
    body = await decode(body, { maxOutputLength: bodyLimit }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ERR_BUFFER_TOO_LARGE'
        ? new BodyRefused('too_large', 'the body is over 1 MiB when decompressed', { cause: error })
        : new BodyRefused('malformed', `the ${name} body is broken`, { cause: error })
    })
  }
  return new TextDecoder().decode(body)
}
