import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import { newConnection } from '../../api/connection.ts'
import { contract } from '../../api/contract.ts'
import type { NewConnection } from '../../connections/connections.ts'
import { EvergrantError } from '../../errors.ts'
import type { Loaded } from '../../store/store.ts'
import { settingsToWire } from '../inputs.ts'
import { present } from '../present.ts'
import { implement } from '../route.ts'
import { seconds } from '../views.ts'
import type { RouteParts } from './parts.ts'

type Wire = z.output<typeof newConnection>

/** Connections as they would be given anew. Secrets leave by the socket alone, to whoever may read the data directory. */
export function exportRoutes(app: FastifyInstance, { connections, store, emit }: RouteParts): void {
  implement(app, contract.exportConnections, async ({ body, caller }) => {
    const secrets = body.secrets === true
    if (secrets && caller.kind !== 'local') {
      throw new EvergrantError('forbidden', {
        detail: 'secrets are exported through the Unix socket of the data directory alone',
        remedy: 'run `evergrant export` on that machine, or leave the secrets out',
      })
    }
    const names = body.names ?? (await allNames())
    const unlike: string[] = []
    const found: Wire[] = []
    const providers = new Set<string>()
    for (const name of names) {
      const loaded = await store.connections.byName(name)
      if (loaded === undefined || loaded.connection.removing) {
        throw new EvergrantError('unknown_connection', { detail: `there is no connection "${name}"`, connection: name })
      }
      const { renewal } = await connections.get(name)
      const settings = await connections.settings(name)
      providers.add(loaded.connection.provider)
      found.push(newConnection.parse(wireOf(settings, loaded, { secrets, renewal })))
      const hidden = Object.values(loaded.tokens?.root.values ?? {}).some((value) => typeof value !== 'string')
      if (secrets && hidden) unlike.push(`${name}: secret values that came with its tokens are not exported`)
    }
    const definitions: unknown[] = []
    for (const id of providers) {
      const definition = await store.definitions.get(id)
      if (definition !== undefined) definitions.push(definition)
    }
    if (secrets) for (const { name } of found) emit('connection.exported', { connection: name, actor: 'local' })
    return { definitions, connections: found, unlike }
  })

  async function allNames(): Promise<string[]> {
    const names: string[] = []
    for (let after: string | undefined; ;) {
      const page = await connections.list({ limit: 1000, ...(after === undefined ? {} : { after }) })
      names.push(...page.connections.map(({ name }) => name))
      if (page.next === undefined) return names
      after = page.next
    }
  }
}

function wireOf(settings: NewConnection, loaded: Loaded, how: { secrets: boolean; renewal: string }) {
  const { connection, client } = loaded
  const wire = settingsToWire(settings)
  const { client: shown, password: _password, ...rest } = wire
  const { secret: _secret, key: _key, ...open } = shown ?? {}
  const clear = (name: string) => connection.secretValues[name]?.open()
  const inputs = Object.entries(wire.inputs ?? {}).flatMap(([name, value]) => {
    if (!(name in connection.secretValues)) return [[name, value]]
    return how.secrets ? [[name, clear(name)]] : []
  })
  return present({
    ...rest,
    inputs: Object.fromEntries(inputs) as Record<string, string>,
    password: how.secrets ? clear('password') : undefined,
    client:
      shown &&
      present({
        ...open,
        secret: how.secrets ? client?.secret?.open() : undefined,
        key: how.secrets ? client?.key?.open() : undefined,
      }),
    ...(how.secrets ? tokensOf(loaded, how.renewal) : {}),
  })
}

/** What cannot be had anew without a person. */
function tokensOf({ connection, schedule, tokens }: Loaded, renewal: string) {
  const root = tokens?.root
  if (root === undefined || (schedule.state !== 'active' && schedule.state !== 'suspended')) return {}
  if (root.refreshToken === undefined && renewal !== 'none') return {}
  const access = root.accessToken.open()
  const captured = Object.entries({ ...connection.values, ...root.values }).filter(
    ([name, value]) => typeof value === 'string' && name !== 'user_name',
  )
  return {
    access_token: access === '' ? undefined : access,
    refresh_token: root.refreshToken?.open(),
    expires_at: typeof root.expiresAt === 'number' ? seconds(root.expiresAt) : undefined,
    values: Object.fromEntries(captured) as Record<string, string>,
  }
}
