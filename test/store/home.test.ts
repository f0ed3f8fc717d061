import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { holdHome } from '../../src/store/owner.ts'
import { prepareHome } from '../../src/store/home.ts'
import { loadOrMakeKey } from '../../src/store/key-file.ts'

let parent: string
let home: string

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'evergrant-home-'))
  home = join(parent, 'data')
})

afterEach(() => rmSync(parent, { recursive: true }))

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe('the data directory', () => {
  test('is made for its owner alone', () => {
    prepareHome(home)
    expect(modeOf(home)).toBe('700')
  })

  test('is refused when others can read it, with all faults and their repair at once', () => {
    prepareHome(home)
    const key = join(parent, 'the key')
    for (const path of [join(home, 'evergrant.db'), key]) writeFileSync(path, 'x', { mode: 0o600 })
    prepareHome(home, [key])
    chmodSync(home, 0o755)
    chmodSync(join(home, 'evergrant.db'), 0o640)
    chmodSync(key, 0o604)
    expect(() => prepareHome(home, [key])).toThrow(
      expect.objectContaining({
        code: 'insecure_home',
        remedy: `chmod 700 ${home} && chmod 600 ${home}/evergrant.db && chmod 600 '${key}'`,
      }),
    )
  })
})

describe('the key file', () => {
  const options = { storeExists: false }
  const keyFile = () => join(parent, 'key')

  test('is made at the first start, private, and read at the next', () => {
    const made = loadOrMakeKey(keyFile(), options)
    expect(modeOf(keyFile())).toBe('600')
    expect(readFileSync(keyFile(), 'utf8')).toMatch(/^[\w-]{43}\n$/)
    expect(loadOrMakeKey(keyFile(), { storeExists: true }).current.id).toBe(made.current.id)
  })

  test('is not made anew when a store exists that it would have to open', () => {
    expect(() => loadOrMakeKey(keyFile(), { storeExists: true })).toThrow(
      expect.objectContaining({ code: 'key_missing' }),
    )
    expect(existsSync(keyFile())).toBe(false)
  })

  test('may hold an older key behind the current one', () => {
    const old = loadOrMakeKey(keyFile(), options)
    const text = readFileSync(keyFile(), 'utf8')
    writeFileSync(keyFile(), `${Buffer.alloc(32, 9).toString('base64url')}\n${text}`)
    const ring = loadOrMakeKey(keyFile(), options)
    expect(ring.current.id).not.toBe(old.current.id)
  })

  test.each(['', 'too short\n', `${'A'.repeat(44)}\n`])('with %j in it is refused without quoting it', (text) => {
    writeFileSync(keyFile(), text)
    const attempt = () => loadOrMakeKey(keyFile(), options)
    expect(attempt).toThrow(expect.objectContaining({ code: 'key_wrong' }))
    if (text !== '') expect(attempt).not.toThrow(text.trim())
  })
})

describe('a home', () => {
  beforeEach(() => prepareHome(home))

  test('has one owner at a time', () => {
    const owner = holdHome(home)
    expect(owner).toBeDefined()
    expect(holdHome(home)).toBeUndefined()
    owner?.release()
    const next = holdHome(home)
    expect(next).toBeDefined()
    next?.release()
  })

  test('is free again as soon as its owner was killed', async () => {
    const module = new URL('../../src/store/owner.ts', import.meta.url).href
    const script = `import { holdHome } from ${JSON.stringify(module)}
      console.log(holdHome(${JSON.stringify(home)}) ? 'held' : 'refused')
      setInterval(() => {}, 1000)`
    const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [said] = (await other.stdout.take(1).toArray()) as Buffer[]
    expect(said?.toString()).toBe('held\n')
    expect(holdHome(home)).toBeUndefined()
    const ended = new Promise((resolve) => other.once('exit', resolve))
    other.kill('SIGKILL')
    await ended
    const owner = holdHome(home)
    expect(owner).toBeDefined()
    expect(modeOf(join(home, 'owner.db'))).toBe('600')
    owner?.release()
  })
})
