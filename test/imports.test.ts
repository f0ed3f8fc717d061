import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

/**
 * Which room may import from which; `type` means types only. Everybody may use the files that lie in no room (errors,
 * secrets, ports); `main.ts` may use all.
 */
const arrows: Record<string, Record<string, 'all' | 'type'>> = {
  none: {},
  oauth: {},
  outbound: {},
  config: { failpoints: 'all' },
  api: {},
  provider: { oauth: 'all', providers: 'all' },
  providers: { provider: 'type' },
  redirect: { oauth: 'all' },
  store: { oauth: 'type' },
  connections: { oauth: 'all', store: 'all', provider: 'all', outbound: 'type', redirect: 'all' },
  server: { api: 'all', connections: 'all', provider: 'all', store: 'type', redirect: 'all' },
  cli: { api: 'all', redirect: 'all', config: 'all' },
  failpoints: { connections: 'type', store: 'type' },
  rehearsal: { provider: 'type', providers: 'all', oauth: 'type' },
}

type Import = { from: string; to: string; text: string; typeOnly: boolean }

const sources = globSync('src/**/*.ts').map((path) => ({ path, text: readFileSync(path, 'utf8') }))

const imports: Import[] = sources.flatMap(({ path, text }) =>
  [...text.matchAll(/^(?:import|export)\b[^'"`;]*?from '([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm)].map((found) => {
    const to = found[1] ?? found[2] ?? ''
    const named = /^(?:import|export)\s*\{([^}]*)\}/.exec(found[0])?.[1]?.split(',')
    const allTypes = named?.every((name) => /^\s*(?:type\s|$)/.test(name)) ?? false
    return {
      from: path,
      to: to.startsWith('.') ? normalize(join(dirname(path), to)) : to,
      text: found[0],
      typeOnly: /^(?:import|export) type/.test(found[0]) || allTypes,
    }
  }),
)

/** `none` for the files directly in src. */
const roomOf = (path: string): string => (path.split('/').length > 2 ? (path.split('/')[1] ?? 'none') : 'none')

describe('the rooms', () => {
  it('import one way only', () => {
    const wrong = imports
      .filter(({ from, to }) => from !== 'src/main.ts' && to.startsWith('src/') && roomOf(from) !== roomOf(to))
      .filter(({ to }) => roomOf(to) !== 'none' || to === 'src/main.ts')
      .filter(({ from, to, typeOnly }) => {
        const allowed = arrows[roomOf(from)]?.[roomOf(to)]
        return allowed === undefined || (allowed === 'type' && !typeOnly)
      })
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([])
  })

  it('know a database driver in one file, and that store in main.ts alone', () => {
    for (const driver of ['node:sqlite', 'pg']) {
      const users = imports.filter(({ to }) => to === driver).map(({ from }) => from)
      expect(new Set(users).size, driver).toBe(1)
    }
    const stores = ['src/store/sqlite.ts', 'src/store/postgres.ts']
    const users = imports.filter(({ from, to }) => stores.includes(to) && roomOf(from) !== 'store')
    expect(users.filter(({ from }) => from !== 'src/main.ts').map(({ from }) => from)).toEqual([])
  })

  it('name no provider outside providers/', () => {
    const ids = globSync('src/providers/*.ts')
      .map((path) => basename(path, '.ts'))
      .filter((name) => !name.includes('.') && name !== 'index' && name !== 'examples')
    const wrong = sources
      .filter(({ path }) => roomOf(path) !== 'providers')
      .flatMap(({ path, text }) => {
        const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
        return ids.filter((id) => code.includes(`'${id}'`) || code.includes(`/${id}.ts'`)).map((id) => `${path}: ${id}`)
      })
    expect(wrong).toEqual([])
  })
})
