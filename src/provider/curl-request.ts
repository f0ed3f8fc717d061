/** The request that a pasted curl command makes, by curl's own rules (curl(1), read 2026-11-22). Nothing is sent. */
import { EvergrantError, type Fault } from '../errors.ts'
import { decodeForm, encodeQuery } from '../oauth/encode.ts'
import { readCommands } from './shell.ts'

export type Pair = { name: string; value: string }

export type CurlRequest = {
  method: string
  /** Without the query. */
  url: string
  query: Pair[]
  /** Names in lower case; Authorization and the content type are told apart. */
  headers: Pair[]
  body?: { form: Pair[] } | { json: Record<string, unknown> } | { text: string; type?: string }
  /** `-u` or an Authorization header of Basic. */
  basic?: { user: string; password?: string }
  /** Another Authorization header. */
  authorization?: string
  followsRedirects: boolean
  warnings: string[]
}

type Option = {
  takes?: true
  /** Why it cannot be taken over, and what to do instead. */
  refused?: readonly [problem: string, remedy: string]
  /** What a person should know who used it. */
  warns?: string
}

const multipart = [
  'sends multipart/form-data, which no token endpoint takes',
  'send the fields with --data-urlencode',
] as const
const certificate =
  'a client certificate is given with the connection: choose tls_client_auth, then --key-file and --certificate-file'

/** Options by their long names. An option that only changes what curl shows has nothing to say here. */
const options: Readonly<Record<string, Option>> = {
  request: { takes: true },
  header: { takes: true },
  data: { takes: true },
  'data-ascii': { takes: true },
  'data-raw': { takes: true },
  'data-binary': { takes: true },
  'data-urlencode': { takes: true },
  json: { takes: true },
  user: { takes: true },
  url: { takes: true },
  'oauth2-bearer': { takes: true },
  'user-agent': { takes: true },
  get: {},
  location: {},
  'location-trusted': {},
  basic: {},
  insecure: { warns: '-k is left out: certificates are always checked; hosts.ca takes an authority of your own' },
  cacert: { takes: true, warns: '--cacert is left out: put the PEM text into hosts.ca' },
  proxy: { takes: true, warns: '-x is left out: the server has its own setting for a proxy' },
  cert: { takes: true, warns: `-E is left out: ${certificate}` },
  key: { takes: true, warns: `--key is left out: ${certificate}` },
  cookie: { takes: true, warns: '-b is left out: a token request has no cookies' },
  'cookie-jar': { takes: true },
  referer: { takes: true },
  output: { takes: true },
  'write-out': { takes: true },
  'max-time': { takes: true },
  'connect-timeout': { takes: true },
  retry: { takes: true },
  'retry-delay': { takes: true },
  'retry-max-time': { takes: true },
  'max-redirs': { takes: true },
  stderr: { takes: true },
  'dump-header': { takes: true },
  silent: {},
  'show-error': {},
  include: {},
  verbose: {},
  compressed: {},
  fail: {},
  'fail-with-body': {},
  'no-buffer': {},
  globoff: {},
  'progress-bar': {},
  'no-progress-meter': {},
  'path-as-is': {},
  disable: {},
  http1: {},
  'http1.1': {},
  http2: {},
  'http2-prior-knowledge': {},
  tlsv1: {},
  'tlsv1.2': {},
  'tlsv1.3': {},
  ipv4: {},
  ipv6: {},
  form: { takes: true, refused: multipart },
  'form-string': { takes: true, refused: multipart },
  'upload-file': { takes: true, refused: ['uploads a file', 'give the body with --data'] },
  config: { takes: true, refused: ['reads options from a file', 'write them into the command'] },
  netrc: { refused: ['takes the password from a file', 'give it with -u'] },
  head: { refused: ['asks for the headers alone, which hold no token', 'leave it out'] },
  digest: { refused: ['uses HTTP Digest, which is no client authentication of OAuth', 'use -u alone'] },
  negotiate: { refused: ['uses Kerberos, which is no client authentication of OAuth', 'use -u alone'] },
  'aws-sigv4': { takes: true, refused: ['signs the request for AWS, which needs another tool', 'leave it out'] },
}

const shortNames: Readonly<Record<string, string>> = {
  X: 'request',
  H: 'header',
  d: 'data',
  u: 'user',
  A: 'user-agent',
  G: 'get',
  L: 'location',
  k: 'insecure',
  x: 'proxy',
  E: 'cert',
  b: 'cookie',
  c: 'cookie-jar',
  e: 'referer',
  o: 'output',
  w: 'write-out',
  m: 'max-time',
  D: 'dump-header',
  s: 'silent',
  S: 'show-error',
  i: 'include',
  v: 'verbose',
  f: 'fail',
  N: 'no-buffer',
  g: 'globoff',
  q: 'disable',
  '#': 'progress-bar',
  '0': 'http1',
  '1': 'tlsv1',
  '4': 'ipv4',
  '6': 'ipv6',
  F: 'form',
  T: 'upload-file',
  K: 'config',
  n: 'netrc',
  I: 'head',
}

