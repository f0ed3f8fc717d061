/**
 * Live streams of events (server-sent events, https://html.spec.whatwg.org/multipage/server-sent-events.html). A
 * stream lives as long as what let its reader in: a session or a key. One that reads too slowly is dropped, and comes
 * back by itself with the id of the last event it has.
 */
import type { ServerResponse } from 'node:http'
import type { EventOnWire } from '../api/event.ts'
import { EvergrantError } from '../errors.ts'

export type StreamOptions = {
  /** Who reads: the streams of one reader are counted and ended together. */
  reader: string
  /** Whether the reader may go on. */
  lives(): Promise<boolean>
  /** Begins to send; gives the way to stop. */
  start(send: (event: EventOnWire) => void): () => void
  /** Some events were missed and are not told here. */
  gap: boolean
}

/** Browsers open six connections to a server at most: two stay free for calls. */
const ofOneReader = 4
const altogether = 200
/** Proxies cut what is silent for longer. */
const beatMs = 15_000
/** What a reader may leave unread, in bytes. */
const unreadLimit = 256 * 1024
/** How long a browser waits before it comes back. */
const retryMs = 2_000

export type Streams = ReturnType<typeof createStreams>

export function createStreams() {
  const open = new Map<() => void, string>()

  return {
    /** Throws `too_many_requests` where there are too many streams. */
    assertRoom(reader: string): void {
      const own = [...open.values()].filter((one) => one === reader).length
      if (own < ofOneReader && open.size < altogether) return
      throw new EvergrantError('too_many_requests', {
        detail: own < ofOneReader ? 'too many event streams are open' : `you have ${own} event streams open`,
        remedy: 'close a page or a program that listens, or ask without the stream',
        retryAfterSeconds: 30,
      })
    },
    serve(
      response: ServerResponse,
      headers: Readonly<Record<string, string>>,
      { reader, lives, start, gap }: StreamOptions,
    ): void {
      response.writeHead(200, {
        ...headers,
        'content-type': 'text/event-stream; charset=utf-8',
        // nginx gathers answers otherwise.
        'x-accel-buffering': 'no',
      })
      const write = (text: string) => {
        response.write(text)
        if (response.writableLength > unreadLimit) end()
      }
      const beat = setInterval(() => {
        write(': alive\n\n')
        void lives().then(
          (may) => (may ? undefined : end()),
          // The store is away: nobody was refused.
          () => undefined,
        )
      }, beatMs).unref()
      let stop = () => {}
      const end = () => {
        if (!open.delete(end)) return
        clearInterval(beat)
        stop()
        if (response.writableLength > unreadLimit) response.destroy()
        else response.end()
      }
      open.set(end, reader)
      response.on('close', end)
      write(`retry: ${retryMs}\n${gap ? 'event: gap\ndata: {}\n' : ''}\n`)
      stop = start((event) => write(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`))
    },
    /** Ends the streams of a reader who was signed out or revoked. */
    endOf(reader: string): void {
      for (const [end, one] of open) if (one === reader) end()
    },
    endAll(): void {
      for (const end of open.keys()) end()
    },
  }
}
