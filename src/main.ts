/**
 * The composition root: options -> home, key, store, catalogue, outbound, clock -> rooms -> listen. The only file that
 * knows all parts; each part gets what it needs as arguments and nothing from here.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { fileURLToPath } from 'node:url'
import type { Ports, RehearseSettings } from './cli/ports.ts'
import { runCli } from './cli/run.ts'
import { systemClock } from './clock.ts'
import { shownDatabase } from './config/database-url.ts'
import type { Options } from './config/options.ts'
import { loadOptions } from './config/options.ts'
import type { Logger } from './deps.ts'
import { EvergrantError } from './errors.ts'
import { watchFaults } from './last-resort.ts'
import { createLog } from './log.ts'
import type { RehearsalOptions } from './rehearsal/index.ts'
import type { Store } from './store/store.ts'
import { collectAfterStart } from './tidy.ts'

/** How long a process that closes after a defect may take. */
const closingMs = 10_000
const dayMs = 24 * 3600_000

/** Runs the command line of this process and gives its exit code. */
export async function main(argv: string[]): Promise<number> {
  const ports: Ports = {
    version: version(),
    loadOptions,
    openInProcess,
    adopt,
    backup,
    restore,
    sealText: async (text, passphrase) => (await import('./store/sealed-text.ts')).sealText(text, passphrase.open()),
    isSealedText: async (text) => (await import('./store/sealed-text.ts')).isSealedText(text),
    openText: async (sealed, passphrase) =>
      (await import('./store/sealed-text.ts')).openText(sealed, passphrase.open()),
    serve,
    rehearse,
    customDefinition: async (settings) => {
      const { customDefinition } = await import('./provider/custom.ts')
      // Which hosts may be plain http is the outbound guard's to say.
      return customDefinition({ ...settings, allowHttp: true })
    },
    draftFromCurl: async (curl, settings) => {
      const { draftFromCurl } = await import('./provider/curl.ts')
      const { idFrom } = await import('./provider/draft.ts')
      const draft = draftFromCurl(curl, settings)
      return { ...draft, definition: { ...draft.definition, id: settings.id ?? idFrom(draft.definition.name) } }
    },
  }
  const { stdin, stdout, stderr, env } = process
  const isTTY = { stdin: stdin.isTTY === true, stdout: stdout.isTTY === true, stderr: stderr.isTTY === true }
  // Waiting keeps no process alive by itself (`clock.ts`), and a command that only waits must not end in the middle.
  const alive = setInterval(() => undefined, 60_000)
  try {
    return await runCli(argv, { stdin, stdout, stderr, env, isTTY, now: systemClock.now }, ports)
  } finally {
    clearInterval(alive)
  }
}

/** The server until SIGTERM or SIGINT. */
async function serve(options: Options): Promise<number> {
  const log = createLog({ ...options.log, stream: process.stderr })
  for (const warning of options.warnings) log.warn({}, warning)
  const application = await openApplication(options, log)
  if (application === undefined) {
    throw new EvergrantError('home_locked', { detail: `another process holds "${options.home}"` })
  }
  const faults = watchFaults(process, log)
  const { server, domain, catalogue, rehearsal } = application
  for (const { path, problem, remedy } of await catalogue.faults())
    log.warn({ place: path, problem, remedy }, 'a definition of yours cannot be used')
  const { addresses } = await server.listen()
  domain.refresher.start()
  process.stdout.write(
    `Evergrant ${version()} listens on ${addresses.join(' and ')}. Sign in once: ${await server.signInLink()}\n`,
  )
  if (rehearsal !== undefined) {
    process.stdout.write(`Rehearsal at ${rehearsal.origin}/ plays ${rehearsal.ids.length} services, as rehearsal-ID\n`)
  }
  collectAfterStart()
  const code = await Promise.race([stopped().then(() => 0), faults.fatal.then(() => 1)])
  // After a defect anything may hang.
  if (code !== 0) setTimeout(() => process.exit(code), closingMs).unref()
  log.info({}, 'stopping: finishing what is under way')
  await application.close()
  faults.release()
  return code
}