/** All requests of a text, in their order. What else stands there is told, never run. */
export function readCurl(text: string): CurlRequest[] {
  const faults: Fault[] = []
  const warnings: string[] = []
  const requests: CurlRequest[] = []
  for (const { words, end } of readCommands(text)) {
    // A prompt that was copied along.
    const [program = '', ...rest] = /^[$%>]$/.test(words[0] ?? '') ? words.slice(1) : words
    if (/(?:^|[/\\])curl(?:\.exe)?$/i.test(program)) {
      requests.push(requestOf(readWords(rest, faults), faults))
      if (end === '|') warnings.push('what follows | works on the answer; `take` says where the token stands in it')
    } else if (requests.length === 0 || !warnings.some((one) => one.includes('|')))
      warnings.push('a command that is not curl was left out')
  }
  if (requests.length === 0 && faults.length === 0)
    faults.push({ path: 'curl', problem: 'there is no curl command in it', remedy: 'paste from `curl` on' })
  if (faults.length > 0)
    throw new EvergrantError('invalid_value', {
      detail: `the curl command cannot be taken over: ${faults.map(({ path, problem }) => (path === 'curl' ? problem : `${path} ${problem}`)).join('; ')}`,
      remedy: 'correct the places named above',
      faults,
    })
  const [first] = requests
  first?.warnings.push(...warnings)
  return requests
}

type Given = { name: string; value: string }

/** Long and short options, `-sSL` and `-XPOST` too; what is no option is an address. */
function readWords(words: readonly string[], faults: Fault[]): Given[] {
  const given: Given[] = []
  let onlyAddresses = false
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const take = (name: string, shown: string, inside?: string): void => {
      const option = Object.hasOwn(options, name) ? options[name] : undefined
      if (option === undefined) {
        const remedy = 'leave it out, or write the request without it'
        faults.push({ path: shown, problem: 'is not known here', remedy })
        return
      }
      let value = inside
      if (option.takes && value === undefined) value = words[++at]
      if (option.takes && value === undefined)
        faults.push({ path: shown, problem: 'has no value', remedy: 'paste the whole command' })
      if (option.refused !== undefined) {
        const [problem, remedy] = option.refused
        faults.push({ path: shown, problem, remedy })
        return
      }
      given.push({ name, value: value ?? '' })
    }
    if (onlyAddresses || word === '-' || !word.startsWith('-')) given.push({ name: 'url', value: word })
    else if (word === '--') onlyAddresses = true
    else if (word.startsWith('--')) {
      const [, name = '', inside] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? []
      take(name, `--${name}`, inside)
    } else
      for (let letter = 1; letter < word.length; letter += 1) {
        const short = word.charAt(letter)
        const name = shortNames[short] ?? short
        const rest = word.slice(letter + 1)
        const takes = Object.hasOwn(options, name) && options[name]?.takes === true
        take(name, `-${short}`, takes && rest !== '' ? rest : undefined)
        if (takes) break
      }
  }
  return given
}

function requestOf(given: readonly Given[], faults: Fault[]): CurlRequest {
  const values = (...names: string[]) => given.filter(({ name }) => names.includes(name)).map(({ value }) => value)
  const has = (name: string) => given.some((one) => one.name === name)
  const warnings = [...new Set(given.flatMap(({ name }) => options[name]?.warns ?? []))]

  const { url, query } = addressOf(values('url'), faults)
  const { headers, basic, authorization, type } = headersOf(values('header'), faults)
  const agent = values('user-agent').at(-1)
  if (agent !== undefined) headers.push({ name: 'user-agent', value: agent })
  const user = values('user').at(-1)
  const bearer = values('oauth2-bearer').at(-1)

  const data = dataOf(given, faults)
  const asJson = has('json')
  const inQuery = has('get')
  const body =
    data === undefined || inQuery
      ? undefined
      : bodyOf(data, type ?? (asJson ? 'application/json' : undefined), warnings)
  if (asJson && !headers.some(({ name }) => name === 'accept'))
    headers.push({ name: 'accept', value: 'application/json' })
  const method = values('request').at(-1)?.toUpperCase() ?? (body === undefined ? 'GET' : 'POST')
  return {
    method,
    url,
    query: [...query, ...(inQuery && data !== undefined ? pairsOf(data) : [])],
    headers,
    ...(body === undefined ? {} : { body }),
    ...(user === undefined ? (basic === undefined ? {} : { basic }) : { basic: userOf(user) }),
    ...(bearer !== undefined
      ? { authorization: `Bearer ${bearer}` }
      : authorization === undefined || user !== undefined
        ? {}
        : { authorization }),
    followsRedirects: has('location') || has('location-trusted'),
    warnings,
  }
}

