import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { WireResponse } from '../../src/deps.ts'
import { readTokenAnswer } from '../../src/oauth/answer.ts'
import { buildCall, toWire } from '../../src/oauth/call.ts'
import type { CallTemplate } from '../../src/oauth/call-template.ts'
import { classifyAnswer } from '../../src/oauth/failure.ts'
import type { Values } from '../../src/oauth/template.ts'
import type { Example } from '../../src/provider/example.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { computeValues, namesKnown, resolveValues } from '../../src/provider/values.ts'
import { load } from '../../src/providers/index.ts'
import { secret } from '../../src/secret.ts'

const sentAt = Date.parse('2026-11-22T12:00:00Z')
const folder = new URL('../../src/providers/', import.meta.url)

const cases: [string, Provider, Example][] = []
for (const [id, definition] of Object.entries(load)) {
  const { default: provider } = await definition()
  const { examples } = (await import(new URL(`${id}.examples.ts`, folder).href)) as { examples: Example[] }
  for (const example of examples) cases.push([`${provider.name}: ${example.title}`, provider, example])
}

it('every service has examples', async () => {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.examples.ts'))
  expect(files.map((name) => name.replace('.examples.ts', '')).sort()).toEqual(Object.keys(load).sort())
})

describe.each(cases)('%s', (_, provider, example) => {
  it('as the vendor writes the request', async () => {
    const { template, isStep } = templateOf(provider, example)
    const client = provider.ways[example.way]!.client ?? provider.client
    const { clientId, clientSecret } = example.given
    const call = await buildCall(template, valuesOf(provider, example), {
      client: {
        method: client.auth[0]!,
        ...(clientId !== undefined && { id: clientId }),
        ...(clientSecret !== undefined && { secret: secret(clientSecret) }),
      },
      defaultAuth: isStep ? 'none' : 'client',
      now: sentAt,
      randomBytes: (size) => randomBytes(size),
    })
    expect(comparable(wireText(toWire(call, { deadlineMs: 1000 })))).toEqual(comparable(example.request))
  })

  it('and what the answer becomes', () => {
    const { template } = templateOf(provider, example)
    const way = provider.ways[example.way]!
    const response = readResponse(example.response)
    const scopes = way.scopes ?? provider.scopes
    const answer = readTokenAnswer(response, {
      ...(template.take && { take: template.take }),
      scopeSeparator: scopes?.answer ?? scopes?.separator ?? ' ',
      ...(way.access !== undefined && typeof way.access !== 'object' && { access: way.access }),
    })
    const { becomes } = example
    if ('error' in becomes) {
      expect(answer.kind).toBe('error')
      const failure = classifyAnswer(
        response,
        answer as Extract<typeof answer, { kind: 'error' }>,
        provider.errors ?? [],
        example.call === 'renewal' ? 'renew' : 'token',
      )
      expect({ error: failure.code, means: failure.kind }).toEqual(becomes)
      return
    }
    if (!('accessToken' in becomes)) throw new Error('only token answers are here yet')
    expect(answer.kind).toBe('tokens')
    const { tokens } = answer as Extract<typeof answer, { kind: 'tokens' }>
    const end = (seconds: number | undefined) => (seconds === undefined ? undefined : sentAt + seconds * 1000)
    expect(tokens.accessToken.open()).toBe(becomes.accessToken)
    expect(tokens.refreshToken?.open()).toBe(becomes.refreshToken)
    expect(tokens.expiresAt).toBe(
      typeof becomes.expires === 'string' ? Date.parse(becomes.expires) : end(becomes.expires),
    )
    expect(tokens.idleEnd).toBe(end(becomes.idleIn))
    expect(tokens.hardEnd).toBe(end(becomes.hardIn))
    expect(tokens.scope).toEqual(becomes.scope)
    expect(tokens.values).toMatchObject(becomes.values ?? {})
  })
})

function templateOf(provider: Provider, example: Example): { template: CallTemplate; isStep: boolean } {
  const way = provider.ways[example.way]!
  if (example.call === 'token') return { template: way.token!, isStep: false }
  if (example.call === 'renewal') return { template: way.renewal.call!, isStep: false }
  return { template: way.steps!.find((step) => step.name === example.call)!, isStep: true }
}

function valuesOf(provider: Provider, example: Example): Values {
  const { given } = example
  const resolved = resolveValues(provider, example.way, {
    typed: given.typed ?? {},
    secrets: {},
    ...(given.callback && { callback: given.callback }),
  })
  expect(resolved.faults).toEqual([])
  const scopes = provider.ways[example.way]!.scopes ?? provider.scopes
  const base: Values = {
    ...Object.fromEntries(namesKnown(provider, example.way).map((name) => [name, undefined])),
    ...resolved.values,
    client_id: given.clientId,
    client_secret: given.clientSecret === undefined ? undefined : secret(given.clientSecret),
    scope: given.scopes?.join(scopes?.separator ?? ' '),
    scopes: given.scopes,
    redirect_uri: given.redirectUri,
    token: given.token === undefined ? undefined : secret(given.token),
    refresh_token: given.refreshToken === undefined ? undefined : secret(given.refreshToken),
    ...given.flow,
  }
  return { ...base, ...computeValues(provider, base) }
}

function wireText(wire: { method: string; url: string; headers: Record<string, string>; body?: string }): string {
  const url = new URL(wire.url)
  const headers = Object.entries(wire.headers).map(([name, value]) => `${name}: ${value}`)
  // The text of the address as sent: the URL object would write it anew.
  const target = wire.url.slice(url.origin.length)
  return [`${wire.method} ${target} HTTP/1.1`, `Host: ${url.host}`, ...headers, '', wire.body ?? ''].join('\n')
}

/**
 * The parts of a request that servers compare: to the letter, but for the order of header fields and of form
 * parameters. `Accept` is ours to add where the page names none.
 */
function comparable(text: string) {
  const [head = '', ...rest] = text.split('\n\n')
  const [line = '', ...fields] = head.trimEnd().split('\n')
  const headers = Object.fromEntries(
    fields.map((field) => [
      field.slice(0, field.indexOf(':')).toLowerCase(),
      field.slice(field.indexOf(':') + 1).trim(),
    ]),
  )
  delete headers['accept']
  const body = rest.join('\n\n').trim()
  return { line, headers, body: body.startsWith('{') ? body : body.split('&').sort() }
}

function readResponse(text: string): WireResponse {
  const [head = '', ...rest] = text.split('\n\n')
  const [line = '', ...fields] = head.split('\n')
  const headers = Object.fromEntries(
    fields.map((field) => [
      field.slice(0, field.indexOf(':')).toLowerCase(),
      field.slice(field.indexOf(':') + 1).trim(),
    ]),
  )
  return {
    status: Number(line.split(' ')[1]),
    headers,
    body: rest.join('\n\n'),
    sentAt,
    sentAtMonotonic: 0,
    durationMs: 1,
  }
}
