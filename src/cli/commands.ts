/**
 * Every verb in one table. Parsing, help, completion, the docs and the tests read it; a new verb is a line here and a
 * file in `commands/`. A verb of two words is a verb of a group.
 */
import { optionTable, type OptionName, type OptionRow } from '../config/options.ts'
import type { Argument, Command, Option } from './command.ts'

const name: Argument = { name: 'name', summary: 'name of the connection' }

const waiting: readonly Option[] = [
  { name: 'timeout', kind: 'number', value: 'seconds', summary: 'how long to wait for the person (600)' },
  { name: 'no-wait', kind: 'flag', summary: 'print what the person must open and exit with 4' },
  { name: 'no-browser', kind: 'flag', summary: 'print the address instead of opening a browser' },
]

/** What a service of one's own is like, where neither a file nor the service itself says it. */
const addresses: readonly Option[] = [
  { name: 'token-url', kind: 'text', value: 'url', summary: 'token URL of a custom service' },
  { name: 'authorization-url', kind: 'text', value: 'url', summary: 'where a person authorizes it' },
  { name: 'device-url', kind: 'text', value: 'url', summary: 'where it gives device codes' },
  { name: 'revocation-url', kind: 'text', value: 'url', summary: 'where its tokens are revoked' },
  { name: 'introspection-url', kind: 'text', value: 'url', summary: 'where it tells what a token is worth' },
  { name: 'api-url', kind: 'text', value: 'url', summary: 'where the token is used (the origin of the test URL)' },
  { name: 'test-url', kind: 'text', value: 'url', summary: 'a GET that shows whether the token works' },
]

/** What of the audit is asked for. */
const ofAudit: readonly Option[] = [
  { name: 'connection', kind: 'text', value: 'name', summary: 'only what was done with this connection' },
  {
    name: 'actor',
    kind: 'text',
    value: 'who',
    summary: 'only of: session, key, local, server, or an id or name of a key',
  },
  { name: 'action', kind: 'text', value: 'what', summary: 'only this action, such as readToken or revealToken' },
  { name: 'since', kind: 'text', value: 'when', summary: 'only from then on: 24h, 7d, or a date' },
]

const passphraseFile: Option = {
  name: 'passphrase-file',
  kind: 'text',
  value: 'file',
  summary: 'file with the passphrase that seals it; - is standard input',
}

/** The flags of the option table, for the verb that runs the server. */
const serverOptions: readonly Option[] = (Object.entries(optionTable) as [OptionName, OptionRow][])
  .filter(([option, row]) => row.flag !== undefined && option !== 'home' && option !== 'server')
  .map(([, row]) => ({
    name: (row.flag ?? '').slice(2),
    ...(row.switch ? { kind: 'flag' } : { kind: 'text', value: 'value' }),
    summary: `${row.sentence} (${row.env}, ${row.default})`,
  }))

/** Options that every verb takes. Secrets are none of them: an argument list can be read by every user. */
export const commonOptions: readonly Option[] = [
  { name: 'json', kind: 'flag', summary: 'print the result, and errors, as JSON' },
  { name: 'no-input', kind: 'flag', summary: 'ask nothing, not even on a terminal' },
  { name: 'home', kind: 'text', value: 'directory', summary: 'the data directory (EVERGRANT_HOME)' },
  { name: 'server', kind: 'text', value: 'url', summary: 'ask this server (EVERGRANT_SERVER), with EVERGRANT_API_KEY' },
]

