/** What the fields of somebody's token request mean: by their names, and where those say nothing by their look. */
import {
  authorizationCode,
  clientCredentials,
  deviceCode,
  jwtBearer,
  password,
  refreshToken,
  tokenExchange,
} from '../oauth/grants/index.ts'
import { reservedNames } from './names.ts'
import type { GrantName } from './provider.ts'

/** Variable -> names that services give it, letters and digits only. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  client_id: ['clientid', 'clientkey', 'appid', 'appkey', 'applicationid', 'consumerkey', 'consumerid'],
  client_secret: ['clientsecret', 'appsecret', 'applicationsecret', 'consumersecret', 'secret'],
  refresh_token: ['refreshtoken'],
  redirect_uri: ['redirecturi', 'redirecturl', 'callbackurl'],
  scope: ['scope', 'scopes'],
  user_name: ['username', 'user', 'userid', 'login'],
  password: ['password', 'passwd', 'passphrase', 'userpassword'],
  code_verifier: ['codeverifier'],
  assertion: ['assertion'],
  client_assertion: ['clientassertion'],
  device_code: ['devicecode'],
  subject_token: ['subjecttoken'],
}

const variables = new Map(
  Object.entries(spellings).flatMap(([variable, names]) => names.map((name) => [name, variable])),
)

/** The variable behind a field's name; `code` and `state` mean something in one grant alone. */
export function variableOf(name: string, grant: GrantName | 'refresh_token'): string | undefined {
  const plain = bare(name)
  if (plain === 'code' || plain === 'authorizationcode') return grant === 'authorization_code' ? 'code' : undefined
  if (plain === 'state') return grant === 'authorization_code' ? 'state' : undefined
  const variable = variables.get(plain)
  const only: Readonly<Record<string, string>> = {
    assertion: 'jwt_bearer',
    device_code: 'device_code',
    subject_token: 'token_exchange',
    redirect_uri: 'authorization_code',
    code_verifier: 'authorization_code',
  }
  const bound = variable === undefined ? undefined : only[variable]
  return bound === undefined || bound === grant ? variable : undefined
}

/** Grants that a token request can name. */
const requested = [
  authorizationCode,
  clientCredentials,
  password,
  refreshToken,
  jwtBearer,
  deviceCode,
  tokenExchange,
] as const

/** By `grant_type`, else by what is sent. What nobody knows is a request that can be sent again as it is. */
export function grantBehind(fields: readonly { name: string; value: string }[]): {
  grant: GrantName | 'refresh_token'
  warning?: string
} {
  const type = fields.find(({ name }) => bare(name) === 'granttype')?.value.trim()
  const known =
    type === undefined ? undefined : requested.find(({ grantType }) => grantType === type.toLowerCase())?.name
  if (known !== undefined) return { grant: known }
  const names = new Set(fields.map(({ name }) => bare(name)))
  const has = (variable: string) => (spellings[variable] ?? [variable]).some((name) => names.has(name))
  const grant = has('refresh_token')
    ? 'refresh_token'
    : has('code')
      ? 'authorization_code'
      : has('assertion')
        ? 'jwt_bearer'
        : has('user_name') && has('password')
          ? 'password'
          : 'client_credentials'
  const said =
    type === undefined || type === '' ? 'there is no grant_type' : `nobody knows grant_type ${type.slice(0, 60)}`
  return { grant, warning: `${said}; by its fields it was taken as ${grant}` }
}

/** What stands in a manual where a value belongs: `$NAME`, `<name>`, `{{name}}`, `YOUR_SECRET`, `xxxx`, dots. */
export function isPlaceholder(value: string): boolean {
  return (
    /^(?:\$\{?[A-Za-z_]\w*\}?|<[^<>]*>|\{\{?[^{}]*\}?\}|%[A-Za-z_]\w*%|\[[^[\]]*\])$/.test(value) ||
    /^(?:your|insert|enter)(?:[-_ ].+|[A-Z]\w+)$|^(?:my|the)[-_ ](?:client|app|user|secret|token|password|code|tenant)/i.test(
      value,
    ) ||
    /^(?:x{3,}|\*{3,}|\.{3,}|…)$/i.test(value)
  )
}

/** A name that says so, or a long random text. */
export function looksSecret(name: string, value: string): boolean {
  if (/(?:type|format|uri|url|hint|expires?|lifetime|ttl)$/i.test(name)) return false
  if (/secret|passw|pwd|token|api-?_?key|credential|signature|private|(?:^|[-_])(?:key|pin|auth)$/i.test(name))
    return true
  return looksRandom(value)
}

function looksRandom(value: string): boolean {
  if (/^eyJ[\w-]{10,}\./.test(value)) return true
  if (!/^[A-Za-z0-9+/=_.~|:-]{20,}$/.test(value) || /^urn:|:\/\//.test(value)) return false
  if (/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value)) return false // an id: of a tenant, an account
  if (/^\d+$/.test(value) || /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(value)) return false // a number; a host or a scope
  return /\d/.test(value) && /[A-Za-z]/.test(value) && new Set(value).size >= 10
}

/** A name for a value, made from the field's, that nobody has taken. */
export function valueName(label: string, taken: Readonly<Record<string, unknown>>): string {
  const spaced = label.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
  const plain = spaced.replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '')
  const base = /^[a-z]/.test(plain) && !reserved.has(plain) ? plain : `own_${plain === '' ? 'value' : plain}`
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base}_${count}`
    if (!Object.hasOwn(taken, name)) return name
  }
}

const reserved = new Set(reservedNames)

function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}