function addressOf(urls: readonly string[], faults: Fault[]): { url: string; query: Pair[] } {
  const [typed, ...more] = urls
  if (typed === undefined) {
    faults.push({ path: 'curl', problem: 'it has no address', remedy: 'paste the whole command' })
    return { url: '', query: [] }
  }
  if (more.length > 0)
    faults.push({
      path: 'curl',
      problem: `it has ${urls.length} addresses, or a value that is not in quotes`,
      remedy: 'leave one address, and put values with blanks in quotes',
    })
  // Like curl: an address without a scheme is plain http, but a token endpoint is meant.
  const whole = (/^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`).replace(/#.*$/s, '')
  const mark = whole.indexOf('?')
  return mark < 0 ? { url: whole, query: [] } : { url: whole.slice(0, mark), query: pairsOf(whole.slice(mark + 1)) }
}

/** Headers that curl or the transport writes for every request. */
const written = new Set([
  'host',
  'content-length',
  'connection',
  'accept-encoding',
  'expect',
  'transfer-encoding',
  'te',
])

function headersOf(lines: readonly string[], faults: Fault[]) {
  const headers: Pair[] = []
  let basic: CurlRequest['basic']
  let authorization: string | undefined
  let type: string | undefined
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:;]+)[:;]\s*([\s\S]*?)\s*$/.exec(line) ?? []
    if (line.startsWith('@')) faults.push(fileFault('-H'))
    else if (name === '') faults.push({ path: '-H', problem: 'a header has no name', remedy: "write -H 'Name: value'" })
    else {
      const lower = name.trim().toLowerCase()
      if (lower === 'content-type') type = value
      else if (lower === 'authorization') {
        const encoded = /^basic\s+(\S+)$/i.exec(value)?.[1]
        if (encoded === undefined) authorization = value
        else
          basic = /[$<{]/.test(encoded) ? { user: '' } : userOf(Buffer.from(encoded, 'base64').toString('utf8'), true)
      } else if (lower !== 'cookie' && !written.has(lower)) headers.push({ name: lower, value })
    }
  }
  return { headers, basic, authorization, type }
}

/** In an Authorization header id and secret may be form-encoded (RFC 6749 section 2.3.1); with -u they are as they are. */
function userOf(text: string, encoded = false): { user: string; password?: string } {
  const decode = (part: string) => (encoded && part.includes('%') ? decodeForm(part) : part)
  const colon = text.indexOf(':')
  return colon < 0
    ? { user: decode(text) }
    : { user: decode(text.slice(0, colon)), password: decode(text.slice(colon + 1)) }
}

/** The parts of the body joined as curl joins them. */
function dataOf(given: readonly Given[], faults: Fault[]): string | undefined {
  const parts: string[] = []
  let json: string | undefined
  for (const { name, value } of given) {
    if (name === 'data-raw') parts.push(value)
    else if (name === 'data' || name === 'data-ascii' || name === 'data-binary') {
      if (value.startsWith('@')) faults.push(fileFault(`--${name}`))
      else
        parts.push(
          name === 'data-binary' ? value : value.replaceAll(/[\r\n]+/g, value.trimStart().startsWith('{') ? '\n' : ''),
        )
    } else if (name === 'data-urlencode') {
      const [, field = '', sign = '', content = value] = /^([^=@]*)([=@])([\s\S]*)$/.exec(value) ?? []
      if (sign === '@') faults.push(fileFault('--data-urlencode'))
      else parts.push(`${field === '' ? '' : `${field}=`}${encodeQuery(content)}`)
    } else if (name === 'json') {
      if (value.startsWith('@')) faults.push(fileFault('--json'))
      else json = (json ?? '') + value
    }
  }
  return json ?? (parts.length === 0 ? undefined : parts.join('&'))
}

function fileFault(option: string): Fault {
  return {
    path: option,
    problem: 'reads a file, which is not here',
    remedy: 'write its content in its place',
  }
}

function bodyOf(data: string, type: string | undefined, warnings: string[]): NonNullable<CurlRequest['body']> {
  const isJson = /[/+]json\b/i.test(type ?? '')
  const json = isJson || data.trimStart().startsWith('{') ? objectOf(data) : undefined
  if (json !== undefined) {
    if (!isJson) warnings.push('the body is JSON but was sent as a form; it is taken as JSON')
    return { json }
  }
  if (type !== undefined && !/x-www-form-urlencoded/i.test(type)) return { text: data, type }
  return { form: pairsOf(data) }
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>) // a JSON object
      : undefined
  } catch {
    return undefined
  }
}

function pairsOf(text: string): Pair[] {
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      return equals < 0
        ? { name: decodeForm(pair), value: '' }
        : { name: decodeForm(pair.slice(0, equals)), value: decodeForm(pair.slice(equals + 1)) }
    })
}
