/**
 * The world as a command sees it. `main.ts` gives the process's own streams, tests give pipes; no command touches
 * `process` itself.
 */
import type { Readable, Writable } from 'node:stream'

export type Io = {
  stdin: Readable
  stdout: Writable
  stderr: Writable
  env: Readonly<Record<string, string | undefined>>
  /** Which of the three streams are terminals. */
  isTTY: { stdin: boolean; stdout: boolean; stderr: boolean }
  /** Epoch milliseconds. */
  now(): number
  /** Aborted when the person presses Ctrl-C; without it SIGINT of the process is listened to where a command waits. */
  interrupted?: AbortSignal
  /** Where Linux shows its processes; /proc unless given. */
  proc?: string
}

/** Whether questions may be asked: both ends of the conversation are a person's. */
export function canAsk(io: Io): boolean {
  return io.isTTY.stdin && io.isTTY.stderr
}

/** Everything on standard input, as text. */
export async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array | string))
  return Buffer.concat(chunks).toString('utf8')
}
