/** The command that connects a way of a played service: what a person would type, made from the definition as data. */
import type { Provider, RedirectRule, Value, Way } from '../provider/provider.ts'
import { namesIn } from './service/pattern.ts'
import { known } from './service/sites.ts'

/** `environment` stands before the command: secrets are never in an argument list. */
export type ConnectCommand = {
  environment: Readonly<Record<string, string>>
  flags: readonly string[]
  /** What is to be had or registered at the console of the service, in sentences. */
  first: readonly string[]
}

/** The command as it is typed in a shell. `service` is what stands after `connect`. */
export function commandLine({ environment, flags }: ConnectCommand, service: readonly string[]): string {
  const assigned = Object.entries(environment).map(([name, value]) => `${name}=${quoted(value)}`)
  return [...assigned, 'evergrant', 'connect', ...[...service, ...flags].map(quoted)].join(' ')
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

const secretMethods: readonly string[] = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'query']

export function connectCommand(provider: Provider, wayName: string): ConnectCommand {
  const way = provider.ways[wayName]!
  const named = new Set(textsIn([way, way.api ?? provider.api, way.client ?? provider.client]).flatMap(namesIn))
  const { client, secret } = clientFlags(provider, way, named)
  const { flags: inputs, first } = inputFlags(provider, named)
  const person = way.grant === 'password' || way.token?.auth === 'user' || named.has('user_name')
  const pasted = way.grant === 'pasted'
  const registers = client.includes('--generate-key')
  return {
    environment: {
      ...(secret !== undefined && { EVERGRANT_CLIENT_SECRET: secret }),
      ...((person || named.has('password')) && !way.authorize && { EVERGRANT_PASSWORD: known.password }),
    },
    flags: [
      ...(Object.keys(provider.ways)[0] === wayName ? [] : ['--grant', wayName]),
      ...client,
      ...(person && !way.authorize ? ['--user-name', known.userName] : []),
      ...inputs,
      ...scopeFlags(provider, way),
      ...(way.authorize ? redirectFlags(way.redirects ?? provider.redirects ?? []) : []),
      ...(pasted ? ['--import', 'token.json'] : []),
      ...(registers ? ['--no-authorize'] : []),
    ],
    first: [
      ...first,
      ...(pasted ? ['Have a token made at the console, and save it as token.json: {"access_token": "..."}'] : []),
      ...(registers
        ? [
            `Register the certificate that it prints at the console, then: evergrant ${way.authorize ? 'authorize' : 'token'} NAME`,
          ]
        : []),
    ],
  }
}

function clientFlags(provider: Provider, way: Way, named: ReadonlySet<string>): { client: string[]; secret?: string } {
  const { id, auth } = way.client ?? provider.client
  const method = auth[0] ?? 'none'
  const identified = method !== 'none' || named.has('client_id') || (way.authorize ?? way.device) !== undefined
  const secret = secretMethods.includes(method) || named.has('client_secret')
  const signs = method === 'private_key_jwt' || (way.assertion !== undefined && way.assertion.key === undefined)
  return {
    client: [
      ...(identified && id?.fixed === undefined ? ['--client-id', known.id] : []),
      ...(signs ? ['--generate-key'] : []),
    ],
    ...(secret && { secret: method === 'client_secret_jwt' ? known.secrets[1] : known.secrets[0] }),
  }
}

/** What a person has to type: the example of the definition, or its first choice. */
function inputFlags(provider: Provider, named: Set<string>): { flags: string[]; first: string[] } {
  const values = provider.values ?? {}
  const first: string[] = []
  const refused = (provider.warnings ?? []).filter(({ refuses }) => refuses).flatMap(({ when }) => when.lacks ?? [])
  // A value may come from another one: a choice that sets it, or a file that holds it.
  for (const [name, { from = [] }] of Object.entries(values).filter(([name]) => named.has(name)))
    for (const source of from)
      if (typeof source === 'string') named.add(/^(?:choice|file)\.([^.]+)/.exec(source)?.[1] ?? name)
  const flags = Object.entries(values).flatMap(([name, value]) => {
    const typed = (value.from ?? ['person'])[0] === 'person'
    const mayLack = value.optional && !refused.includes(name)
    if (!named.has(name) || !typed || mayLack || value.default !== undefined) return []
    if (value.shape === 'json_file') {
      first.push('Download the key file at the console, as key.json.')
      return ['--input-file', `${name}=key.json`]
    }
    if (value.shape === 'pem') {
      first.push('Download the private key at the console, as key.pem.')
      return ['--input-file', `${name}=key.pem`]
    }
    return value.secret ? ['--input-file', `${name}=FILE`] : ['--input', `${name}=${textOf(value, name)}`]
  })
  return { flags, first }
}

function textOf({ example, choices, shape }: Value, name: string): string {
  return (
    choices?.[0]?.value ?? example ?? (shape === 'digits' ? '1234567890' : `rehearsal-${name.replaceAll('_', '-')}`)
  )
}

/** One where the request needs some and the definition proposes none. */
function scopeFlags(provider: Provider, way: Way): string[] {
  const scopes = way.scopes ?? provider.scopes
  const needed = textsIn([way.authorize, way.device, way.token], isNeeded).flatMap(namesIn).includes('scope')
  return needed && scopes?.preset.length === 0 ? ['--scope', Object.keys(scopes.known)[0] ?? 'read'] : []
}

/** A field whose name ends in a question mark is left out when it has no value. */
const isNeeded = (name: string): boolean => !name.endsWith('?')

/** None where the server's own address is taken, else a listener on this machine, else an address to paste from. */
function redirectFlags(rules: readonly RedirectRule[]): string[] {
  const plain = rules.filter(({ scheme }) => scheme?.includes('http') ?? true)
  const takes = (host: '127.0.0.1') => (rule: RedirectRule) =>
    rule.back.includes('callback') && (rule.host?.includes(host) ?? true) && rule.onlyWith === undefined
  if (rules.length === 0 || plain.some(takes('127.0.0.1'))) return []
  const loopback = plain.find(({ back, host }) => back.includes('loopback') && host?.length !== 0)
  if (!loopback) return ['--redirect-uri', 'https://example.com/callback']
  const only = Object.entries(loopback.onlyWith ?? {}).flatMap(([name, value]) => ['--input', `${name}=${value}`])
  return ['--redirect-uri', `http://${loopback.host?.[0] ?? '127.0.0.1'}:8765/callback`, ...only]
}

function textsIn(node: unknown, wanted: (name: string) => boolean = () => true): string[] {
  if (typeof node === 'string') return [node]
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, item]) => (wanted(name) ? textsIn(item, wanted) : []))
}
