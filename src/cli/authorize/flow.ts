/**
 * One authorization, from start to token, wherever browser and server are. A second call for the same connection is a
 * second authorization; whichever is finished first counts.
 */
import { randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import type { AuthorizationOnWire } from '../../api/authorization.ts'
import { errorTable, EvergrantError } from '../../errors.ts'
import type { Call } from '../command.ts'
import { tellWarnings } from '../connection-text.ts'
import { chooseOpen } from '../connect/choose.ts'
import { canAsk } from '../io.ts'
import { withRfc3339 } from '../times.ts'
import { announcement, authorizationEvent, type Surroundings } from './announce.ts'
import { canOpenBrowser, isOverSsh, openBrowser } from './browser.ts'
import { listenHere } from './here.ts'
import { authorizedText, outcomeError } from './outcome.ts'
import { withRedirectHints } from './redirect-hints.ts'
import { waitForOutcome } from './wait.ts'

/** Seconds; long enough to find a password, short enough not to be forgotten. */
const defaultTimeout = 600

/** Gives 0 once the connection is authorized, or 4 with `--no-wait`. */
export async function authorize(call: Call, name: string, redirectUri?: string): Promise<number> {
  return withRedirectHints(call, name, () => run(call, name, redirectUri))
}

async function run(call: Call, name: string, redirectUri: string | undefined): Promise<number> {
  const { client, given, output } = call
  const timeout = given.number('timeout') ?? defaultTimeout
  const starter = randomBytes(24).toString('base64url')
  const here = given.flag('no-wait') ? undefined : await listenHere(call, name, redirectUri, timeout * 1000)
  try {
    const back = here === undefined ? {} : ({ back: 'paste' } as const)
    const uri = here?.redirectUri ?? redirectUri
    const started = await client.call('authorizeConnection', {
      params: { name },
      // The server keeps to its own bounds; this process waits as long as it was told.
      body: {
        starter,
        timeout: Math.min(3_600, Math.max(10, timeout)),
        ...back,
        ...(uri === undefined ? {} : { redirect_uri: uri }),
      },
    })
    here?.belongsTo(started)
    const canPaste = canAsk(call.io) && !output.json && !given.flag('no-wait')
    const link = await announce(call, started, canPaste)
    if (given.flag('no-wait')) return errorTable.needs_authorization.exit
    const ended = await waitForOutcome(call, {
      started,
      starter,
      timeoutMs: timeout * 1000,
      canPaste: canPaste && started.back !== 'device',
    })
    if (ended.outcome.kind !== 'authorized') throw outcomeError(ended)
    return await finish(call, ended, link)
  } finally {
    await here?.close()
  }
}

/** Tells what to open, opens it where that makes sense, and gives the link. */
async function announce(call: Call, started: AuthorizationOnWire, canPaste: boolean): Promise<string | undefined> {
  const { io, output, given } = call
  const link = await linkOf(call, started)
  const opensBrowser =
    !given.flag('no-browser') && !given.flag('no-wait') && !output.json && canOpenBrowser(io, process.platform)
  // The server tells whole seconds: one may have been cut.
  const left = started.expires_at + 1 - io.now() / 1000
  const within = Math.min(given.number('timeout') ?? defaultTimeout, left)
  const around: Surroundings = { link, opensBrowser, canPaste, tunnel: tunnelOf(call), within }
  if (output.json) output.result('', withRfc3339(authorizationEvent(started, link)))
  else for (const line of announcement(started, around)) output.say(line)
  const address = link ?? started.verification_uri_complete ?? started.verification_uri
  if (opensBrowser && address !== undefined) await openBrowser(address, io.env)
  return link
}

/**
 * The short link where a server answers for it, else the authorization URL. Only the server knows where people reach
 * it. A device flow has its own address.
 */
async function linkOf({ client }: Call, started: AuthorizationOnWire): Promise<string | undefined> {
  const { url = started.authorization_url, link, authorization_url } = started
  if (started.back === 'device') return undefined
  const isLong = url === authorization_url
  return isLong && (await client.place()) !== 'in process' ? (link ?? url) : url
}

/** How the computer with the browser reaches this one, read from the SSH session (sshd(8): client, its port, us, our port). */
function tunnelOf({ io, options }: Call): Surroundings['tunnel'] {
  if (!isOverSsh(io.env) || (options.server !== undefined && !options.server.startsWith('unix:'))) return undefined
  const [, , address, port] = (io.env['SSH_CONNECTION'] ?? '').split(' ')
  const user = io.env['USER'] || io.env['LOGNAME'] || userInfo().username
  return { target: `${user}@${address || hostname()}`, ...(port === undefined || port === '22' ? {} : { port }) }
}

async function finish(call: Call, ended: AuthorizationOnWire, link: string | undefined): Promise<number> {
  const { client, output, io } = call
  const connection = await client.call('showConnection', { params: { name: ended.connection } })
  if (output.json) output.result('', withRfc3339({ event: 'authorized', id: ended.id, connection }))
  else output.result(authorizedText(connection, io.now() / 1000), connection)
  tellWarnings(output, await chooseOpen(call, connection))
  output.say(`next: evergrant token ${connection.name}`)
  if (connection.state !== 'active') {
    throw new EvergrantError('needs_authorization', {
      detail: `"${connection.name}" was authorized, but has no token that works`,
      connection: connection.name,
      ...(link === undefined ? {} : { authorizeUrl: link }),
    })
  }
  return 0
}
