/**
 * One function per kind of option value: the text as given -> the value as used, or `Unfit` with what is wrong and what
 * to do. A message never repeats the text of an option that may hold a secret.
 */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'

/** Why a value does not fit. Becomes one fault of `invalid_option`. */
export class Unfit extends Error {
  readonly remedy: string

  constructor(problem: string, remedy: string) {
    super(problem)
    this.remedy = remedy
  }
}

export type Listen = { host: string; port: number }

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export const logFormats = ['auto', 'text', 'json'] as const
export type Log = { level: (typeof logLevels)[number]; format: (typeof logFormats)[number] }

/** Whether an address can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** A path, made absolute against the working directory. */
export function path(text: string): string {
  return resolve(text)
}

/** `host:port`; an IPv6 address stands in brackets. Port 0 takes a free one. */
export function listen(text: string): Listen {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(text)
  const host = found?.[1] ?? found?.[2]
  const port = Number(found?.[3])
  if (host === undefined || port > 65_535 || (found?.[1] !== undefined && isIP(host) !== 6)) {
    throw new Unfit(`"${text}" is not host:port`, 'write it like 127.0.0.1:7117 or [::1]:7117')
  }
  return { host, port }
}

/**
 * The address people and providers reach the server at: an origin without a path, because cookies, the Host check and
 * the registered `{public_url}/oauth/callback` all stand on the origin.
 */
export function publicUrl(text: string): string {
  const url = webAddress(text, 'write it like https://evergrant.example.com')
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new Unfit('the address has a path or a query', `give the origin alone: ${url.origin}`)
  }
  return url.origin
}

/** Where the command line finds the server: an http(s) address, or `unix:` and the path of its socket. */
export function server(text: string): string {
  if (text.startsWith('unix:') && text.length > 'unix:'.length) return `unix:${resolve(text.slice('unix:'.length))}`
  const url = webAddress(text, 'write it like https://evergrant.example.com or unix:/path/evergrant.sock')
  return url.href.replace(/\/$/, '')
}

/** An http or https proxy; name and password may stand in it, so it is never shown. */
export function proxy(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new Unfit('the value is not an http or https address', 'write it like http://proxy.example.com:3128')
  }
  return url.href
}

function webAddress(text: string, remedy: string): URL {
  const url = URL.parse(text)
  if (url === null) throw new Unfit('the value is not an address', remedy)
  if (url.username !== '' || url.password !== '') throw new Unfit('the address holds a user name or password', remedy)
  if (!/^https?:$/.test(url.protocol)) throw new Unfit(`"${url.protocol}" is not http or https`, remedy)
  return url
}

/** `host` or `host:port`, separated by commas or spaces; an IPv6 address stands in brackets. Lower case. */
export function hosts(text: string): readonly string[] {
  const listed = text.split(/[\s,]+/).filter((host) => host !== '')
  const bad = listed.filter((host) => !isHost(host))
  if (bad.length > 0) {
    throw new Unfit(
      `not a host or host:port: ${bad.map((host) => `"${host}"`).join(', ')}`,
      'write host or host:port, without https:// and without a path; wildcards are not taken',
    )
  }
  return [...new Set(listed.map((host) => host.toLowerCase()))]
}

function isHost(text: string): boolean {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([a-zA-Z0-9_](?:[a-zA-Z0-9_.-]*[a-zA-Z0-9_])?))(?::(\d{1,5}))?$/.exec(text)
  if (found === null) return false
  if (found[1] !== undefined && isIP(found[1]) !== 6) return false
  return found[3] === undefined || (Number(found[3]) > 0 && Number(found[3]) <= 65_535)
}

/** `level`, or `level,format`. */
export function log(text: string): Log {
  const [level, format = 'auto', ...rest] = text.split(',').map((word) => word.trim())
  const known = { level: logLevels.find((name) => name === level), format: logFormats.find((name) => name === format) }
  if (known.level === undefined || known.format === undefined || rest.length > 0) {
    const words = `one of ${logLevels.join(', ')}; then, after a comma, one of ${logFormats.join(', ')}`
    throw new Unfit(`"${text}" is not a log level`, `write ${words}`)
  }
  return { level: known.level, format: known.format }
}

