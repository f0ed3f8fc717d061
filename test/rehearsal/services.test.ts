/** What holds for every service of the catalogue at the rehearsal. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Example } from '../../src/provider/example.ts'
import { parseDefinition } from '../../src/provider/schema.ts'
import { loadServices, rehearsed, startRehearsal, type Rehearsal } from '../../src/rehearsal/index.ts'
import { readMessage } from '../../src/rehearsal/service/literal.ts'
import { choose } from '../../src/rehearsal/service/owners.ts'
import { received } from '../../src/rehearsal/service/received.ts'
import { shapeOf } from '../../src/rehearsal/service/shape.ts'
import { sitesOf } from '../../src/rehearsal/service/sites.ts'

const services = await loadServices()

let rehearsal: Rehearsal

beforeAll(async () => {
  rehearsal = await startRehearsal({ services })
})
afterAll(() => rehearsal.close())

/** An example's request as it would come to the rehearsal. */
function requestOf({ request }: Example, id: string) {
  const { line, headers, body } = readMessage(request)
  const [method = '', target = ''] = line.split(' ')
  return received(method, `/${id}/${headers['host']}${target}`, headers, body)
}

describe.each(services.map((one) => [one.provider.id, one] as const))('%s', (id, { provider, examples }) => {
  it('is a sound definition when its addresses are those of the rehearsal', () => {
    const parsed = parseDefinition(rehearsed(provider, rehearsal.origin), { allowHttp: true })
    expect(parsed.ok ? [] : parsed.faults).toEqual([])
  })

  const requests = examples.filter(({ call }) => call !== 'authorize')
  it.each(requests.map((one) => [one.title, one] as const))('knows the literal request: %s', (_, example) => {
    const stage = { origin: rehearsal.origin, id }
    const request = requestOf(example, id)
    const shaped = sitesOf(provider).flatMap((site) => shapeOf(request, site, stage) ?? [])
    const own = shaped.filter(({ site }) => site.wayName === example.way && site.name === example.call)
    // A way's own call may be as unnamed as its test request is: then the title alone tells them apart.
    const meant =
      own.length > 0 ? choose(own, new Map(), example.way).shaped : choose(shaped, new Map(), example.way).shaped
    expect(meant.faults).toEqual([])
  })

  const pages = examples.filter(({ call }) => call === 'authorize')
  it.each(pages.map((one) => [one.title, one] as const))(
    'takes the literal address of the page: %s',
    async (_, example) => {
      const url = new URL(example.request.trim())
      const client = provider.ways[example.way]!.client ?? provider.client
      const named = Object.values(provider.ways[example.way]!.authorize!.params)
      if (client.id?.fixed === undefined && named.includes('{client_id}'))
        url.searchParams.set(client.id?.param ?? 'client_id', 'rehearsal')
      // Some pages leave it out; whoever rehearses must not.
      if (!url.searchParams.has('state')) url.searchParams.set('state', 'state')
      // Pages show placeholders and addresses of a home network here.
      const redirect = url.searchParams.get('redirect_uri') ?? ''
      if (!named.includes('{redirect_uri}'))
        rehearsal.service(id).control.sendBackTo('https://example.com/oauth/callback')
      else if (!/^(https:|http:\/\/(localhost|127\.0\.0\.1))/.test(redirect))
        url.searchParams.set('redirect_uri', 'https://example.com/oauth/callback')
      const address = `${rehearsal.origin}/${id}/${url.host}${url.pathname}${url.search}`
      const answer = await fetch(address, { redirect: 'manual' })
      const location = answer.headers.get('location') ?? (await answer.text())
      expect(location).toMatch(/^https?:/)
      expect(location).not.toContain('invalid_request')
    },
  )
})
