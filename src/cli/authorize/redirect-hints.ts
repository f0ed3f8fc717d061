/** Which redirect URIs a connection could use instead of one that was refused, each with the exact flag or option. */
import type { ConnectionOnWire } from '../../api/connection.ts'
import type { ProviderOnWire, WayOnWire } from '../../api/provider.ts'
import type { Call } from '../command.ts'
import { isProblem, Refused, toProblem } from '../problem.ts'

type Rule = WayOnWire['redirects'][number]

/** A service that states no rules takes whatever is registered there. */
const anything: Rule = { back: ['callback', 'loopback', 'paste', 'relay'] }

/** Starts an authorization; if its redirect URI is refused, the error says which ones would do. */
export async function withRedirectHints<Result>(
  { client }: Call,
  name: string,
  start: () => Promise<Result>,
): Promise<Result> {
  try {
    return await start()
  } catch (error) {
    if (!isProblem(error, 'redirect_refused')) throw error
    const connection = await client.call('showConnection', { params: { name } }).catch(() => undefined)
    if (connection === undefined) throw error
    // A definition of one's own is in no catalogue.
    const params = { id: connection.provider }
    const service = await client.call('showProvider', { params }).catch(() => undefined)
    throw new Refused({ ...toProblem(error), remedy: redirectHints(connection, service) })
  }
}

export function redirectHints(connection: ConnectionOnWire, service: ProviderOnWire | undefined): string {
  const rules = rulesOf(connection, service)
  const command = `evergrant authorize ${connection.name} --redirect-uri`
  const here = [...new Set(rules.flatMap(loopbackAddresses))].map((address) => `on this machine: ${command} ${address}`)
  const web = rules.filter(({ back, host }) => back.includes('relay') || host?.length === 0)
  const callback = web.some(({ back }) => back.includes('callback'))
    ? ['by this server: run it with EVERGRANT_PUBLIC_URL=https://HOST and register https://HOST/oauth/callback']
    : []
  const page = web.some(({ back }) => back.includes('paste'))
    ? [
        `by any https page of yours: ${command} https://HOST/PAGE, then paste the address the browser ends on ` +
          '(docs/relay.html is a page that shows it)',
      ]
    : []
  const head = `use an address that ${connection.provider_name} takes, exactly as it is registered there:`
  return [head, ...[...here, ...callback, ...page].map((hint) => `  - ${hint}`)].join('\n')
}

/** The rules that hold for the values of this connection. */
function rulesOf(connection: ConnectionOnWire, service: ProviderOnWire | undefined): Rule[] {
  const way = service?.ways.find((each) => each.name === connection.way)
  if (service === undefined || way === undefined || way.redirects.length === 0) return [anything]
  const value = (name: string): string | undefined =>
    connection.inputs[name] ?? way.fields.find((field) => field.name === name)?.default
  return way.redirects.filter((rule) =>
    Object.entries(rule.only_with ?? {}).every(([name, wanted]) => value(name) === wanted),
  )
}

/** Without port and path a free port is taken; a path alone would mean port 80 or 443. */
function loopbackAddresses({ back, host = ['localhost'], port, scheme = ['http'] }: Rule): string[] {
  if (!back.includes('loopback')) return []
  return host.map(
    (each) => `${scheme.includes('http') ? 'http' : 'https'}://${each}${port === 'any' ? '' : ':PORT/callback'}`,
  )
}
