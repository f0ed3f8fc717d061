/**
 * The options of server and command line: one table, read once at start. Name, environment variable, flag, default,
 * unit, whether it is secret, a sentence and a check stand together here; parsing, `--help` and the reference page are
 * made from it. A new option is one row and one line of `Options`.
 *
 * A flag wins over its environment variable; a variable set to nothing counts as not set. Every secret has a twin with
 * `_FILE` at its end which names a file that only its owner can read; secrets have no flag, because argument lists are
 * public on a machine.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { EvergrantError, type Fault } from '../errors.ts'
import { failpointVariable, readFailpoint, type Failpoint } from '../failpoints/points.ts'
import { nearest } from '../nearest.ts'
import { secret, type Secret } from '../secret.ts'
import * as check from './checks.ts'
import { databaseUrl } from './database-url.ts'
import { readSecretFile } from './secret-file.ts'
import { homeDirectory, type Environment } from './home.ts'

export type OptionRow = {
  env: `EVERGRANT_${string}`
  /** Secrets have none. */
  flag?: `--${string}`
  /** As the reference shows it. */
  default: string
  unit?: string
  /** The flag takes no value and means `on`. */
  switch?: true
  /** The value is opened by name at the last moment, and the option has a `_FILE` twin. */
  secret?: true
  /** A secret may be a part of the value, which the check seals: the option has a `_FILE` twin and keeps its flag. */
  file?: true
  /** What it is for: lower case, no final period. */
  sentence: string
  check: (text: string) => unknown
}

