/**
 * The data directory. Database, key, spool and socket lie in it; nobody but the owner of the process may read it.
 */
import { lstatSync, mkdirSync, readdirSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { EvergrantError, type Fault } from '../errors.ts'

/**
 * Makes the directory (mode 0700) and sees to it that all files of this process are private from now on. Throws
 * `insecure_home` with every fault at once.
 *
 * @param others files outside of the directory that must be private as well: the key
 */
export function prepareHome(home: string, others: readonly string[] = []): void {
  // Threads share the process's mask and may not set it.
  if (isMainThread) process.umask(0o077)
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const faults = homeFaults(home, others)
  if (faults.length === 0) return
  throw new EvergrantError('insecure_home', {
    detail: faults.map(({ path, problem }) => `${path} ${problem}`).join('; '),
    remedy: faults.map(({ remedy }) => remedy).join(' && '),
    faults,
  })
}

/** What is wrong with owner and modes, each with the command that repairs it. Empty where the system has no owners. */
export function homeFaults(home: string, others: readonly string[] = []): Required<Fault>[] {
  const user = process.geteuid?.()
  if (user === undefined) return []
  const directory = lstatSync(home)
  const faults = faultsOf(home, directory, user, '700')
  for (const path of [...filesIn(home), ...others]) {
    const file = lstatSync(path, { throwIfNoEntry: false })
    if (file?.isFile()) faults.push(...faultsOf(path, file, user, '600'))
    else if (file?.isDirectory()) faults.push(...faultsOf(path, file, user, '700'))
  }
  return faults
}

/** The directory's entries, and those of the directories in it. */
function filesIn(home: string): string[] {
  return readdirSync(home, { withFileTypes: true }).flatMap((entry) => {
    const path = join(home, entry.name)
    return entry.isDirectory() ? [path, ...readdirSync(path).map((name) => join(path, name))] : [path]
  })
}

function faultsOf(path: string, { mode, uid }: Stats, user: number, wanted: '600' | '700'): Required<Fault>[] {
  const faults: Required<Fault>[] = []
  if (uid !== user) {
    faults.push({ path, problem: `belongs to user ${uid}, not to ${user}`, remedy: `chown ${user} ${quoted(path)}` })
  }
  if ((mode & 0o077) !== 0) {
    const is = (mode & 0o777).toString(8)
    faults.push({ path, problem: `can be used by others (mode ${is})`, remedy: `chmod ${wanted} ${quoted(path)}` })
  }
  return faults
}

/** For a shell: people copy these commands. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
