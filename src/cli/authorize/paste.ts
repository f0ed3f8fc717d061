/**
 * The line a person pastes while the browser is elsewhere. The prompt counts the remaining time down and stays on its
 * line; what was typed so far is kept.
 */
import { createInterface } from 'node:readline'
import type { Io } from '../io.ts'

export type PastePrompt = {
  /** The next line that is not empty; never settles after `close`. */
  line(): Promise<string>
  close(): void
}

/** `remaining` gives milliseconds; `cancel` is called for Ctrl-C, which a terminal in raw mode no longer signals. */
export function openPastePrompt(io: Io, remaining: () => number, cancel: () => void): PastePrompt {
  const reader = createInterface({ input: io.stdin, output: io.stderr, terminal: io.isTTY.stdin, historySize: 0 })
  const waiting: ((line: string) => void)[] = []
  const lines: string[] = []
  const show = (): void => {
    reader.setPrompt(`paste the address (${clock(remaining())} left): `)
    reader.prompt(true)
  }
  reader.on('line', (text) => {
    const line = text.trim()
    if (line === '') show()
    else if (waiting.length > 0) waiting.shift()?.(line)
    else lines.push(line)
  })
  reader.on('SIGINT', cancel)
  show()
  const ticking = setInterval(show, 1_000)
  return {
    line: () =>
      new Promise((resolve) => {
        const ready = lines.shift()
        if (ready === undefined) waiting.push(resolve)
        else resolve(ready)
      }),
    close: () => {
      clearInterval(ticking)
      reader.close()
      if (io.isTTY.stderr) io.stderr.write('\r\u001b[K')
    },
  }
}

/** `9:58`. */
function clock(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