export const optionTable = {
  home: {
    env: 'EVERGRANT_HOME',
    flag: '--home',
    default: '$XDG_DATA_HOME/evergrant, or ~/.local/share/evergrant',
    sentence: 'data directory: database, key file, spool, socket; mode 0700',
    check: check.path,
  },
  listen: {
    env: 'EVERGRANT_LISTEN',
    flag: '--listen',
    default: '127.0.0.1:7117',
    unit: 'host:port',
    sentence: 'where the server listens; port 0 takes a free one',
    check: check.listen,
  },
  publicUrl: {
    env: 'EVERGRANT_PUBLIC_URL',
    flag: '--public-url',
    default: 'http://127.0.0.1:7117',
    unit: 'origin',
    sentence: 'the address browsers and providers reach the server at; follows the listening address when not set',
    check: check.publicUrl,
  },
  database: {
    env: 'EVERGRANT_DATABASE_URL',
    flag: '--database-url',
    default: 'sqlite: with evergrant.db in the home',
    unit: 'sqlite:path or postgres://user@host/database',
    file: true,
    sentence:
      'where connections and tokens are stored; several nodes share one Postgres; a password stands in the file or the variable, never in the flag',
    check: databaseUrl,
  },
  keyFile: {
    env: 'EVERGRANT_KEY_FILE',
    flag: '--key-file',
    default: 'evergrant-key among the credentials of systemd; else key in the home, made at first start',
    sentence: 'file with the key that seals the store; mode 0600; keep a copy apart from the database',
    check: check.path,
  },
  key: {
    env: 'EVERGRANT_KEY',
    default: 'none: the key file is used',
    unit: '32 bytes in base64 or hex; several with commas between',
    secret: true,
    sentence: 'the key that seals the store, given directly instead of by a file; older ones behind it only open',
    check: check.masterKeys,
  },
  keyPassphrase: {
    env: 'EVERGRANT_KEY_PASSPHRASE',
    default: 'none: the mode of the key file protects it',
    unit: 'at least 16 characters',
    secret: true,
    sentence: 'protects the keys in the key file (scrypt); a file in clear is protected at the next start',
    check: check.passphrase,
  },
  keyWrap: {
    env: 'EVERGRANT_KEY_WRAP',
    flag: '--key-wrap',
    default: 'none',
    unit: 'vault:https://host:port/mount/key',
    sentence:
      'protects the keys in the key file by a key of the transit engine of HashiCorp Vault, asked once at start',
    check: check.keyWrap,
  },
  keyWrapToken: {
    env: 'EVERGRANT_KEY_WRAP_TOKEN',
    default: 'none',
    secret: true,
    sentence: 'token that Vault lets encrypt and decrypt with that key',
    check: check.headerText,
  },
  allowHosts: {
    env: 'EVERGRANT_ALLOW_HOSTS',
    flag: '--allow-hosts',
    default: 'none',
    unit: 'host or host:port, separated by commas',
    sentence: 'private and loopback hosts that may be called, and hosts that may be called without https',
    check: check.hosts,
  },
  adminKey: {
    env: 'EVERGRANT_ADMIN_KEY',
    default: 'none: the first start prints a one-time sign-in link',
    unit: 'at least 20 characters',
    secret: true,
    sentence: 'key with every right, for automation that sets a server up',
    check: check.longKey,
  },
  server: {
    env: 'EVERGRANT_SERVER',
    flag: '--server',
    default: 'none: the socket in the home',
    unit: 'address or unix:path',
    sentence: 'the server the command line speaks to',
    check: check.server,
  },
  apiKey: {
    env: 'EVERGRANT_API_KEY',
    default: 'none',
    secret: true,
    sentence: 'the API key the command line shows to that server; the socket needs none',
    check: check.headerText,
  },
  providersDir: {
    env: 'EVERGRANT_PROVIDERS_DIR',
    flag: '--providers-dir',
    default: 'none',
    sentence: 'directory with your own service definitions, JSON or YAML',
    check: check.path,
  },
  log: {
    env: 'EVERGRANT_LOG',
    flag: '--log',
    default: 'info',
    unit: 'level, or level,format',
    sentence: `what is logged on standard error: ${check.logLevels.join(', ')}; format ${check.logFormats.join(', ')} (auto: text on a terminal, else json)`,
    check: check.log,
  },
  proxy: {
    env: 'EVERGRANT_PROXY',
    default: 'none: HTTP_PROXY and the like are not read',
    unit: 'http or https address',
    secret: true,
    sentence: 'proxy for every outgoing request; it may hold a name and a password',
    check: check.proxy,
  },
  ca: {
    env: 'EVERGRANT_CA_FILE',
    flag: '--ca-file',
    default: 'none',
    sentence: 'PEM file with certificate authorities to trust besides the built-in ones',
    check: check.certificates,
  },
  unknownExpiry: {
    env: 'EVERGRANT_UNKNOWN_EXPIRY',
    flag: '--unknown-expiry',
    default: 'on_401',
    unit: 'seconds',
    sentence: 'assumed life of a token whose expiry nobody says; on_401 renews only when a job reports a 401',
    check: check.unknownExpiry,
  },
  auditDays: {
    env: 'EVERGRANT_AUDIT_DAYS',
    flag: '--audit-days',
    default: '400',
    unit: 'days, 1 to 36500',
    sentence: 'how long entries of the audit are kept; what is left can still be verified',
    check: check.days,
  },
  rehearse: {
    env: 'EVERGRANT_REHEARSE',
    flag: '--rehearse',
    default: 'off',
    unit: 'on or off',
    switch: true,
    sentence: 'plays every service of the catalogue on this machine, to practise without an account',
    check: check.onOff,
  },
  rehearsePort: {
    env: 'EVERGRANT_REHEARSE_PORT',
    flag: '--rehearse-port',
    default: '7118',
    unit: 'port of 127.0.0.1',
    sentence: 'where the rehearsal is; rehearsed connections are bound to it',
    check: check.fixedPort,
  },
} as const satisfies Record<string, OptionRow>

export type OptionName = keyof typeof optionTable
type Value<Name extends OptionName> = (typeof optionTable)[Name] extends { secret: true }
  ? Secret
  : ReturnType<(typeof optionTable)[Name]['check']>

/** Every option with its value; those without a default may be absent. */
export type Options = {
  home: Value<'home'>
  listen: Value<'listen'>
  /** Origin without a trailing slash. When the port is 0, `publicUrlFor` says it after listening. */
  publicUrl: Value<'publicUrl'>
  database: Value<'database'>
  keyFile: Value<'keyFile'>
  /** The key file is a credential of the service manager: not ours to change, and private by its doing. */
  keyFixed: boolean
  /** 32 bytes in base64url; several with commas between. */
  key?: Value<'key'>
  keyPassphrase?: Value<'keyPassphrase'>
  keyWrap?: Value<'keyWrap'>
  keyWrapToken?: Value<'keyWrapToken'>
  allowHosts: Value<'allowHosts'>
  adminKey?: Value<'adminKey'>
  server?: Value<'server'>
  apiKey?: Value<'apiKey'>
  providersDir?: Value<'providersDir'>
  log: Value<'log'>
  proxy?: Value<'proxy'>
  /** PEM text. */
  ca?: Value<'ca'>
  unknownExpiry: Value<'unknownExpiry'>
  auditDays: Value<'auditDays'>
  rehearse: Value<'rehearse'>
  rehearsePort: Value<'rehearsePort'>
  /** Names this process's node in claims: the same after a restart, another one on another machine or in another home. */
  nodeId: string
  /** What is allowed and most likely not meant; to be logged at start. */
  warnings: readonly string[]
  /** Tests only, and no option: where this process is killed. */
  failpoint?: Failpoint
}