/** The same program without a listener, for a command that finds no server. */
async function openInProcess(options: Options): Promise<Awaited<ReturnType<Ports['openInProcess']>>> {
  const log = createLog({
    level: options.log.level === 'debug' ? 'debug' : 'error',
    format: 'auto',
    stream: process.stderr,
  })
  // A rehearsal that ends with the command is of no use to the next one.
  const application = await openApplication({ ...options, rehearse: false }, log)
  if (application === undefined) return 'locked'
  return { inject: (ask) => application.server.inject({ ...ask, asLocal: true }), close: application.close }
}

/** Opens the store as its new owner and closes it again; nothing is renewed or sent. */
async function adopt(options: Options, user: string): ReturnType<Ports['adopt']> {
  const { holdHome, prepareHome } = await import('./store/index.ts')
  const { home, database } = options
  if (database.kind === 'sqlite' && !existsSync(database.file)) {
    throw new EvergrantError('invalid_request', {
      detail: `there is no database at ${database.file}`,
      remedy: 'put the copy there first, with its key file',
    })
  }
  prepareHome(home, privateFiles(options))
  const owner = holdHome(home)
  if (owner === undefined) return 'locked'
  try {
    const log = createLog({ level: 'error', format: 'auto', stream: process.stderr })
    const open = async (take: boolean) => openStore(options, { holder: await newHolder(options), log, adopt: take })
    const own = await open(false).catch((error: unknown) => {
      if (!(error instanceof EvergrantError && error.code === 'not_adopted')) throw error
    })
    const store = own ?? (await open(true))
    try {
      if (own === undefined) await recordAdoption(store, { database: shownDatabase(database), user }, log)
    } finally {
      await store.close()
    }
    return own === undefined ? 'adopted' : 'own'
  } finally {
    owner.release()
  }
}

/** The first thing the new owner does: nothing else has been written to the store. */
async function recordAdoption(store: Store, facts: { database: string; user: string }, log: Logger): Promise<void> {
  const { createJournal } = await import('./connections/journal.ts')
  const name = 'store.adopted'
  const entry = { at: systemClock.now(), count: 1, actor: { kind: 'local' as const }, action: name, outcome: 'ok' }
  await store.audit.append([{ ...entry, facts }]).catch((cause: unknown) => {
    if (!(cause instanceof EvergrantError)) throw cause
    throw new EvergrantError(cause.code, {
      detail: `${facts.database} is adopted, but the audit could not be written and has no entry of it: ${cause.message}`,
      cause,
    })
  })
  const journal = await createJournal({ store: store.events, clock: systemClock, log })
  journal.record(name, { ...facts, actor: 'local' })
  await journal.close()
}

/** Reads the store beside a running server, which notices nothing of it. */
async function backup(options: Options, wanted: Parameters<Ports['backup']>[1]): ReturnType<Ports['backup']> {
  const { loadKeys, prepareHome } = await import('./store/index.ts')
  const { writeBackup } = await import('./store/backup.ts')
  const { home, database, keyFile } = options
  if (database.kind !== 'sqlite') throw ownBackup()
  if (!existsSync(database.file)) {
    throw new EvergrantError('invalid_request', {
      detail: `there is no database at ${database.file}`,
      remedy: 'name the data directory with --home',
    })
  }
  prepareHome(home, privateFiles(options))
  const keys = await loadKeys(keyOptions(options), { storeExists: true })
  const { target, ...rest } = wanted
  const from = { home, database: database.file, keyFile, keys, version: version(), now: systemClock.now() }
  return writeBackup({ ...from, ...rest }, target)
}

async function restore(options: Options, wanted: Parameters<Ports['restore']>[1]): ReturnType<Ports['restore']> {
  const { holdHome, loadKeys, prepareHome } = await import('./store/index.ts')
  const { restoreBackup } = await import('./store/backup.ts')
  const { home, database, key, keyFile, keyFixed } = options
  if (database.kind !== 'sqlite') throw ownBackup()
  prepareHome(home, privateFiles(options))
  const owner = holdHome(home)
  if (owner === undefined) return 'locked'
  try {
    const { file, ...rest } = wanted
    const keys = () => loadKeys(keyOptions(options), { storeExists: true })
    const keyFromFile = key === undefined && !keyFixed
    return await restoreBackup({ home, database: database.file, keyFile, keys, keyFromFile, ...rest }, file)
  } finally {
    owner.release()
  }
}

