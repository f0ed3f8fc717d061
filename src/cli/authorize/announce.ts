/**
 * What a person is told to open. Where a browser opens here, that is one line; everywhere else all ways stand together,
 * in at most twelve lines, because nobody but the person knows which of them works.
 */
import type { AuthorizationOnWire } from '../../api/authorization.ts'
import { duration } from '../../duration.ts'

export type Surroundings = {
  /** The address to open: short where a server answers for it. */
  link: string | undefined
  opensBrowser: boolean
  canPaste: boolean
  /** Where the listener is: `user@host` to reach it by SSH; undefined when the browser is on this machine. */
  tunnel: { target: string; port?: string } | undefined
  /** Seconds until it is too late. */
  within: number
}

export function announcement(started: AuthorizationOnWire, around: Surroundings): string[] {
  const head = `authorize "${started.connection}" within ${duration(around.within)}`
  if (around.opensBrowser && around.link !== undefined && started.user_code === undefined) {
    return [`${head}: a browser opens; if not, open`, `  ${around.link}`]
  }
  const ways = [...deviceLines(started), ...linkLines(started, around)]
  if (around.canPaste && started.back !== 'device') ways.push(['or paste here the address the browser ended on'])
  return [
    `${head}${ways.length > 1 ? '; whichever is done first counts' : ''}:`,
    ...ways.flatMap(([first = '', ...more]) => [`  - ${first}`, ...more.map((line) => `      ${line}`)]),
  ]
}

/** One event for programs, instead of the lines. */
export function authorizationEvent(started: AuthorizationOnWire, link: string | undefined): Record<string, unknown> {
  const { id, connection, user_code, verification_uri, verification_uri_complete, expires_at } = started
  const url = link ?? verification_uri_complete ?? verification_uri
  return {
    event: 'authorization_required',
    id,
    connection,
    ...(url === undefined ? {} : { url }),
    ...(user_code === undefined ? {} : { user_code }),
    ...(verification_uri === undefined ? {} : { verification_uri }),
    ...(verification_uri_complete === undefined ? {} : { verification_uri_complete }),
    expires_at,
  }
}

/** The warning is that of RFC 8628 section 5.4: whoever has a stranger's code entered gets the access. */
function deviceLines({ user_code, verification_uri }: AuthorizationOnWire): string[][] {
  if (user_code === undefined) return []
  return [
    [
      `on any device, enter ${user_code} at ${verification_uri ?? 'the address of the service'}`,
      'enter a code only if you asked for it yourself, never one that somebody sent you',
    ],
  ]
}

function linkLines(started: AuthorizationOnWire, { link, tunnel }: Surroundings): string[][] {
  if (link === undefined || started.back === 'device') return []
  const ports = tunnel === undefined ? [] : loopbackPorts([started.redirect_uri, link])
  if (tunnel === undefined || ports.length === 0) return [['open', link]]
  const forwards = ports.map((port) => `-L 127.0.0.1:${port}:127.0.0.1:${port}`).join(' ')
  const command = `ssh -N ${forwards} ${tunnel.port === undefined ? '' : `-p ${tunnel.port} `}${tunnel.target}`
  return [['run this on the computer with the browser', command, 'and open there', link]]
}

/** Ports that the browser must reach on this machine. */
function loopbackPorts(addresses: readonly (string | undefined)[]): string[] {
  const ports = addresses.flatMap((address) => {
    const url = address === undefined ? null : URL.parse(address)
    if (url === null || !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)) return []
    return [url.port || (url.protocol === 'https:' ? '443' : '80')]
  })
  return [...new Set(ports)]
}