/** Values as typed on the command line, by option name. */
export type OptionFlags = Partial<Record<OptionName, string>>

/**
 * Reads all options; flags win over `env`.
 *
 * @throws EvergrantError `invalid_option` with every fault at once, each with the variable or flag it stands in.
 */
export function loadOptions(env: Environment, flags: OptionFlags = {}): Options {
  const faults: Fault[] = [...unknownVariables(env)]
  const given: { [Name in OptionName]?: Value<Name> } = {}
  for (const name of Object.keys(optionTable) as OptionName[]) {
    const value = readOption(name, env, flags, faults)
    // The row's own check made the value, so it is of the row's type; TypeScript cannot follow that through a loop.
    if (value !== undefined) Object.assign(given, { [name]: value })
  }
  if (given.key !== undefined && given.keyFile !== undefined) {
    faults.push({
      path: optionTable.key.env,
      problem: `both ${optionTable.key.env} and ${optionTable.keyFile.env} are set`,
      remedy: 'set one of them',
    })
  }
  if (flags.database !== undefined && given.database?.kind === 'postgres' && given.database.password !== undefined) {
    faults.push({
      path: optionTable.database.flag,
      problem: 'the address holds a password, and argument lists are public on a machine',
      remedy: `set ${optionTable.database.env}, or ${optionTable.database.env}_FILE to a private file that holds it`,
    })
  }
  const failpoint = readFailpoint(env)
  if (failpoint !== undefined && 'problem' in failpoint) faults.push(failpoint)
  faults.push(...keyFaults(given))
  if (faults.length > 0) throw invalid(faults)

  const home = given.home ?? homeDirectory(env)
  const listen = given.listen ?? check.listen(optionTable.listen.default)
  const credential = given.key === undefined ? keyCredential(env) : undefined
  const options = {
    ...given,
    home,
    listen,
    publicUrl: given.publicUrl ?? publicUrlFor(listen),
    database: given.database ?? { kind: 'sqlite' as const, file: join(home, 'evergrant.db') },
    keyFile: given.keyFile ?? credential ?? join(home, 'key'),
    keyFixed: given.keyFile === undefined && credential !== undefined,
    allowHosts: given.allowHosts ?? [],
    log: given.log ?? check.log(optionTable.log.default),
    unknownExpiry: given.unknownExpiry ?? 'on_401',
    auditDays: given.auditDays ?? check.days(optionTable.auditDays.default),
    rehearse: given.rehearse ?? false,
    rehearsePort: given.rehearsePort ?? check.fixedPort(optionTable.rehearsePort.default),
    nodeId: nodeIdOf(home),
    ...(failpoint !== undefined && 'point' in failpoint ? { failpoint } : {}),
  } satisfies Omit<Options, 'warnings'>
  return { ...options, warnings: warningsOf(options) }
}

/**
 * A key among the credentials that systemd hands to a service (`LoadCredential=evergrant-key:...`), read-only and for its
 * user alone. Source: systemd.exec(5), CREDENTIALS; systemd.io/CREDENTIALS (read 2026-11-22).
 */
function keyCredential(env: Environment): string | undefined {
  const directory = env['CREDENTIALS_DIRECTORY']
  if (directory === undefined || !isAbsolute(directory)) return undefined
  const path = join(directory, 'evergrant-key')
  return existsSync(path) ? path : undefined
}

