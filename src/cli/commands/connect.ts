/**
 * From a service to a token: reads what was given, asks a person for the rest, stores the connection, authorizes it
 * (or gets its first token where no person is needed), and says what to do next.
 */
import type { ConnectionOnWire } from '../../api/connection.ts'
import type { ProviderOnWire, WayOnWire } from '../../api/provider.ts'
import { EvergrantError, type Fault } from '../../errors.ts'
import { authorize } from '../authorize/flow.ts'
import { authorizedText } from '../authorize/outcome.ts'
import { askText } from '../asking.ts'
import type { Call } from '../command.ts'
import { askFields, askMethod, askService, askWay } from '../connect/ask.ts'
import { readDraft, type Draft } from '../connect/draft.ts'
import { chooseMethod, fieldsFor, flagOf } from '../connect/fields.ts'
import { place } from '../connect/place.ts'
import { canAsk } from '../io.ts'
import { reportError } from '../report.ts'
import { withRfc3339 } from '../times.ts'

export async function run(call: Call): Promise<number> {
  const draft = await readDraft(call)
  const service =
    call.given.argument('service') ?? (draft.definition === undefined ? await missingService(call) : 'custom')
  if (draft.definition === undefined) await complete(call, service, draft)
  const name = draft.name ?? defaultName(service, draft)
  const connection = await call.client.call('createConnection', { body: { ...draft, name, provider: service } })
  tellCertificate(call, connection)
  return bringTokens(call, connection, draft)
}

async function missingService(call: Call): Promise<string> {
  if (canAsk(call.io)) return askService(call)
  throw new EvergrantError('missing_value', {
    detail: 'the argument <service> is missing',
    remedy: '`evergrant services` lists them',
  })
}

/** Everything the service needs is in the draft afterwards, or all that is missing has been named. */
async function complete(call: Call, id: string, draft: Draft): Promise<void> {
  const service = await call.client.call('showProvider', { params: { id } })
  const asking = canAsk(call.io)
  if (asking) introduce(call, service)
  if (asking && draft.grant === undefined && service.ways.length > 1) draft.grant = await askWay(call, service)
  const way = findWay(service, draft.grant)
  refuseOpenSecrets(call, way)
  const has = { secret: draft.client.secret !== undefined, key: draft.client.key !== undefined }
  const open = draft.client.method === undefined && !has.secret && !has.key
  const method = asking && open ? await askMethod(call, way) : chooseMethod(way, draft.client.method, has)
  if (method !== undefined && way.fields.some((field) => field.place === 'client')) draft.client.method = method
  if (isImport(draft)) return // whoever brings tokens knows what else is needed; the server says what is not
  if (asking) {
    await askFields(call, way, draft)
    draft.name ??= await askText(call.io, { message: 'name of the connection, as jobs will write it', initial: id })
  } else nameMissing(service, way, draft)
}

function introduce({ output }: Call, { name, console: registration, traps }: ProviderOnWire): void {
  output.say(`${name}${registration?.url === undefined ? '' : `: register a client at ${registration.url}`}`)
  registration?.steps.forEach((step, index) => output.say(`  ${index + 1}. ${step}`))
  for (const trap of traps) output.say(`  - ${trap}`)
}

function findWay(service: ProviderOnWire, grant: string | undefined): WayOnWire {
  const way =
    service.ways.find((each) => grant === undefined || each.name === grant) ??
    service.ways.find((each) => each.grant === grant)
  if (way !== undefined) return way
  throw new EvergrantError('unknown_way', {
    detail: `${service.name} has no way "${grant}"; it has ${service.ways.map((each) => each.name).join(', ')}`,
    remedy: `\`evergrant service show ${service.id}\` describes them`,
  })
}

/** A secret input that stands in the argument list is not used: it would have been seen. */
function refuseOpenSecrets({ given }: Call, way: WayOnWire): void {
  const secret = new Set(way.fields.filter((field) => field.secret).map((field) => field.name))
  const open = given
    .list('input')
    .map((text) => text.split('=')[0] ?? '')
    .filter((name) => secret.has(name))
  if (open.length === 0) return
  throw new EvergrantError('invalid_request', {
    detail: `${open.join(', ')} is secret, and every user of this machine can read an argument list`,
    remedy: open.map((name) => `--input-file ${name}=FILE`).join(' '),
  })
}

function nameMissing(service: ProviderOnWire, way: WayOnWire, draft: Draft): void {
  const missing = fieldsFor(way, draft.client.method).filter(
    (field) => !field.optional && field.default === undefined && field.place !== 'scope' && !place(field).has(draft),
  )
  if (missing.length === 0) return
  const faults: Fault[] = missing.map((field) => ({
    path: flagOf(field),
    problem: field.label,
    ...(field.example === undefined ? {} : { remedy: `such as ${field.example}` }),
  }))
  const count = missing.length === 1 ? '1 value is' : `${missing.length} values are`
  throw new EvergrantError('missing_value', {
    detail: `${count} missing to connect ${service.name} (${way.name})`,
    remedy: 'give them as above, or run this on a terminal to be asked',
    faults,
  })
}

function defaultName(service: string, draft: Draft): string {
  const id = (draft.definition as { id?: unknown } | undefined)?.id
  return typeof id === 'string' ? id : service
}

function isImport(draft: Draft): boolean {
  return draft.access_token !== undefined || draft.refresh_token !== undefined
}

function tellCertificate({ output, given }: Call, connection: ConnectionOnWire): void {
  const certificate = connection.client?.certificate
  if (certificate === undefined || given.text('certificate-file') !== undefined) return
  output.say(`register this certificate at ${connection.provider_name}:\n${certificate.trim()}`)
}

const needPerson = ['authorization_code', 'device_code']

async function bringTokens(call: Call, connection: ConnectionOnWire, draft: Draft): Promise<number> {
  const { client, output, io, given } = call
  if (given.flag('no-authorize') || isImport(draft)) {
    output.result(`stored ${connection.name}`, withRfc3339(connection))
    output.say(`next: evergrant ${isImport(draft) ? 'token' : 'authorize'} ${connection.name}`)
    return 0
  }
  if (needPerson.includes(connection.grant)) return authorize(call, connection.name)
  const report = await client.call('issueToken', { params: { name: connection.name } })
  if (!report.ok) {
    output.say(`stored ${connection.name}, but it has no token yet`)
    throw reportError(report, 'get the first token', 'provider_refused')
  }
  output.result(authorizedText(report.connection, io.clock.now() / 1000), withRfc3339(report.connection))
  output.say(`next: evergrant token ${connection.name}`)
  return 0
}
