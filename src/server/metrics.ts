/**
 * Numbers for Prometheus. Counting is adding to plain numbers; the registry is made when somebody first asks, because
 * most installations never do.
 */
import type { Registry } from 'prom-client'

/** A number another room wants to show. Names are given whole: `evergrant_renewals_total`. */
export type Measured = {
  name: string
  help: string
  kind: 'counter' | 'gauge'
  value: number
  labels?: Record<string, string>
}

export type Metrics = ReturnType<typeof createMetrics>

export function createMetrics(version: string, others: () => readonly Measured[]) {
  const counts = { memoryReads: 0, routeReads: 0, wrongKeys: 0, answers: new Map<string, number>() }
  let process: Registry | undefined

  function own(): Measured[] {
    const reads = 'tokens handed out'
    return [
      { name: 'evergrant_info', help: 'the running version', kind: 'gauge', value: 1, labels: { version } },
      {
        name: 'evergrant_token_reads_total',
        help: reads,
        kind: 'counter',
        value: counts.memoryReads,
        labels: { from: 'memory' },
      },
      {
        name: 'evergrant_token_reads_total',
        help: reads,
        kind: 'counter',
        value: counts.routeReads,
        labels: { from: 'route' },
      },
      {
        name: 'evergrant_wrong_keys_total',
        help: 'requests with a key that is not valid',
        kind: 'counter',
        value: counts.wrongKeys,
      },
      ...[...counts.answers].map(([status, value]): Measured => {
        return {
          name: 'evergrant_answers_total',
          help: 'answers of the routes',
          kind: 'counter',
          value,
          labels: { status },
        }
      }),
    ]
  }

  return {
    counts,
    answered(status: number): void {
      const key = String(status)
      counts.answers.set(key, (counts.answers.get(key) ?? 0) + 1)
    },
    /** The exposition text. Ours are written into a fresh registry each time, the process numbers live in their own. */
    async text(): Promise<{ type: string; text: string }> {
      const client = await import('prom-client')
      process ??= processNumbers(client)
      const ours = new client.Registry()
      for (const measured of [...own(), ...others()]) add(client, ours, measured)
      return { type: ours.contentType, text: await client.Registry.merge([ours, process]).metrics() }
    },
  }
}

type Client = typeof import('prom-client')

function processNumbers(client: Client): Registry {
  const registry = new client.Registry()
  client.collectDefaultMetrics({ register: registry })
  return registry
}

/** The same name with other labels is one metric. */
function add(client: Client, registry: Registry, { name, help, kind, value, labels = {} }: Measured): void {
  const known = registry.getSingleMetric(name)
  const options = { name, help, labelNames: Object.keys(labels), registers: [registry] }
  const metric = known ?? (kind === 'counter' ? new client.Counter(options) : new client.Gauge(options))
  if (metric instanceof client.Counter || metric instanceof client.Gauge) metric.inc(labels, value)
}
