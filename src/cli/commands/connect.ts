/**
 * From a service to a token: reads what was given, asks a person for the rest, stores the connection, authorizes it
 * (or gets its first token where no person is needed), and says what to do next.
 */
import type { ConnectionOnWire } from '../../api/connection.ts'
import { EvergrantError } from '../../errors.ts'
import { authorize } from '../authorize/flow.ts'
import { authorizedText } from '../authorize/outcome.ts'
import type { Call } from '../command.ts'
import { askService } from '../connect/ask.ts'
import { completeDraft } from '../connect/complete.ts'
import { readDraft, type Draft } from '../connect/draft.ts'
import { isImport } from '../connect/place.ts'
import { canAsk } from '../io.ts'
import { reportError } from '../report.ts'
import { withRfc3339 } from '../times.ts'

export async function run(call: Call): Promise<number> {
  const draft = await readDraft(call)
  const provider = await readService(call, draft)
  if (draft.definition === undefined) await completeDraft(call, provider, draft)
  const name = draft.name ?? ownId(draft) ?? provider
  const connection = await call.client.call('createConnection', { body: { ...draft, name, provider } })
  tellCertificate(call, connection)
  return bringTokens(call, connection, isImport(draft))
}

async function readService(call: Call, draft: Draft): Promise<string> {
  const service = call.given.argument('service') ?? (draft.definition === undefined ? undefined : 'custom')
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

/** A certificate made here has to be registered by a person; it is public. */
function tellCertificate({ output, given }: Call, connection: ConnectionOnWire): void {
  const certificate = connection.client?.certificate
  if (certificate === undefined || given.text('certificate-file') !== undefined) return
  output.say(`register this certificate at ${connection.provider_name}:\n${certificate.trim()}`)
}

const needPerson = ['authorization_code', 'device_code']

async function bringTokens(call: Call, connection: ConnectionOnWire, imported: boolean): Promise<number> {
  const { client, output, io, given } = call
  if (given.flag('no-authorize') || imported) {
    output.result(`stored ${connection.name}`, withRfc3339(connection))
    output.say(`next: evergrant ${imported ? 'token' : 'authorize'} ${connection.name}`)
    return 0
  }
  if (needPerson.includes(connection.grant)) {
    output.say(`stored ${connection.name}`)
    return authorize(call, connection.name)
  }
  const report = await client.call('issueToken', { params: { name: connection.name } })
  if (!report.ok) {
    output.say(`stored ${connection.name}, but it has no token yet`)
    throw reportError(report, 'get the first token', 'provider_refused')
  }
  output.result(authorizedText(report.connection, io.now() / 1000), withRfc3339(report.connection))
  output.say(`next: evergrant token ${connection.name}`)
  return 0
}
