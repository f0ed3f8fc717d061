/**
 * Whether a crash would write the memory of a process, with its key and tokens, to disk. Linux tells by files: the soft
 * limit in /proc/PID/limits decides (core(5)), and systemd starts services with none (systemd, docs/COREDUMP.md).
 */
import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

export type Dumps = { on: boolean; of: 'server'; pid: string } | { on: boolean; of: 'shell' }

/** `socket`: where a server listens, else the limits of this process are looked at. Undefined: nobody can tell. */
export async function coreDumps(proc: string, socket: string | undefined): Promise<Dumps | undefined> {
  const pid = socket === undefined ? 'self' : await listenerAt(proc, socket)
  if (pid === undefined) return undefined
  const soft = /^Max core file size +(\S+)/m.exec(await textOf(join(proc, pid, 'limits')))?.[1]
  if (soft === undefined) return undefined
  const on = soft !== '0' && !(await dropsAll(proc))
  return socket === undefined ? { on, of: 'shell' } : { on, of: 'server', pid }
}

/** `|/bin/false` is how systemd switches dumps off for the whole machine; a pipe to a program that keeps nothing. */
async function dropsAll(proc: string): Promise<boolean> {
  return /^\|\s*\S*\/(false|true)\s*$/.test(await textOf(join(proc, 'sys/kernel/core_pattern')))
}

/** The process that listens on a Unix socket (proc(5): /proc/net/unix has its inode, the process a link to that). */
async function listenerAt(proc: string, socket: string): Promise<string | undefined> {
  const lines = (await textOf(join(proc, 'net/unix'))).split('\n')
  const found = lines.map((line) => /^\S+: \S+ \S+ (\S+) \S+ \S+ +(\d+) (.+)$/.exec(line) ?? [])
  // The flag says that it listens (__SO_ACCEPTCON); those of its clients have the same path.
  const inode = found.find(([, flags, , path]) => flags === '00010000' && path === socket)?.[2]
  if (inode === undefined) return undefined
  for (const pid of (await readdir(proc)).filter((name) => /^\d+$/.test(name)))
    if (await holds(join(proc, pid, 'fd'), `socket:[${inode}]`)) return pid
  return undefined
}

/** Processes of others, and those that just ended, show nothing. */
async function holds(directory: string, link: string): Promise<boolean> {
  const names = await readdir(directory).catch(() => [])
  const links = await Promise.all(names.map((name) => readlink(join(directory, name)).catch(() => '')))
  return links.includes(link)
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}
