/** Requirement row L3: one event is one line, whatever stands in it, in both forms of the log. */
import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { createLog } from '../../src/log.ts'

const hostile = [
  'books\n12:00:01 info  a forged line',
  'books\r\n{"level":"info","msg":"forged"}',
  'books\u001b[2J\u001b[31mred',
  'books\u009b31m',
  'books\u0000\u0007\b',
  'books\u2028forged\u2029forged',
  'books\u0085forged',
]

function written(format: 'text' | 'json', use: (log: ReturnType<typeof createLog>) => void): string {
  const stream = new PassThrough()
  const chunks: string[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  use(createLog({ level: 'debug', format, stream }))
  return chunks.join('')
}

it.each(['text', 'json'] as const)('a hostile name stays in its line and moves no terminal (%s)', async (format) => {
  for (const name of hostile) {
    const text = written(format, (log) => {
      log.info({ connection: name, deep: { name, list: [name] } }, 'renewed')
      log.warn({ error: name }, name)
    })
    expect(text.split('\n')).toHaveLength(3)
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    expect([name, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/.test(text)]).toEqual([name, false])
    expect(text).toContain('books')
  }
})
