import type { ProviderOnWire, WayOnWire } from '../../api/provider.ts'
import type { Call } from '../command.ts'
import { flagOf } from '../connect/fields.ts'
import { toYaml } from '../structured-file.ts'

export async function run(call: Call): Promise<undefined> {
  const { client, given, output } = call
  if (given.flag('definition') || given.flag('yaml')) return showDefinition(call)
  const service = await client.call('showProvider', { params: { id: given.required('id') } })
  output.result(serviceLines(service).join('\n'), service)
}

async function showDefinition({ client, given, output }: Call): Promise<undefined> {
  const written = await client.call('showDefinition', { params: { id: given.required('id') } })
  const { definition, faults } = written
  const text = given.flag('yaml') ? await toYaml(definition) : JSON.stringify(definition, null, 2)
  output.result(text, definition)
  for (const { path, problem } of faults) output.warn(`${path}: ${problem}`)
}

function serviceLines(service: ProviderOnWire): string[] {
  const steps = (service.console?.steps ?? []).map((step, index) => `  ${index + 1}. ${step}`)
  return [
    `${service.name} (${service.id}), ${service.category}`,
    `read ${service.checked}, used against the live service: ${service.tried}`,
    ...(steps.length === 0 ? [] : ['', `register a client${at(service.console?.url)}:`, ...steps]),
    ...service.ways.flatMap((way) => ['', ...wayLines(way)]),
    ...(service.traps.length === 0 ? [] : ['', 'to know before:', ...service.traps.map((trap) => `  - ${trap}`)]),
  ]
}

function wayLines(way: WayOnWire): string[] {
  const renewal =
    way.renewal.by === 'none' ? 'does not renew itself' : `renews by ${way.renewal.by.replaceAll('_', ' ')}`
  // The rules are the service's; a way without an authorization page has nothing to come back from.
  const back = way.authorization_url === undefined ? [] : [...new Set(way.redirects.flatMap((rule) => rule.back))]
  return [
    `--grant ${way.name}: ${way.label} (${way.grant}), ${renewal}`,
    ...(back.length === 0 ? [] : [`  ways back: ${back.join(', ')}`]),
    ...way.fields.map((field) => {
      const choices = field.choices === undefined ? '' : `: ${field.choices.map(({ value }) => value).join(', ')}`
      return `  ${flagOf(field).padEnd(36)} ${field.label}${choices}${field.optional ? ' (optional)' : ''}`
    }),
  ]
}

function at(url: string | undefined): string {
  return url === undefined ? '' : ` at ${url}`
}
