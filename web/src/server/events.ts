/**
 * What the server tells by itself: every event says which answers are stale. One stream serves all tabs of a browser, as
 * a session has few: the tab that holds the lock listens and tells the others.
 */
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'

/** `listening` is said to tabs that come later and when it changes. */
type Word = { kind: 'event' } | { kind: 'anew' } | { kind: 'listening'; is: boolean } | { kind: 'who' }

const room = 'evergrant-events'
/** A restart of the server is shorter than this. */
const patienceMs = 5000
/** Events that come closer together are one reading anew: a list of a thousand is not read for each of them. */
const burstMs = 1000
/** Without a stream what is shown is read anew this often. */
const pollMs = 10_000

/** Keeps what is shown fresh; false while the server does not tell of changes by itself. */
export function useServerEvents(): boolean {
  const client = useQueryClient()
  const [isLive, setLive] = useState(true)
  useEffect(() => {
    const ending = new AbortController()
    // Browsers have locks under https and on this machine; elsewhere each tab listens for itself.
    const others = 'locks' in navigator ? new BroadcastChannel(room) : undefined
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel stays within its origin
    const say = (word: Word) => others?.postMessage(word)
    let listening: boolean | undefined
    let reading: ReturnType<typeof setTimeout> | undefined
    let lastRead = 0
    const readSoon = () => {
      reading ??= setTimeout(
        () => {
          reading = undefined
          lastRead = Date.now()
          stale(client)
        },
        Math.max(0, lastRead + burstMs - Date.now()),
      )
    }
    const hear = (word: Word) => {
      if (word.kind === 'event') readSoon()
      if (word.kind === 'anew') void client.invalidateQueries()
      if (word.kind === 'listening') setLive(word.is)
    }
    const tell = (word: Word) => {
      if (word.kind === 'listening') listening = word.is
      hear(word)
      say(word)
    }
    others?.addEventListener('message', ({ data }: MessageEvent<Word>) => {
      if (data.kind !== 'who') hear(data)
      else if (listening !== undefined) say({ kind: 'listening', is: listening })
    })
    say({ kind: 'who' })
    const work = () => listen(tell, ending.signal)
    if (others === undefined) void work()
    // Ends by the signal while it waits for its turn.
    else void navigator.locks.request(room, { signal: ending.signal }, work).catch(() => undefined)
    return () => {
      ending.abort()
      clearTimeout(reading)
      others?.close()
    }
  }, [client])
  useEffect(() => {
    if (isLive) return
    const timer = setInterval(() => void client.invalidateQueries(), pollMs)
    return () => clearInterval(timer)
  }, [isLive, client])
  return isLive
}

function stale(client: QueryClient): void {
  for (const name of ['connections', 'events', 'authorizations']) void client.invalidateQueries({ queryKey: [name] })
}

/** Listens until it is ended. The browser opens a broken stream again; one that was refused is asked for again here. */
async function listen(tell: (word: Word) => void, signal: AbortSignal): Promise<void> {
  let lost: ReturnType<typeof setTimeout> | undefined
  let again: ReturnType<typeof setTimeout> | undefined
  let stream: EventSource | undefined
  const open = () => {
    stream = new EventSource('/v1/events')
    stream.addEventListener('message', () => tell({ kind: 'event' }))
    stream.addEventListener('open', () => {
      clearTimeout(lost)
      lost = undefined
      tell({ kind: 'listening', is: true })
      // Whatever was missed while the stream was away is read anew.
      tell({ kind: 'anew' })
    })
    stream.addEventListener('error', () => {
      lost ??= setTimeout(() => tell({ kind: 'listening', is: false }), patienceMs)
      if (stream?.readyState === EventSource.CLOSED) again = setTimeout(open, pollMs)
    })
  }
  if (signal.aborted) return
  open()
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  stream?.close()
  clearTimeout(lost)
  clearTimeout(again)
}