function ownBackup(): EvergrantError {
  return new EvergrantError('invalid_request', {
    detail: 'the store is in Postgres, which makes its own backups',
    remedy:
      'use pg_dump and pg_restore (what is sealed stays sealed), keep a copy of the key file apart from the dump, and `evergrant adopt` where a dump was restored',
  })
}

/** The store that the options name, opened with their key, else with the key file, which is made if no store needs it. */
async function openStore(options: Options, settings: { holder: string; log: Logger; adopt?: boolean }) {
  const { loadKeys, openSqliteStore } = await import('./store/index.ts')
  const { database } = options
  const keys = (found: { storeExists: boolean }) => loadKeys(keyOptions(options), found)
  const common = { ...settings, clock: systemClock }
  if (database.kind === 'sqlite') {
    const { file } = database
    return openSqliteStore({ ...common, file, keys: await keys({ storeExists: existsSync(file) }) })
  }
  // Loaded here: who stores in SQLite needs none of it.
  const { openPostgresStore } = await import('./store/postgres.ts')
  return openPostgresStore({ ...common, address: database, keys })
}

/** What must not be readable for others beside the home. */
function privateFiles({ database, keyFile, keyFixed }: Options): string[] {
  return [...(database.kind === 'sqlite' ? [database.file] : []), ...(keyFixed ? [] : [keyFile])]
}

/** Where the keys of the store come from. */
function keyOptions({ key, keyFile, keyFixed, keyPassphrase, keyWrap, keyWrapToken, ca }: Options) {
  return {
    file: keyFile,
    fixed: keyFixed,
    ...(key === undefined ? {} : { given: key }),
    ...(keyPassphrase === undefined ? {} : { passphrase: keyPassphrase }),
    ...(keyWrap === undefined || keyWrapToken === undefined
      ? {}
      : {
          vault: {
            ...keyWrap,
            token: keyWrapToken,
            ...(ca === undefined ? {} : { ca: [...rootCertificates, ca].join('\n') }),
          },
        }),
  }
}

/** The name of this start of this node in claims and journal. Who stores in SQLite shares with nobody. */
async function newHolder({ nodeId, home, database }: Options): Promise<string> {
  const start = randomBytes(6).toString('hex')
  if (database.kind === 'sqlite') return `${nodeId}/${start}`
  const { nodeMark } = await import('./store/node-mark.ts')
  return `${nodeId}-${nodeMark(home)}/${start}`
}

/**
 * All rooms over one home, not listening yet; undefined if another process holds the home. `memoryLimit` is the number
 * of open tokens kept at most.
 */
