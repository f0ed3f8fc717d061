/** Makes a draft complete: what the service needs is in it afterwards, or all that is missing has been named at once. */
import type { FieldOnWire } from '../../api/provider.ts'
import { EvergrantError, type Fault } from '../../errors.ts'
import { askText } from '../asking.ts'
import type { Call } from '../command.ts'
import { canAsk } from '../io.ts'
import { askFields, askMethod, askWay } from './ask.ts'
import { customService, makeDefinition, readCustom, readDrafted, type CustomService, type CustomWay } from './custom.ts'
import { describesByFlags } from './continue.ts'
import type { Draft } from './draft.ts'
import { chooseMethod, fieldsFor, flagOf, mayFollow } from './fields.ts'
import { isImport, place } from './place.ts'

/** Gives the fields that may follow and are still open. */
export async function completeDraft(call: Call, id: string, draft: Draft): Promise<FieldOnWire[]> {
  if (id === 'custom') {
    const drafted = await readDrafted(call, draft)
    if (drafted !== undefined) return fill(call, drafted, draft, [])
    const { settings, missing } = await readCustom(call, draft)
    draft.grant = settings.grant
    const open = await fill(call, customService(settings.grant), draft, missing)
    draft.definition = await makeDefinition(call, settings, draft)
    return open
  }
  const [flag] = describesByFlags(call)
  if (flag !== undefined) {
    throw new EvergrantError('invalid_request', {
      detail: `--${flag} describes a custom service, not ${id}`,
      remedy: 'change addresses of a known service with --overrides FILE',
    })
  }
  return fill(call, await call.client.call('showProvider', { params: { id } }), draft, [])
}

async function fill(call: Call, service: CustomService, draft: Draft, missing: Fault[]): Promise<FieldOnWire[]> {
  const asking = canAsk(call.io)
  if (asking) introduce(call, service)
  if (asking && draft.grant === undefined && service.ways.length > 1) draft.grant = await askWay(call, service)
  const way = findWay(service, draft.grant)
  refuseOpenSecrets(call, way)
  draft.grant = way.name
  await settleMethod(call, way, draft, asking)
  if (isImport(draft)) return [] // whoever brings tokens knows what else is needed; the server says what is not
  if (!asking) return nameMissing(service, way, draft, missing)
  await askFields(call, way, draft)
  draft.name ??= await askText(call.io, {
    message: 'name of the connection, as jobs will write it',
    initial: service.id,
  })
  return openFields(way, draft)
}

/** Refuses secrets that were given openly to a way of the service. */
export async function refuseOpenInputs(call: Call, id: string, way: string): Promise<void> {
  refuseOpenSecrets(call, findWay(await call.client.call('showProvider', { params: { id } }), way))
}

function openFields(way: CustomWay, draft: Draft): FieldOnWire[] {
  return fieldsFor(way, draft.client.method).filter(
    (field) => !field.optional && field.default === undefined && !place(field).has(draft),
  )
}

async function settleMethod(call: Call, way: CustomWay, draft: Draft, asking: boolean): Promise<void> {
  const { client } = draft
  if (!way.fields.some((field) => field.place === 'client')) return
  const isOpen = client.method === undefined && client.secret === undefined && client.key === undefined
  const has = { secret: client.secret !== undefined, key: client.key !== undefined }
  const method = asking && isOpen ? await askMethod(call, way) : chooseMethod(way, client.method, has)
  if (method !== undefined) client.method = method
}

function introduce({ output }: Call, { name, console: registration, traps }: CustomService): void {
  output.say(`${name}${registration?.url === undefined ? '' : `: register a client at ${registration.url}`}`)
  registration?.steps.forEach((step, index) => output.say(`  ${index + 1}. ${step}`))
  for (const trap of traps) output.say(`  - ${trap}`)
}

/** By its name, else by its grant type; the first if nothing was said. */
function findWay(service: CustomService, grant: string | undefined): CustomWay {
  const way =
    service.ways.find((each) => grant === undefined || each.name === grant) ??
    service.ways.find((each) => each.grant === grant)
  if (way !== undefined) return way
  throw new EvergrantError('unknown_way', {
    detail: `${service.name} has no way "${grant}"; it has ${service.ways.map((each) => each.name).join(', ')}`,
    remedy: `\`evergrant service show ${service.id}\` describes them`,
  })
}

/** A secret input that stands in the argument list is not used: it may have been seen. */
function refuseOpenSecrets({ given }: Call, way: CustomWay): void {
  const secret = new Set(way.fields.filter((field) => field.secret).map((field) => field.name))
  const open = given
    .list('input')
    .map((text) => text.split('=')[0] ?? '')
    .filter((name) => secret.has(name))
  if (open.length === 0) return
  throw new EvergrantError('invalid_request', {
    detail: `${open.join(', ')} is secret, and every user of this machine can read an argument list`,
    remedy: `use ${open.map((name) => `--input-file ${name}=FILE`).join(' ')}`,
  })
}

function nameMissing(service: CustomService, way: CustomWay, draft: Draft, before: readonly Fault[]): FieldOnWire[] {
  const open = openFields(way, draft)
  const fields = open.filter((field) => !mayFollow(field, draft))
  const faults: Fault[] = fields.map((field) => ({
    path: flagOf(field),
    problem: field.label,
    ...(field.example === undefined ? {} : { remedy: `such as ${field.example}` }),
  }))
  const all = [...before, ...faults]
  if (all.length === 0) return open
  throw new EvergrantError('missing_value', {
    detail: `${all.length === 1 ? '1 value is' : `${all.length} values are`} missing to connect ${service.name} (${way.name})`,
    remedy: 'give them as above, or run this on a terminal to be asked',
    faults: all,
  })
}
