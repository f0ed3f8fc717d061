/**
 * Connecting a name that exists, with flags, changes what the flags give and keeps the rest: how a mistyped secret is
 * corrected. What obtained the tokens and what they are for stays: another service, way or address is a new connection.
 */
import type { ConnectionChangeOnWire, ConnectionOnWire } from '../../api/connection.ts'
import { EvergrantError } from '../../errors.ts'
import { authorize } from '../authorize/flow.ts'
import { authorizedText } from '../authorize/outcome.ts'
import type { Call } from '../command.ts'
import { needsPerson, tellWarnings } from '../connection-text.ts'
import { reportError } from '../report.ts'
import { withRfc3339 } from '../times.ts'
import { tellCertificate } from './certificate.ts'
import { refuseOpenInputs } from './complete.ts'
import { changeOf, describesService, refuseShared } from './continue.ts'
import type { Draft } from './draft.ts'
import { needingValues } from './missing.ts'
import { isImport } from './place.ts'

export async function change(call: Call, draft: Draft, found: ConnectionOnWire, provider: string): Promise<number> {
  const { name } = found
  refuseAnother(call, draft, found, provider)
  if (provider !== 'custom') await refuseOpenInputs(call, provider, found.way)
  const body = changeOf(withoutNewKey(call, draft, found), found)
  if (body === undefined) {
    throw new EvergrantError('connection_exists', {
      connection: name,
      remedy: `give the options that are to be changed, choose another name, or \`evergrant authorize ${name}\` to authorize it again`,
    })
  }
  // Tokens of others were obtained by this client; a new secret of it is theirs as well.
  if (body.client?.id !== undefined) refuseShared(body, found)
  const connection = await call.client.call('changeConnection', { params: { name }, body })
  const changed = namesOf(body)
  if (body.client?.key === 'generate') tellCertificate(call, connection)
  if (body.client !== undefined && (connection.client?.shared_with ?? 0) > 0)
    call.output.warn(`other connections use the client ${connection.client?.id} too: it was changed for them as well`)
  return bring(call, connection, body, changed)
}

/** A key made before is registered at the service; another one would not be. */
function withoutNewKey({ output }: Call, draft: Draft, { name, client }: ConnectionOnWire): Draft {
  if (draft.client.key !== 'generate' || client?.has_key !== true) return draft
  const { key: _key, ...kept } = draft.client
  output.say(`the key that was made for ${name} stays`)
  return { ...draft, client: kept }
}

function refuseAnother(call: Call, draft: Draft, found: ConnectionOnWire, provider: string): void {
  const { name: connection, provider_name } = found
  const isWay = draft.grant === undefined || [found.way, found.grant].includes(draft.grant)
  if (found.provider === provider && isWay && !isImport(draft) && !describesService(call)) return
  const isDescribed = found.provider === provider && describesService(call)
  throw new EvergrantError('connection_exists', {
    connection,
    detail: `"${connection}" exists: ${provider_name}, ${found.way}`,
    ...(isDescribed
      ? {
          remedy: `leave --definition, --token-url and whatever else describes the service out to change the rest, or \`evergrant remove ${connection}\` first`,
        }
      : {}),
  })
}

/** The token with the new settings, where that needs no person or the person is needed anyway. */
async function bring(
  call: Call,
  connection: ConnectionOnWire,
  body: ConnectionChangeOnWire,
  changed: readonly string[],
): Promise<number> {
  const { client, output, io, given } = call
  const { name, state } = connection
  const text = `changed ${name}: ${changed.join(', ')}`
  const isForPerson = needsPerson(connection) && state !== 'active'
  if (given.flag('no-authorize') || state === 'suspended' || (!isForPerson && !isTried(connection, body))) {
    output.result(text, withRfc3339({ ...connection, changed }))
    tellWarnings(output, connection)
    output.say(`next: evergrant ${needsPerson(connection) ? 'authorize' : 'refresh'} ${name}`)
    return 0
  }
  output.say(text)
  if (isForPerson) return authorize(call, name)
  const verb = state === 'active' ? 'renewToken' : 'issueToken'
  const report = await needingValues(call, name, () => client.call(verb, { params: { name } }))
  if (!report.ok) throw reportError(report, 'get a token', 'provider_refused')
  output.result(authorizedText(report.connection, io.now() / 1000), withRfc3339({ ...report.connection, changed }))
  tellWarnings(output, report.connection)
  output.say(`next: evergrant token ${name}`)
  return 0
}

/** Whether a renewal shows that the change is right. More scopes or another redirect URI are for a person's next visit. */
function isTried(connection: ConnectionOnWire, body: ConnectionChangeOnWire): boolean {
  if (body.client?.key === 'generate') return false // it has to be registered first
  if (connection.state === 'active' && needsPerson(connection) && !connection.has_refresh_token) return false
  const { scopes, redirect_uri: _redirect, ...others } = body
  return Object.keys(others).length > 0 || (scopes !== undefined && !needsPerson(connection))
}

/** What was changed, by the words of the flags; no values. */
function namesOf({ client, inputs, ...others }: ConnectionChangeOnWire): string[] {
  return [
    ...Object.keys(client ?? {}).map((member) => `client ${member}`),
    ...Object.keys(inputs ?? {}),
    ...Object.keys(others),
  ].map((name) => name.replaceAll('_', ' '))
}