/** Whole seconds from 60 up to a year, or `on_401`. */
export function unknownExpiry(text: string): number | 'on_401' {
  if (text === 'on_401') return text
  const seconds = Number(text)
  if (!/^\d+$/.test(text) || seconds < 60 || seconds > 31_536_000) {
    throw new Unfit(`"${text}" is neither on_401 nor whole seconds`, 'write on_401, or 60 to 31536000 seconds')
  }
  return seconds
}

/** Whole days, up to a hundred years. */
export function days(text: string): number {
  const count = Number(text)
  if (!/^\d{1,5}$/.test(text) || count < 1 || count > 36_500) {
    throw new Unfit(`"${text}" is no number of days`, 'write a number from 1 to 36500')
  }
  return count
}

/** Something that is switched on or off. */
export function onOff(text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on'
  throw new Unfit(`"${text}" is neither on nor off`, 'write on or off')
}

/** A port from 1 to 65535: addresses with it are kept. */
export function fixedPort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) {
    throw new Unfit(`"${text}" is not a port`, 'write a number from 1 to 65535')
  }
  return port
}

/** PEM certificates, read from the file named. */
export function certificates(text: string): string {
  const remedy = 'give the path of a PEM file with the certificates of your own authorities'
  let pem: string
  try {
    pem = readFileSync(text, 'utf8')
  } catch (error) {
    throw new Unfit(`${text} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`, remedy)
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw new Unfit(`${text} holds no PEM certificate`, remedy)
  if (pem.includes('PRIVATE KEY-----')) throw new Unfit(`${text} holds a private key`, remedy)
  return pem
}

/** Keys with commas between; given on as base64url with commas between. */
export function masterKeys(text: string): string {
  return text
    .split(/[\s,]+/)
    .map(masterKey)
    .join(',')
}

/** 32 bytes in hex, base64 or base64url; given on as base64url. */
function masterKey(text: string): string {
  const encoding = /^[0-9a-fA-F]{64}$/.test(text) ? 'hex' : 'base64url'
  const bytes = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, encoding) : Buffer.alloc(0)
  if (bytes.length !== 32) {
    throw new Unfit('the key is not 32 bytes in base64 or hex', 'make one: openssl rand -base64 32')
  }
  return bytes.toString('base64url')
}

/** Where a key of Vault's transit engine is: `vault:`, the address, mount and name of the key. */
export function keyWrap(text: string): { address: string; mount: string; key: string } {
  const remedy = 'write it like vault:https://vault.example.com:8200/transit/evergrant'
  if (!text.startsWith('vault:')) throw new Unfit('the value does not begin with vault:', remedy)
  const url = webAddress(text.slice('vault:'.length), remedy)
  if (url.protocol === 'http:' && !isLoopback(url.hostname.replace(/^\[|\]$/g, ''))) {
    throw new Unfit('the address is not https: the token would cross the network in clear', remedy)
  }
  const [key = '', ...mount] = url.pathname.slice(1).split('/').toReversed()
  if (!/^[\w.-]+$/.test(key) || mount.length === 0 || mount.some((part) => !/^[\w.-]+$/.test(part))) {
    throw new Unfit('the address does not end with the mount and the name of a key', remedy)
  }
  return { address: url.origin, mount: mount.toReversed().join('/'), key }
}

/** Long enough that guessing is not worth while. */
export function passphrase(text: string): string {
  if (text.length >= 16) return text
  throw new Unfit('the passphrase is shorter than 16 characters', 'take five or more random words')
}

/** A key that a person chose: long enough that guessing it over the network is hopeless. */
export function longKey(text: string): string {
  if (text.length < 20) throw new Unfit('the key is shorter than 20 characters', 'make one: openssl rand -base64 32')
  if (/[^\x21-\x7e]/.test(text)) {
    throw new Unfit('the key holds spaces or characters that no header can carry', 'make one: openssl rand -base64 32')
  }
  return text
}

/** Any text without characters that a header cannot carry. */
export function headerText(text: string): string {
  if (/[^\x21-\x7e]/.test(text)) throw new Unfit('the value holds characters that no key has', 'copy the key again')
  return text
}
