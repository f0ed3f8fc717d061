/** Connections for measuring: `c-0000001` and so on, each with a token of 1.5 KB, and one API key that may read all. */
import { createHash, randomBytes } from 'node:crypto'
import { handoutToText } from '../src/connections/handout.ts'
import { leadsTo } from '../src/provider/bound.ts'
import { customDefinition } from '../src/provider/custom.ts'
import { secret } from '../src/secret.ts'
import { answers } from '../src/server/answers.ts'
import type { Store } from '../src/store/store.ts'

export type Seed = {
  connections: number
  /** Token endpoints, used in turn. Default: one that nobody asks. */
  tokenUrls?: readonly string[]
  /** Of the tokens, in seconds, from now on. Default: a day. */
  life?: number
  /** Renewed with a refresh token of 200 B instead of by client credentials; due from the beginning. */
  refresh?: boolean
  /** Between the numbers in the names of two connections; what is between them is room for copies. Default: 1. */
  stride?: number
}

export const apiKey = `eg_${'k'.repeat(43)}`
export const nameOf = (n: number) => `c-${String(n).padStart(7, '0')}`
export const defaultTokenUrl = 'https://auth.example.com/token'

/** How many are inserted at a time. */
const group = 500

export async function seed(store: Store, spec: Seed): Promise<void> {
  const { connections, tokenUrls = [defaultTokenUrl], life = 86_400, refresh = false, stride = 1 } = spec
  const definitions = tokenUrls.map((tokenUrl, place) =>
    customDefinition({
      id: `bench-${place}`,
      ...(refresh
        ? { grant: 'authorization_code', authorizationUrl: tokenUrl.replace(/token$/, 'authorize') }
        : { grant: 'client_credentials' }),
      tokenUrl,
      day: '2026-01-01',
      allowHttp: true,
    }),
  )
  for (const definition of definitions) await store.definitions.put(definition.id, definition)
  const now = Date.now()
  const client = {
    id: 'c1',
    provider: 'bench',
    clientId: 'client',
    authMethod: 'client_secret_basic',
    settingsVersion: 1,
    state: 'ok' as const,
    worked: true,
    secret: secret('secret'),
    createdAt: now,
  }
  const insert = (n: number) => {
    const place = n % definitions.length
    const definition = definitions[place]
    if (definition === undefined) throw new Error('a seed needs a token endpoint')
    const way = Object.keys(definition.ways)[0] ?? ''
    const id = nameOf(n * stride)
    const root = {
      accessToken: secret(`${'x'.repeat(1490)}${String(n).padStart(10, '0')}`),
      ...(refresh ? { refreshToken: secret(`${id}.0.${'r'.repeat(180)}`) } : {}),
      tokenType: 'Bearer',
      obtainedAt: now,
      expiresAt: now + life * 1000,
      scope: ['read'],
      values: {},
      warnings: [],
    }
    const handout = {
      obtainedAt: root.obtainedAt,
      endsAt: root.expiresAt,
      pieces: answers.write({ ...root, shown: {} }),
    }
    const connection = {
      id,
      name: id,
      provider: definition.id,
      way,
      clientRef: 'c1',
      values: {},
      secretValues: {},
      scopes: ['read'],
      boundTo: leadsTo(definition, way, {}),
      settingsVersion: 1,
      createdAt: now,
      removing: false,
      ...(refresh ? { authorizedAt: now } : {}),
    }
    return store.connections.insert(connection, client, new URL(tokenUrls[place] ?? '').origin, {
      root,
      ready: handoutToText(handout),
      ...(refresh ? { dueAt: now } : {}),
    })
  }
  for (let from = 1; from <= connections; from += group) {
    await Promise.all(
      Array.from({ length: Math.min(group, connections - from + 1) }, (_, offset) => insert(from + offset)),
    )
  }
  await store.keys.insert({
    id: randomBytes(6).toString('hex'),
    prefix: apiKey.slice(0, 8),
    digest: createHash('sha256').update(apiKey).digest('hex'),
    name: 'bench',
    verbs: ['token'],
    connections: ['*'],
    createdAt: now,
    addresses: [],
  })
}
