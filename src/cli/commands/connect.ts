/**
 * From a service to a token: reads what was given, asks a person for the rest, stores the connection, authorizes it
 * (or gets its first token where no person is needed), and says what to do next.
 * A connection of this name that never had a token is continued; any other is changed by the flags that are given.
 */
import type { ConnectionOnWire } from '../../api/connection.ts'
import type { FieldOnWire } from '../../api/provider.ts'
import { EvergrantError } from '../../errors.ts'
import { authorize } from '../authorize/flow.ts'
import { authorizedText } from '../authorize/outcome.ts'
import type { Call } from '../command.ts'
import { askService } from '../connect/ask.ts'
import { needsPerson, tellWarnings } from '../connection-text.ts'
import { completeDraft } from '../connect/complete.ts'
import { tellCertificate } from '../connect/certificate.ts'
import { change } from '../connect/change.ts'
import { chooseOpen } from '../connect/choose.ts'
import { changeOf, continues, describesService, findExisting, refuseShared, withStored } from '../connect/continue.ts'
import { readDraft, type Draft } from '../connect/draft.ts'
import { missingText, needingValues } from '../connect/missing.ts'
import { isImport } from '../connect/place.ts'
import { canAsk } from '../io.ts'
import { reportError } from '../report.ts'
import { withRfc3339 } from '../times.ts'

export async function run(call: Call): Promise<number> {
  const draft = await readDraft(call)
  const provider = await readService(call)
  const wanted = draft.name ?? (canAsk(call.io) ? undefined : (ownId(draft) ?? provider))
  const found = wanted === undefined ? undefined : await findExisting(call, wanted)
  if (found !== undefined && continues(call, draft, found, provider)) return goOn(call, draft, found)
  // Without a name of its own a new connection is meant.
  if (found !== undefined && draft.name !== undefined) return change(call, draft, found, provider)
  const open = draft.definition === undefined ? await completeDraft(call, provider, draft) : []
  const name = draft.name ?? ownId(draft) ?? provider
  const connection = await call.client.call('createConnection', { body: { ...draft, name, provider } })
  if (draft.client.key === 'generate') tellCertificate(call, connection)
  return open.length > 0 ? tellMissing(call, connection, open) : bringTokens(call, connection, isImport(draft))
}

async function goOn(call: Call, draft: Draft, pending: ConnectionOnWire): Promise<number> {
  const { name, provider } = pending
  const whole = { ...withStored(draft, pending), name }
  if (draft.client.key === 'generate' && whole.client.key !== 'generate')
    call.output.say(`the key that was made for ${name} stays`)
  // What a service of one's own asks for is known to the server alone.
  const open = provider === 'custom' ? [] : await completeDraft(call, provider, whole)
  const body = changeOf(whole, pending)
  if (body !== undefined) refuseShared(body, pending)
  const connection =
    body === undefined ? pending : await call.client.call('changeConnection', { params: { name }, body })
  if (whole.client.key === 'generate') tellCertificate(call, connection)
  return open.length > 0 ? tellMissing(call, connection, open) : bringTokens(call, connection, false)
}

async function readService(call: Call): Promise<string> {
  const service = call.given.argument('service') ?? (describesService(call) ? 'custom' : undefined)
  if (service !== undefined) return service
  if (canAsk(call.io)) return askService(call)
  throw new EvergrantError('missing_value', {
    detail: 'the argument <service> is missing',
    remedy: '`evergrant services` lists them',
  })
}

/** The id that a definition gives itself. */
function ownId({ definition }: Draft): string | undefined {
  const id = (definition as { id?: unknown } | undefined)?.id
  return typeof id === 'string' ? id : undefined
}

function tellMissing({ output }: Call, connection: ConnectionOnWire, fields: readonly FieldOnWire[]): number {
  output.result(`stored ${connection.name}`, withRfc3339(connection))
  tellWarnings(output, connection)
  output.say(missingText(connection, fields))
  return 0
}

async function bringTokens(call: Call, connection: ConnectionOnWire, imported: boolean): Promise<number> {
  const { client, output, io, given } = call
  const { name } = connection
  if (given.flag('no-authorize') || imported) {
    output.result(`stored ${name}`, withRfc3339(connection))
    tellWarnings(output, connection)
    output.say(`next: evergrant ${needsPerson(connection) && !imported ? 'authorize' : 'token'} ${name}`)
    return 0
  }
  if (needsPerson(connection)) {
    output.say(`stored ${name}`)
    // Now, while nobody has signed in: some can still be heeded.
    tellWarnings(output, connection)
    return authorize(call, name)
  }
  const report = await needingValues(call, name, () => client.call('issueToken', { params: { name } })).catch(
    (error: unknown) => {
      output.say(`stored ${name}, but it has no token yet`)
      throw error
    },
  )
  if (!report.ok) {
    output.say(`stored ${name}, but it has no token yet`)
    throw reportError(report, 'get the first token', 'provider_refused')
  }
  output.result(authorizedText(report.connection, io.now() / 1000), withRfc3339(report.connection))
  tellWarnings(output, await chooseOpen(call, report.connection))
  output.say(`next: evergrant token ${name}`)
  return 0
}
