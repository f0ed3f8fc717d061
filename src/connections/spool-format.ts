/**
 * The bytes of the spool file.
 *
 *     header  "EGSP" | run (4)                                    16 bytes, the rest zero
 *     frame   length (4) | checksum (4) | run (4) | sequence (4) | payload
 *
 * A frame counts only if run and sequence continue what stands before it: after the file was begun anew, remains of an
 * earlier run behind the last frame are noise. Numbers are little-endian.
 */
import { crc32 } from 'node:zlib'

export const HEADER = 16
const FRAME = 16
const MAGIC = 'EGSP'

export function headerOf(run: number): Buffer {
  const header = Buffer.alloc(HEADER)
  header.write(MAGIC, 'latin1')
  header.writeUInt32LE(run, 4)
  return header
}

export function frame(run: number, sequence: number, payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME + payload.length)
  bytes.writeUInt32LE(payload.length, 0)
  bytes.writeUInt32LE(run, 8)
  bytes.writeUInt32LE(sequence, 12)
  payload.copy(bytes, FRAME)
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4)
  return bytes
}

/** Bytes of a file that holds these payloads and nothing else. */
export function sizeOf(payloads: readonly Buffer[]): number {
  return payloads.reduce((size, payload) => size + FRAME + payload.length, HEADER)
}

/** Whole frames from the beginning; the first one that is torn, damaged or of another run ends it. */
export function readJournal(bytes: Buffer): { run: number; payloads: Buffer[] } {
  if (bytes.length < HEADER || bytes.toString('latin1', 0, 4) !== MAGIC) return { run: 0, payloads: [] }
  const run = bytes.readUInt32LE(4)
  const payloads: Buffer[] = []
  let at = HEADER
  while (at + FRAME <= bytes.length) {
    const end = at + FRAME + bytes.readUInt32LE(at)
    if (end === at + FRAME || end > bytes.length) break
    if (bytes.readUInt32LE(at + 8) !== run || bytes.readUInt32LE(at + 12) !== payloads.length) break
    if (crc32(bytes.subarray(at + 8, end)) !== bytes.readUInt32LE(at + 4)) break
    // A copy, so that an entry does not keep the whole file in memory.
    payloads.push(Buffer.from(bytes.subarray(at + FRAME, end)))
    at = end
  }
  return { run, payloads }
}

/** Which renewal an entry belongs to: in clear, because it says with which key the rest is opened. */
export type Head = { connectionId: string; generation: number; fence: number }

/** Head as JSON behind its length (2 bytes), then the sealed answer. */
export function payloadOf({ connectionId, generation, fence }: Head, sealed: Uint8Array): Buffer {
  const head = Buffer.from(JSON.stringify({ connectionId, generation, fence }))
  const length = Buffer.alloc(2)
  length.writeUInt16LE(head.length)
  return Buffer.concat([length, head, sealed])
}

/** Reads what `payloadOf` wrote; the checksum has proved that it is whole. */
export function readPayload(payload: Buffer): { head: Head; sealed: Buffer } {
  const end = 2 + payload.readUInt16LE(0)
  return { head: JSON.parse(payload.toString('utf8', 2, end)) as Head, sealed: payload.subarray(end) }
}
