import type { CallTemplate } from '../oauth/call-template.ts'
import type { Api, Client, Provider, ProviderSummary, Value, Way } from '../provider/provider.ts'
import { toRehearsal, type Stage } from './service/address.ts'
import { known } from './service/sites.ts'

/**
 * The definition of a service with every address of a request turned to the rehearsal that runs at `origin`. All other
 * facts stay: what the rehearsal plays is what the vendor's page says. Audiences of assertions stay the vendor's too.
 */
export function rehearsed(provider: Provider, origin: string): Provider {
  const stage: Stage = { origin, id: provider.id }
  const { host } = new URL(origin)
  const call = <T extends CallTemplate>(one: T): T => ({ ...one, url: toRehearsal(one.url, stage) })
  const api = (one: Api): Api => ({ ...one, base: toRehearsal(one.base, stage) })
  const { probes, revoke, introspect, values } = provider
  return {
    ...provider,
    ...calledHere(provider),
    console: { steps: stepsAt(provider, `${origin}/${provider.id}/console`) },
    hosts: { token: [host], api: [host] },
    client: clientHere(provider.client),
    ...(values && { values: mapEntries(values, (value) => valueAt(value, values, stage, call)) }),
    ways: mapEntries(provider.ways, (way) => wayAt(way, stage, call, api)),
    api: api(provider.api),
    ...(probes && { probes: probes.map(call) }),
    ...(revoke && { revoke: revoke.map(call) }),
    ...(introspect && { introspect: call(introspect) }),
  }
}

/** The line of the catalogue for a service that is played. */
export function rehearsedSummary(summary: ProviderSummary): ProviderSummary {
  return { ...summary, ...calledHere(summary) }
}

function calledHere({ id, name }: Pick<Provider, 'id' | 'name'>) {
  return { id: `rehearsal-${id}`, name: `${name} (rehearsal)`, category: 'rehearsal', tried: 'never' }
}

/** What to type is said where it is asked. */
function clientHere(client: Client): Client {
  const { id, secret } = client
  const word = client.auth[0] === 'client_secret_jwt' ? known.secrets[1] : known.secrets[0]
  return {
    ...client,
    ...(id?.fixed === undefined && { id: { ...id, help: `at the rehearsal: ${known.id}` } }),
    secret: { ...secret, help: `at the rehearsal: ${word}` },
  }
}

type MapCall = <T extends CallTemplate>(call: T) => T

function wayAt(way: Way, stage: Stage, call: MapCall, api: (api: Api) => Api): Way {
  const { authorize, device, token, steps, renewal } = way
  return {
    ...way,
    ...(way.client && { client: clientHere(way.client) }),
    ...(authorize && {
      authorize: {
        ...authorize,
        url: toRehearsal(authorize.url, stage),
        ...(authorize.par !== undefined && { par: toRehearsal(authorize.par, stage) }),
      },
    }),
    ...(device && { device: call(device) }),
    ...(token && { token: call(token) }),
    ...(steps && { steps: steps.map(call) }),
    ...(way.api && { api: api(way.api) }),
    renewal: { ...renewal, ...(renewal.call && { call: call(renewal.call) }) },
  }
}

/** A value that is an address is turned as a whole, whether it is typed, chosen or set by a choice. */
function valueAt(value: Value, values: Readonly<Record<string, Value>>, stage: Stage, call: MapCall): Value {
  const turn = (text: string) => (value.shape === 'url' ? toRehearsal(text, stage) : text)
  const sets = (set: Record<string, string>) =>
    mapEntries(set, (text, name) => (values[name]?.shape === 'url' ? toRehearsal(text, stage) : text))
  return {
    ...value,
    ...(value.example !== undefined && { example: turn(value.example) }),
    ...(value.default !== undefined && { default: turn(value.default) }),
    ...(value.choices && {
      choices: value.choices.map((choice) => ({
        ...choice,
        value: turn(choice.value),
        ...(choice.sets && { sets: sets(choice.sets) }),
      })),
    }),
    ...(value.pick && { pick: call(value.pick) }),
  }
}

function stepsAt(provider: Provider, page: string): string[] {
  const ways = Object.values(provider.ways)
  const clients = [provider.client, ...ways.flatMap(({ client }) => (client ? [client] : []))]
  const files = Object.values(provider.values ?? {}).some(({ shape }) => shape === 'json_file')
  return [
    'The client id is rehearsal and the secret rehearsal-secret; a person signs in as ada with rehearsal-password. Nothing needs to be registered for that.',
    ...(clients.some(({ auth }) => auth.includes('client_secret_jwt'))
      ? ['Where the secret signs, it is rehearsal-secret-of-32-bytes-or-more.']
      : []),
    ...(clients.some(({ key }) => key)
      ? [`Register the certificate or public key that Evergrant made at ${page}.`]
      : []),
    ...(files ? [`Get the key file at ${page}.`] : []),
    ...(ways.some(({ grant }) => grant === 'pasted') ? [`Have a token to paste made at ${page}.`] : []),
    `Ask for trouble at ${page}: let tokens die, refuse the next request, disconnect.`,
  ]
}

function mapEntries<T, U>(record: Readonly<Record<string, T>>, turn: (item: T, name: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, item]) => [name, turn(item, name)]))
}