export async function openApplication(options: Options, log: Logger, memoryLimit?: number) {
  // Loaded here and not above: `evergrant help` needs none of it.
  const { holdHome, prepareHome } = await import('./store/index.ts')
  const { createCatalogue } = await import('./provider/load.ts')
  const { createOutbound, createPace } = await import('./outbound/index.ts')
  const { openListener } = await import('./redirect/index.ts')
  const { createConnections } = await import('./connections/index.ts')
  const { createAttempts } = await import('./connections/attempts.ts')
  const { createMemory } = await import('./connections/memory.ts')
  const { keepPauses } = await import('./connections/pauses.ts')
  const { openSpool } = await import('./connections/spool.ts')
  const { emitTo } = await import('./connections/events.ts')
  const { createJournal } = await import('./connections/journal.ts')
  const { createAudit } = await import('./connections/audit.ts')
  const { createKeyPlaces } = await import('./connections/key-places.ts')
  const { answers } = await import('./server/answers.ts')
  const { createServer } = await import('./server/server.ts')

  const { home } = options
  prepareHome(home, privateFiles(options))
  const owner = holdHome(home)
  if (owner === undefined) return undefined
  const clock = systemClock
  const holder = await newHolder(options)
  const closers: (() => Promise<void> | void)[] = [() => owner.release()]
  const close = async () => {
    for (const closer of closers.toReversed()) await closer()
    closers.length = 0
  }
  try {
    const opened = await openStore(options, { holder, log })
    closers.push(() => opened.close())
    // Loaded here: who tests no crash needs none of it.
    const failing =
      options.failpoint === undefined ? undefined : (await import('./failpoints/ports.ts')).arm(options.failpoint)
    const store = failing?.store(opened) ?? opened
    const rehearsal = options.rehearse ? await openRehearsal(options.rehearsePort, { consent: 'page' }) : undefined
    if (rehearsal !== undefined) closers.push(() => rehearsal.close())
    const outbound = createOutbound({
      allowHosts: [...options.allowHosts, ...(rehearsal === undefined ? [] : [rehearsal.host])],
      clock,
      ...(options.proxy === undefined ? {} : { proxy: options.proxy.open() }),
    })
    closers.push(() => outbound.close())
    const fetch = failing?.fetch(outbound.fetch) ?? outbound.fetch
    const pauses = await keepPauses(store, log)
    const pace = createPace({ clock, ...pauses.options })
    pauses.teach(pace)
    const catalogue = createCatalogue({
      stored: store.definitions,
      fetch,
      clock,
      ...(options.providersDir === undefined ? {} : { directory: options.providersDir }),
      allowHttp: options.allowHosts.length > 0,
      ...(rehearsal === undefined ? {} : { further: rehearsal.further }),
    })
    const journalled = await openSpool({
      directory: home,
      seal: store.sealFor,
      open: store.openFor,
      ...(failing === undefined ? {} : { reached: failing.reached }),
    })
    closers.push(() => journalled.close())
    const spool = failing?.spool(journalled) ?? journalled
    const memory = createMemory(memoryLimit)
    store.watch(({ kind, id }) => kind === 'connection' && memory.drop(id))
    const counted = new Map<string, number>()
    const journal = await createJournal({ store: store.events, clock, log })
    closers.push(() => journal.close())
    const audit = await createAudit({
      store: store.audit,
      keyReads: store.keyReads,
      keyPlaces: createKeyPlaces({ store: store.keyAddresses, emit: (...event) => emit(...event), clock, log }),
      home,
      clock,
      log,
      keptMs: options.auditDays * dayMs,
    })
    closers.push(() => audit.close())
    const emit = emitTo(log, (name, fields) => {
      counted.set(name, (counted.get(name) ?? 0) + 1)
      journal.record(name, fields)
      audit.happened(name, fields)
    })
    const domain = createConnections({
      store,
      spool,
      memory,
      attempts: createAttempts(store, log),
      answers,
      catalogue,
      fetch,
      pace,
      clock,
      randomBytes,
      dice: Math.random,
      emit,
      log,
      holder,
      publicUrl: options.publicUrl,
      allowHttp: options.allowHosts.length > 0,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
      unknownLife: options.unknownExpiry === 'on_401' ? 'unknown' : options.unknownExpiry,
      listen: (listener) => openListener({ ...listener, clock, certificateDirectory: home }),
    })
    closers.push(() => domain.close())
    store.watch(({ kind, id }) => kind === 'store' && domain.storeWent(id === 'lost' ? 'lost' : 'back'))
    await domain.recover()
    const server = await createServer({
      options: {
        listen: options.listen,
        publicUrl: options.publicUrl,
        home,
        socketPath: join(home, 'evergrant.sock'),
        // Beside the sources and beside the bundle alike.
        pagesDirectory: fileURLToPath(new URL('../dist/web', import.meta.url)),
        ...(options.adminKey === undefined ? {} : { adminKey: options.adminKey }),
      },
      connections: domain.connections,
      catalogue,
      store,
      emit,
      journal,
      audit,
      clock,
      randomBytes,
      log,
      metrics: () =>
        [...counted].map(([event, value]) => ({
          name: 'evergrant_events_total',
          help: 'what happened to connections',
          kind: 'counter' as const,
          value,
          labels: { event },
        })),
      installation: {
        home,
        database: { kind: options.database.kind, at: shownDatabase(options.database) },
        allowHosts: options.allowHosts,
        adminKey: options.adminKey !== undefined,
        warnings: options.warnings,
        spooled: async () => (await spool.pending()).length,
        ...(rehearsal === undefined ? {} : { rehearsal: rehearsal.origin }),
      },
      version: version(),
    })
    closers.push(() => server.close())
    store.watch(({ kind, id }) => kind === 'key' && server.forgetKey(id))
    return { server, domain, catalogue, rehearsal, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The rehearsal alone, as `evergrant rehearse` runs it. */
async function rehearse({ service: id, port, speed, faults: asked, watch }: RehearseSettings) {
  const { commandLine, connectCommand, faults, rehearsed, rehearsalClient } = await import('./rehearsal/index.ts')
  const { index } = await import('./providers/index.ts')
  if (id !== undefined && !index.some((summary) => summary.id === id))
    throw new EvergrantError('unknown_provider', { detail: `there is no service "${id}" in the catalogue` })
  const troubles = asked.map(({ name, times }) => {
    if (Object.hasOwn(faults, name)) return { fault: faults[name as keyof typeof faults], times } // its own keys
    throw new EvergrantError('invalid_value', {
      detail: `--fault: there is no trouble "${name}"`,
      remedy: `use one of ${Object.keys(faults).join(', ')}`,
    })
  })
  const rehearsal = await openRehearsal(port, { consent: 'page', speed, watch }, id === undefined ? undefined : [id])
  for (const { fault, times } of troubles) {
    if (id === undefined) rehearsal.control.next(fault, times)
    for (const one of rehearsal.ids) rehearsal.service(one).control.next(fault, times)
  }
  const { origin, host, ids, close } = rehearsal
  if (id === undefined) return { origin, host, ids, close }
  const { provider } = rehearsal.service(id)
  const definition = rehearsed(provider, origin)
  const service = {
    id,
    name: provider.name,
    console: `${origin}/${id}/console`,
    definitionUrl: `${origin}/${id}/definition.json`,
    definition,
    clientId: rehearsalClient.id,
    clientSecret: rehearsalClient.secret,
    commands: (file: string) =>
      Object.entries(provider.ways).map(([way, { label }]) => {
        const command = connectCommand(definition, way)
        const words = ['custom', '--definition', file, '--as', definition.id]
        return { way, label, command: commandLine(command, words), first: command.first }
      }),
  }
  return { origin, host, ids, service, close }
}

/** The rehearsal on loopback, and what it adds to the catalogue. */
async function openRehearsal(port: number, settings: RehearsalOptions, only?: readonly string[]) {
  // Loaded here: nothing of it belongs into a server that does not rehearse.
  const { loadServices, rehearsedCatalogue, startRehearsal } = await import('./rehearsal/index.ts')
  const { definitionFromMetadata } = await import('./provider/custom.ts')
  const services = await loadServices(only)
  const behaviour = { authorize: { consent: settings.consent ?? 'page' } }
  const rehearsal = await startRehearsal({ ...settings, behaviour, port, services }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new EvergrantError('port_taken', {
      detail: `the rehearsal cannot listen on 127.0.0.1:${port}: another program does, perhaps another rehearsal`,
      remedy: `look at http://127.0.0.1:${port}/, or choose another port with --rehearse-port (\`evergrant rehearse\`: --port)`,
      cause: error,
    })
  })
  const { summarize } = await import('./provider/summary.ts')
  const described = definitionFromMetadata(rehearsal.metadata, {
    id: 'rehearsal',
    name: 'Rehearsal service',
    day: new Date(systemClock.now()).toISOString().slice(0, 10),
    allowHttp: true,
  })
  const plain = { ...described, category: 'rehearsal' }
  const further = rehearsedCatalogue(rehearsal.origin, plain, summarize(plain))
  return { ...rehearsal, ids: services.map(({ provider }) => provider.id), further }
}

/** Resolves at the first SIGTERM or SIGINT; the second one ends the process as usual. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
}

function version(): string {
  // Beside the sources and beside the bundle alike.
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string } // our own file
  return manifest.version
}

// Started directly (a working copy); the launcher imports `main` instead.
if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