/** What does not go together of the ways to protect the key. */
function keyFaults({ key, keyPassphrase, keyWrap, keyWrapToken }: Partial<Options>): Fault[] {
  const [passphrase, wrap, token] = [
    optionTable.keyPassphrase.env,
    optionTable.keyWrap.env,
    optionTable.keyWrapToken.env,
  ]
  const faults: Fault[] = []
  const fault = (path: string, problem: string, remedy: string) => faults.push({ path, problem, remedy })
  if (keyPassphrase !== undefined && keyWrap !== undefined)
    fault(passphrase, `both ${passphrase} and ${wrap} are set`, 'set one of them')
  if (key !== undefined && (keyPassphrase !== undefined || keyWrap !== undefined))
    fault(optionTable.key.env, 'a key that is given directly is in no file to protect', 'leave one of them out')
  if (keyWrap !== undefined && keyWrapToken === undefined)
    fault(wrap, 'Vault asks for a token', `set ${token}_FILE to a private file that holds it`)
  return faults
}

/** The address of a server that listens at `listen`, as a browser on the same machine writes it. */
export function publicUrlFor({ host, port }: check.Listen): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`
  if (host === '::') return `http://[::1]:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function readOption(name: OptionName, env: Environment, flags: OptionFlags, faults: Fault[]): unknown {
  const row: OptionRow = optionTable[name]
  const flag = flags[name]
  const twin = `${row.env}_FILE`
  const fromFile = (row.secret || row.file) && name !== 'key' ? env[twin] || undefined : undefined
  const direct = flag ?? (env[row.env] || undefined)
  let path: string = flag === undefined ? row.env : (row.flag ?? row.env)
  if (direct !== undefined && fromFile !== undefined) {
    faults.push({ path, problem: `both ${row.env} and ${twin} are set`, remedy: 'set one of them' })
    return undefined
  }
  try {
    if (direct === undefined && fromFile === undefined) return undefined
    if (direct === undefined) path = twin
    const value = row.check(direct ?? readSecretFile(fromFile ?? ''))
    // Every check of a secret option gives text.
    return row.secret ? secret(value as string) : value
  } catch (error) {
    if (!(error instanceof check.Unfit)) throw error
    faults.push({ path, problem: error.message, remedy: error.remedy })
    return undefined
  }
}

function unknownVariables(env: Environment): Fault[] {
  const rows: OptionRow[] = Object.values(optionTable)
  const known = rows.flatMap((row) => (row.secret || row.file ? [row.env, `${row.env}_FILE`] : [row.env]))
  const isUnknown = (name: string) => !known.includes(name) && name !== failpointVariable
  return Object.entries(env)
    .filter(([name, value]) => name.startsWith('EVERGRANT_') && isUnknown(name) && !isServiceLink(name, value))
    .map(([name]) => {
      const near = nearest(name, known)
      return {
        path: name,
        problem: 'there is no option of this name',
        remedy: near === undefined ? 'take it out of the environment' : `did you mean ${near}?`,
      }
    })
}

/**
 * Kubernetes sets such variables in every pod next to a Service called "evergrant" (service links); nobody typed them.
 */
function isServiceLink(name: string, value = ''): boolean {
  if (name === 'EVERGRANT_PORT') return /^(?:tcp|udp|sctp):\/\//.test(value)
  return /^EVERGRANT_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/.test(
    name,
  )
}

function invalid(faults: Fault[]): EvergrantError {
  const list = faults.map((fault) => `${fault.path}: ${fault.problem}`).join('; ')
  return new EvergrantError('invalid_option', { detail: list, faults })
}

/**
 * Host name and home together: a copy of the data directory on another machine is another node, so it never takes over
 * a claim that the first one may still be working on.
 */
function nodeIdOf(home: string): string {
  const host = hostname()
  return `${host}-${createHash('sha256').update(`${host}\0${home}`).digest('hex').slice(0, 8)}`
}

function warningsOf(options: Omit<Options, 'warnings'>): string[] {
  const warnings: string[] = []
  if (!check.isLoopback(options.listen.host) && options.publicUrl.startsWith('http:')) {
    warnings.push(
      `the server listens on ${options.listen.host}, which other machines reach, while ${optionTable.publicUrl.env} is not https: tokens and keys cross the network in clear; put a TLS proxy in front and give its address`,
    )
  }
  const server = options.server === undefined ? null : URL.parse(options.server)
  if (server?.protocol === 'http:' && !check.isLoopback(server.hostname.replace(/^\[|\]$/g, ''))) {
    warnings.push(`${optionTable.server.env} is not https: the API key and tokens cross the network in clear`)
  }
  return warnings
}