export const commands: Readonly<Record<string, Command>> = {
  serve: {
    summary: 'run the server',
    arguments: [],
    options: serverOptions,
    load: () => import('./commands/serve.ts'),
  },
  connect: {
    summary: 'connect a service: asks step by step on a terminal, takes flags without one',
    arguments: [{ name: 'service', summary: 'id of a service, or custom', optional: true }],
    options: [
      { name: 'as', kind: 'text', value: 'name', summary: 'name of the connection (the id of the service)' },
      { name: 'grant', kind: 'text', value: 'way', summary: 'way of the service, or a grant type (the first way)' },
      { name: 'client-id', kind: 'text', value: 'id', summary: 'client id' },
      {
        name: 'client-secret-file',
        kind: 'text',
        value: 'file',
        summary: 'file with the client secret; - is standard input',
      },
      { name: 'client-auth', kind: 'text', value: 'method', summary: 'client authentication method, by its IANA name' },
      { name: 'key-file', kind: 'text', value: 'file', summary: 'PEM file with the private key of the client' },
      { name: 'certificate-file', kind: 'text', value: 'file', summary: 'PEM file with its certificate' },
      {
        name: 'generate-key',
        kind: 'flag',
        summary:
          'make key and certificate, and print the certificate to register; what the service gives for it may follow',
      },
      { name: 'key-id', kind: 'text', value: 'id', summary: 'id under which the service knows the key' },
      { name: 'input', kind: 'list', value: 'name=value', summary: 'an input of the service; repeatable' },
      {
        name: 'input-file',
        kind: 'list',
        value: 'name=file',
        summary: 'a secret input, or a long one, from a file; repeatable',
      },
      { name: 'scope', kind: 'list', value: 'scope', summary: 'scope to ask for; repeatable, or separated by blanks' },
      { name: 'redirect-uri', kind: 'text', value: 'uri', summary: 'redirect URI as registered at the service' },
      { name: 'user-name', kind: 'text', value: 'name', summary: 'user name, for the password grant' },
      { name: 'password-file', kind: 'text', value: 'file', summary: 'file with the password; - is standard input' },
      {
        name: 'issuer',
        kind: 'text',
        value: 'url',
        summary: 'issuer of a custom service, whose metadata says the rest',
      },
      {
        name: 'from-curl',
        kind: 'text',
        value: 'file',
        summary: 'a curl command of a token request, for a custom service; - is standard input',
      },
      ...addresses,
      { name: 'definition', kind: 'text', value: 'file', summary: 'own definition of a service, JSON or YAML' },
      {
        name: 'overrides',
        kind: 'text',
        value: 'file',
        summary: 'merge patch on the definition (RFC 7396), JSON or YAML',
      },
      {
        name: 'import',
        kind: 'text',
        value: 'file',
        summary: 'existing token set, JSON: access_token, refresh_token, expires_at',
      },
      { name: 'no-authorize', kind: 'flag', summary: 'only store the connection' },
      ...waiting,
    ],
    load: () => import('./commands/connect.ts'),
  },
  authorize: {
    summary: 'let a person authorize a connection, the first time or again',
    arguments: [name],
    options: [
      { name: 'redirect-uri', kind: 'text', value: 'uri', summary: 'another redirect URI than the stored one' },
      ...waiting,
    ],
    load: () => import('./commands/authorize.ts'),
  },
  token: {
    summary: 'print an access token that works',
    arguments: [name],
    options: [
      { name: 'min-valid', kind: 'number', value: 'seconds', summary: 'how long it must still live (60)' },
      {
        name: 'rejected',
        kind: 'number',
        value: 'generation',
        summary: 'generation a service has just rejected: renew if it is still the current one',
      },
    ],
    load: () => import('./commands/token.ts'),
  },
  header: {
    summary: 'print the headers that the service wants, ready for curl -H @-',
    arguments: [name],
    options: [
      { name: 'min-valid', kind: 'number', value: 'seconds', summary: 'how long the token must still live (60)' },
    ],
    load: () => import('./commands/header.ts'),
  },
  choices: {
    summary: 'list what an input can be, as the service tells it once there is a token',
    arguments: [name, { name: 'value', summary: 'name of the input' }],
    options: [],
    load: () => import('./commands/choices.ts'),
  },
  list: {
    summary: 'list the connections',
    arguments: [{ name: 'search', summary: 'part of a name', optional: true }],
    options: [],
    load: () => import('./commands/list.ts'),
  },
  status: {
    summary: 'show how a connection does, or which of all need attention',
    arguments: [{ ...name, optional: true }],
    options: [],
    load: () => import('./commands/status.ts'),
  },
  refresh: {
    summary: 'renew the token of a connection now',
    arguments: [name],
    options: [],
    load: () => import('./commands/refresh.ts'),
  },
  test: {
    summary: "run the service's test request with the current token",
    arguments: [name],
    options: [],
    load: () => import('./commands/test.ts'),
  },
  revoke: {
    summary: 'revoke the tokens at the service, of one connection or of all; the connections stay',
    arguments: [{ ...name, optional: true }],
    options: [
      { name: 'all', kind: 'flag', summary: 'the tokens of every connection; again, it does what is left' },
      { name: 'service', kind: 'text', value: 'id', summary: 'with --all: only of the connections of this service' },
      { name: 'yes', kind: 'flag', summary: 'do not ask' },
    ],
    load: () => import('./commands/revoke.ts'),
  },
  remove: {
    summary: 'remove a connection and destroy its key',
    arguments: [name],
    options: [
      { name: 'revoke', kind: 'flag', summary: 'revoke the tokens at the service first' },
      { name: 'yes', kind: 'flag', summary: 'do not ask' },
    ],
    load: () => import('./commands/remove.ts'),
  },
  services: {
    summary: 'list the services that are known',
    arguments: [{ name: 'search', summary: 'words of a name, an id, an alias or a category', optional: true }],
    options: [],
    load: () => import('./commands/services.ts'),
  },
  'service show': {
    summary: 'show all that is needed to register a client at a service and to connect it',
    arguments: [{ name: 'id', summary: 'id of the service' }],
    options: [
      { name: 'definition', kind: 'flag', summary: 'print the whole definition, as JSON' },
      { name: 'yaml', kind: 'flag', summary: 'print the whole definition, as YAML' },
    ],
    load: () => import('./commands/service-show.ts'),
  },
  'service check': {
    summary: 'check an own definition and name all its faults',
    arguments: [{ name: 'file', summary: 'JSON or YAML file' }],
    options: [],
    load: () => import('./commands/service-check.ts'),
  },
  'service new': {
    summary: 'make a definition of your own: from addresses, an issuer, a curl command or another service',
    arguments: [{ name: 'id', summary: 'id of the new service' }],
    options: [
      { name: 'from-issuer', kind: 'text', value: 'url', summary: 'issuer whose metadata says the rest' },
      {
        name: 'from-curl',
        kind: 'text',
        value: 'file',
        summary: 'a curl command of a token request; - is standard input. Its secrets are not written',
      },
      { name: 'copy', kind: 'text', value: 'id', summary: 'id of a service to begin with' },
      { name: 'overrides', kind: 'text', value: 'file', summary: 'with --copy: merge patch (RFC 7396), JSON or YAML' },
      { name: 'name', kind: 'text', value: 'name', summary: 'name as people see it' },
      { name: 'grant', kind: 'text', value: 'grant', summary: 'grant type, such as client_credentials' },
      { name: 'client-auth', kind: 'list', value: 'method', summary: 'client authentication method; repeatable' },
      { name: 'scope', kind: 'list', value: 'scope', summary: 'scope that is asked for by default; repeatable' },
      { name: 'pkce', kind: 'text', value: 'word', summary: 'required, optional or off' },
      ...addresses,
      { name: 'out', kind: 'text', value: 'file', summary: 'file to write, YAML or .json; - is standard output' },
      { name: 'store', kind: 'flag', summary: 'keep it in the server instead of a file' },
      { name: 'force', kind: 'flag', summary: 'overwrite a file that exists' },
    ],
    load: () => import('./commands/service-new.ts'),
  },
  'service store': {
    summary: 'keep a definition of your own in the server',
    arguments: [{ name: 'file', summary: 'JSON or YAML file; - is standard input' }],
    options: [{ name: 'replace', kind: 'flag', summary: 'take the place of the one that is stored' }],
    load: () => import('./commands/service-store.ts'),
  },
  'service diff': {
    summary: 'show what a copy has made different from its original',
    arguments: [{ name: 'id', summary: 'id of the copy' }],
    options: [],
    load: () => import('./commands/service-diff.ts'),
  },
  'service remove': {
    summary: 'remove a definition that is stored in the server and not used',
    arguments: [{ name: 'id', summary: 'id of the service' }],
    options: [{ name: 'yes', kind: 'flag', summary: 'do not ask' }],
    load: () => import('./commands/service-remove.ts'),
  },
  rehearse: {
    summary: 'play a service on this machine, to practise against without an account',
    arguments: [{ name: 'service', summary: 'id of a service (all of them)', optional: true }],
    options: [
      { name: 'port', kind: 'number', value: 'port', summary: 'port of 127.0.0.1 (7118)' },
      { name: 'out', kind: 'text', value: 'file', summary: 'write the definition to connect it by, as JSON' },
      { name: 'speed', kind: 'number', value: 'times', summary: 'lifetimes pass so many times faster (1)' },
      {
        name: 'fault',
        kind: 'list',
        value: 'name[:times]',
        summary: 'trouble for the next token requests, such as error_500:3; repeatable',
      },
    ],
    load: () => import('./commands/rehearse.ts'),
  },
  'key create': {
    summary: 'make an API key for a job and print it, this once',
    arguments: [],
    options: [
      { name: 'name', kind: 'text', value: 'name', summary: 'what the key is for' },
      { name: 'connection', kind: 'list', value: 'name', summary: 'connection it may use, or *; repeatable' },
      { name: 'verb', kind: 'list', value: 'verb', summary: 'token, read or admin (token); repeatable' },
      { name: 'expires', kind: 'text', value: 'when', summary: 'date, or time from now: 90d, 12h' },
      { name: 'address', kind: 'list', value: 'range', summary: 'address or CIDR range it may come from; repeatable' },
    ],
    load: () => import('./commands/key-create.ts'),
  },
  'key list': {
    summary: 'list the API keys, never the keys themselves',
    arguments: [],
    options: [],
    load: () => import('./commands/key-list.ts'),
  },
  'key revoke': {
    summary: 'revoke an API key at once',
    arguments: [{ name: 'id', summary: 'id of the key' }],
    options: [],
    load: () => import('./commands/key-revoke.ts'),
  },
  audit: {
    summary: 'show who did what, when and from where: who read which token, who changed or revealed what',
    arguments: [],
    options: [...ofAudit, { name: 'limit', kind: 'number', value: 'count', summary: 'how many, newest first (50)' }],
    load: () => import('./commands/audit.ts'),
  },
  'audit verify': {
    summary: 'check that no entry of the audit was altered, removed, moved or cut off',
    arguments: [],
    options: [
      {
        name: 'against',
        kind: 'text',
        value: 'file',
        summary: 'what an earlier `audit verify --json` printed, kept elsewhere: finds a store that was put back',
      },
    ],
    load: () => import('./commands/audit-verify.ts'),
  },
  'audit export': {
    summary: 'print the audit as JSON lines, oldest first',
    arguments: [],
    options: ofAudit,
    load: () => import('./commands/audit-export.ts'),
  },
  doctor: {
    summary: 'check this installation and say what to repair',
    arguments: [],
    options: [],
    load: () => import('./commands/doctor.ts'),
  },
  adopt: {
    summary: 'take over a database that was restored, copied or moved',
    arguments: [],
    options: [{ name: 'yes', kind: 'flag', summary: 'do not ask' }],
    load: () => import('./commands/adopt.ts'),
  },
  backup: {
    summary: 'write a sealed and verified backup of the data directory, while the server runs',
    arguments: [{ name: 'file', summary: 'file to write; - is standard output' }],
    options: [
      passphraseFile,
      { name: 'with-key', kind: 'flag', summary: 'put the key of the store into it too; needs a passphrase' },
    ],
    load: () => import('./commands/backup.ts'),
  },
  restore: {
    summary: 'put a backup into an empty data directory; `adopt` then takes it over',
    arguments: [{ name: 'file', summary: 'file that `backup` wrote' }],
    options: [passphraseFile],
    load: () => import('./commands/restore.ts'),
  },
  export: {
    summary: 'write connections and definitions of your own as YAML, or sealed with their secrets',
    arguments: [{ name: 'name', summary: 'connections to export (all of them)', many: true }],
    options: [
      { name: 'out', kind: 'text', value: 'file', summary: 'file to write (standard output)' },
      { name: 'secrets', kind: 'flag', summary: 'with client secrets and tokens; needs a passphrase' },
      { name: 'move', kind: 'flag', summary: 'suspend the connections here, so that tokens are used in one place' },
      { name: 'yes', kind: 'flag', summary: 'do not ask' },
      passphraseFile,
    ],
    load: () => import('./commands/export.ts'),
  },
  import: {
    summary: 'make the connections of a file that `export` wrote',
    arguments: [{ name: 'file', summary: 'YAML, JSON or sealed; - is standard input' }],
    options: [
      { name: 'check', kind: 'flag', summary: 'only name what is wrong with it' },
      { name: 'replace', kind: 'flag', summary: 'take the place of definitions that are stored' },
      passphraseFile,
    ],
    load: () => import('./commands/import.ts'),
  },
  'rotate-key': {
    summary: 'change the key that seals the store, while everything runs',
    arguments: [],
    options: [
      { name: 'status', kind: 'flag', summary: 'only show the keys, their age and what they seal' },
      { name: 'stage', kind: 'flag', summary: 'only put a new key into the key file, for other nodes to get it first' },
      { name: 'retire', kind: 'flag', summary: 'take keys that seal nothing any more out of the key file' },
      { name: 'yes', kind: 'flag', summary: 'do not ask' },
    ],
    load: () => import('./commands/rotate-key.ts'),
  },
  signin: {
    summary: 'print a sign-in link that works once',
    arguments: [],
    options: [],
    load: () => import('./commands/signin.ts'),
  },
  completion: {
    summary: 'print the completion script of a shell',
    arguments: [{ name: 'shell', summary: 'bash, zsh or fish' }],
    options: [],
    load: () => import('./commands/completion.ts'),
  },
}

/** What the first word of a group means, for help. */
export const groups: Readonly<Record<string, string>> = {
  service: 'look at a service; make, check, store and remove definitions of your own',
  key: 'make, list and revoke API keys',
}
