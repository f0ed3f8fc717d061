/**
 * A backup of a data directory whose store is SQLite: a snapshot of the database and the files beside it, the journal of
 * received answers among them, sealed and read back before anybody is told that it is there.
 *
 * The snapshot is taken by this process over the running server's head (`VACUUM INTO` reads one state and waits for
 * nobody). The other files are copied after it: an answer that arrived in between is then in both or in the journal.
 */
import { createHash, randomBytes } from 'node:crypto'
import { copyFile, link, mkdir, mkdtemp, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { EvergrantError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import {
  BackupReader,
  BackupWriter,
  unusable,
  wrappingPlace,
  type BackupHead,
  type BackupList,
} from './backup-format.ts'
import { linesOf, plainCover, readKeyFile, writeKeyFile } from './key-file.ts'
import { checkedParameters, keyFromPassphrase, newParameters } from './passphrase.ts'
import { keyIdOf, place, SealBroken, SealKey, type KeyRing } from './seal.ts'
import { openSqliteFile, storeError, type SqliteFile } from './sqlite-file.ts'

const DATABASE = 'evergrant.db'
const KEY = 'key'
/** How long a lock on the database is waited for. */
const WAIT_MS = 10_000

export type BackupOptions = {
  home: string
  database: string
  keyFile: string
  keys: KeyRing
  version: string
  /** Seals the backup in place of the installation's key. */
  passphrase?: Secret
  /** Puts the keys themselves into it. Only with a passphrase. */
  withKey: boolean
  now: number
  /** Called when it is whole and read back, before it has its name. What it throws, the backup ends with. */
  before(facts: BackupFacts): Promise<void>
}

type BackupFacts = { bytes: number; connections: number; files: string[]; sealedBy: string; withKey: boolean }

/** Writes the backup to `target`, which must not exist, whole or not at all. */
export async function writeBackup(options: BackupOptions, target: string): Promise<BackupFacts> {
  const { home } = options
  if ((await stat(target).catch(() => undefined)) !== undefined) {
    throw new EvergrantError('invalid_request', { detail: `${target} exists`, remedy: 'name a new file' })
  }
  const work = await mkdtemp(join(home, 'backup-'))
  const draft = `${resolve(target)}.part`
  try {
    const connections = await snapshot(options, join(work, DATABASE))
    await rm(draft, { force: true })
    const facts = await seal(options, work, draft, connections)
    await readBack(options, draft, work)
    await options.before(facts)
    await link(draft, target)
    await syncDirectory(dirname(resolve(target)))
    return facts
  } catch (error) {
    throw diskError(error, target)
  } finally {
    await rm(draft, { force: true })
    await rm(work, { recursive: true, force: true })
  }
}

/** One state of the database, closed until it is adopted wherever it is opened. Gives the number of connections. */
async function snapshot({ database, keys }: BackupOptions, file: string): Promise<number> {
  if ((await stat(database).catch(() => undefined)) === undefined) {
    throw new EvergrantError('invalid_request', {
      detail: `there is no database at ${database}`,
      remedy: 'name the data directory with --home',
    })
  }
  const source = openSqliteFile(database, WAIT_MS)
  try {
    source.prepare('vacuum into ?').run(file)
  } catch (error) {
    throw storeError(error)
  } finally {
    source.close()
  }
  const copy = openSqliteFile(file, 0)
  try {
    const away = JSON.stringify({ file: 'a backup', machine: 'a backup' })
    copy.prepare('update installation set adopted_on = ?').run(away)
    return examine(copy, keys, 'the database')
  } finally {
    copy.close()
  }
}

/** Throws unless the file is whole and the key opens it. */
function examine(file: SqliteFile, keys: KeyRing, name: string): number {
  const [verdict] = Object.values(file.prepare('pragma integrity_check(1)').get() ?? {})
  if (verdict !== 'ok') throw unusable(name, `SQLite finds it damaged: ${String(verdict)}`)
  const row = file.prepare('select id, key_check from installation').get()
  if (row === undefined) throw unusable(name, 'it holds no store')
  const [id, check] = [String(row['id']), row['key_check'] as Uint8Array] // as the schema has it
  try {
    keys.open(check, place('installation', id, 'key_check'))
  } catch (cause) {
    if (!(cause instanceof SealBroken)) throw cause
    throw wrongKey(name, keyIdOf(check), keys)
  }
  return Number(Object.values(file.prepare('select count(*) from connection').get() ?? {})[0])
}

function wrongKey(name: string, id: string, keys: KeyRing): EvergrantError {
  return new EvergrantError('key_wrong', {
    detail: `${name} needs key ${id}, and here is ${keys.ids.join(', ')}`,
    remedy: 'put the copy of that key into the key file, as a line of its own',
  })
}

async function seal(options: BackupOptions, work: string, draft: string, connections: number): Promise<BackupFacts> {
  const { home, keys, passphrase, withKey, version, now } = options
  const sources = [join(work, DATABASE), ...(await companions(options, work))]
  if (withKey) {
    writeKeyFile(join(work, KEY), keys.bytesOf(keys.ids), plainCover)
    sources.push(join(work, KEY))
  }
  const opened: { name: string; handle: FileHandle; size: number; sha256: string }[] = []
  const file = await open(draft, 'wx', 0o600)
  try {
    for (const path of sources) {
      const handle = await openOrGone(path)
      // What a running server had not stored yet, and has stored and removed since.
      if (handle === undefined) continue
      const name = path.startsWith(work) ? basename(path) : relative(home, path)
      const { size } = await handle.stat()
      opened.push({ name, handle, size, sha256: await digest(handle, size) })
    }
    const bytes = randomBytes(32)
    const key = new SealKey(bytes)
    const scrypt = passphrase === undefined ? undefined : newParameters()
    const wrapping =
      passphrase === undefined || scrypt === undefined
        ? keys.current
        : await keyFromPassphrase(passphrase.open(), scrypt)
    const head: BackupHead = {
      made_at: now,
      version,
      by: scrypt === undefined ? 'key' : 'passphrase',
      ...(scrypt === undefined ? { key: keys.current.id } : { scrypt }),
      wrapped: Buffer.from(wrapping.seal(bytes, wrappingPlace(now))).toString('base64url'),
    }
    bytes.fill(0)
    const writer = new BackupWriter(file, head, key)
    await writer.begin({ files: opened.map(({ name, size, sha256 }) => ({ name, size, sha256 })), connections })
    for (const { handle, size } of opened) await writer.add(handle, size)
    await file.sync()
    return {
      bytes: writer.bytes,
      connections,
      files: opened.map(({ name }) => name),
      sealedBy: head.key === undefined ? 'a passphrase' : `key ${head.key}`,
      withKey,
    }
  } finally {
    await file.close()
    for (const { handle } of opened) await handle.close()
  }
}

/** undefined if there is no such file any more. */
function openOrGone(path: string): Promise<FileHandle | undefined> {
  return open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

/** Files of the data directory that belong to the store; what a process makes for its own life is not among them. */
async function companions({ home, database, keyFile }: BackupOptions, work: string): Promise<string[]> {
  const left = new Set(
    [database, `${database}-wal`, `${database}-shm`, `${database}-journal`, keyFile, join(home, KEY)].map((path) =>
      resolve(path),
    ),
  )
  const entries = await readdir(home, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !left.has(resolve(path)) && !path.startsWith(work) && !isPassing(relative(home, path)))
    .toSorted((a, b) => (a < b ? -1 : 1))
}

/** Lock of the process, half-written files, the work of other backups. */
function isPassing(name: string): boolean {
  return /^owner\.db|\.new$|\.part$|^backup-|^restore-|^key\.[0-9a-f]{12}$/.test(name)
}

/** Everything is opened once more, and the database examined, before the file gets its name. */
async function readBack(options: BackupOptions, draft: string, work: string): Promise<void> {
  const file = await open(draft, 'r')
  try {
    const into = join(work, 'again')
    await unpack(file, draft, into, options)
    const copy = openSqliteFile(join(into, DATABASE), 0)
    try {
      examine(copy, options.keys, 'what was written')
    } finally {
      copy.close()
    }
  } finally {
    await file.close()
  }
}

/** Writes the files of a backup into a new directory. */
async function unpack(
  file: FileHandle,
  name: string,
  into: string,
  { keys, passphrase }: { keys?: KeyRing; passphrase?: Secret },
): Promise<BackupList> {
  const reader = await BackupReader.open(file, name)
  const key = await contentKey(reader.head, name, keys, passphrase)
  const list = await reader.list(key)
  await mkdir(into, { mode: 0o700 })
  for (const wanted of list.files) {
    const path = join(into, wanted.name)
    if (relative(into, path).startsWith('..')) throw unusable(name, 'a file in it leads outside')
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const out = await open(path, 'wx', 0o600)
    try {
      await reader.take(key, wanted, (piece) => out.writeFile(piece))
      await out.sync()
    } finally {
      await out.close()
    }
  }
  await reader.end()
  return list
}

async function contentKey(head: BackupHead, name: string, keys: KeyRing | undefined, passphrase: Secret | undefined) {
  const blob = Buffer.from(head.wrapped, 'base64url')
  const opened = (bytes: Buffer): SealKey => {
    const key = new SealKey(bytes)
    bytes.fill(0)
    return key
  }
  try {
    if (head.by === 'passphrase') {
      const parameters = checkedParameters({ ...head.scrypt })
      if (parameters === undefined) throw unusable(name, 'its first line is damaged')
      if (passphrase === undefined) {
        throw new EvergrantError('missing_value', {
          detail: `the backup ${name} is sealed with a passphrase`,
          remedy: 'give it with --passphrase-file FILE',
        })
      }
      return opened((await keyFromPassphrase(passphrase.open(), parameters)).open(blob, wrappingPlace(head.made_at)))
    }
    if (keys === undefined)
      throw new EvergrantError('key_missing', { detail: `the backup ${name} needs key ${head.key}` })
    if (head.key === undefined || !keys.has(head.key)) throw wrongKey(`the backup ${name}`, String(head.key), keys)
    return opened(keys.open(blob, wrappingPlace(head.made_at)))
  } catch (cause) {
    if (!(cause instanceof SealBroken)) throw cause
    if (head.by === 'passphrase') throw unusable(name, 'this passphrase does not open it', cause)
    throw unusable(name, 'its first line is damaged', cause)
  }
}

export type RestoreOptions = {
  home: string
  database: string
  keyFile: string
  /** The installation's keys, if they are here. */
  keys: () => Promise<KeyRing>
  /** Whether the key comes from the key file, which may be written. */
  keyFromFile: boolean
  passphrase?: Secret
}

type RestoreFacts = { madeAt: number; connections: number; files: string[]; wroteKey: boolean }

/** Puts a backup into an empty data directory, whole or not at all. It stays closed until it is adopted. */
export async function restoreBackup(options: RestoreOptions, name: string): Promise<RestoreFacts> {
  const { home, database, keyFile, keyFromFile, passphrase } = options
  const foreign = (await readdir(home)).filter(
    (entry) => !entry.startsWith('owner.db') && join(home, entry) !== keyFile,
  )
  const there = (await stat(database).catch(() => undefined)) !== undefined
  if (foreign.length > 0 || there) {
    throw new EvergrantError('invalid_request', {
      detail: `${there ? database : home} is not empty${foreign.length > 0 ? `: ${foreign.slice(0, 5).join(', ')}` : ''}`,
      remedy: 'restore into a new directory (--home), or move the old one away first',
    })
  }
  const file = await open(name, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw unusable(name, cause.code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${cause.code})`, cause)
  })
  const work = await mkdtemp(join(home, 'restore-'))
  try {
    const { head } = await BackupReader.open(file, name)
    const hasKey = !keyFromFile || readKeyFile(keyFile) !== undefined
    const keys = hasKey ? await options.keys() : undefined
    const into = join(work, 'all')
    const list = await unpack(file, name, into, {
      ...(keys === undefined ? {} : { keys }),
      ...(passphrase === undefined ? {} : { passphrase }),
    })
    const inside = readKeyFile(join(into, KEY))
    if (keys === undefined && inside === undefined) {
      throw new EvergrantError('key_missing', {
        detail: `the backup ${name} does not hold the key of the store, and there is none at ${keyFile}`,
        remedy: 'put the copy of the key there first',
      })
    }
    if (keys === undefined && inside !== undefined) writeKeyFile(keyFile, plainCover.open(linesOf(inside)), plainCover)
    const copy = openSqliteFile(join(into, DATABASE), 0)
    try {
      examine(copy, await options.keys(), `the backup ${name}`)
    } finally {
      copy.close()
    }
    await rm(join(into, KEY), { force: true })
    // The database last: without it the directory counts as empty of a store.
    for (const entry of await readdir(into)) {
      if (entry !== DATABASE) await move(join(into, entry), join(home, entry))
    }
    await move(join(into, DATABASE), database)
    await syncDirectory(home)
    return {
      madeAt: head.made_at,
      connections: list.connections,
      files: list.files.map((one) => one.name),
      wroteKey: keys === undefined,
    }
  } catch (error) {
    throw diskError(error, home)
  } finally {
    await file.close()
    await rm(work, { recursive: true, force: true })
  }
}

/** Also to another file system: either nothing or all of it is seen under the new name. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error
    await copyFile(from, `${to}.part`)
    await rename(`${to}.part`, to)
  }
}

async function digest(file: FileHandle, size: number): Promise<string> {
  const hash = createHash('sha256')
  const piece = Buffer.alloc(1024 * 1024)
  for (let at = 0; at < size;) {
    const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, size - at), at)
    if (bytesRead === 0) break
    hash.update(piece.subarray(0, bytesRead))
    at += bytesRead
  }
  return hash.digest('hex')
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function diskError(error: unknown, where: string): unknown {
  if (!(error instanceof Error) || error instanceof EvergrantError || !('code' in error)) return error
  if (error.code === 'EEXIST') {
    return new EvergrantError('invalid_request', { detail: `${where} exists`, remedy: 'name a new file', cause: error })
  }
  const full = error.code === 'ENOSPC' || error.code === 'EDQUOT'
  return new EvergrantError(full ? 'storage_full' : 'store_unavailable', {
    detail: `${where} cannot be written (${String(error.code)})`,
    remedy: 'give a directory with room that this user may write to',
    cause: error,
  })
}
