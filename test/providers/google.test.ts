/** What becomes of the authorizations of Google, run through the domain. */
import { afterEach, describe, expect, it } from 'vitest'
import { adviceAt } from '../../src/provider/warnings.ts'
import { resolveValues } from '../../src/provider/values.ts'
import google from '../../src/providers/google-cloud.ts'
import youtube from '../../src/providers/youtube.ts'
import { world, type World } from '../connections/harness.ts'

let here: World
afterEach(() => here?.close())

const local = { kind: 'local' } as const
const day = 86_400_000
const scope = 'https://www.googleapis.com/auth'

async function connected(inputs: Record<string, string>, more: Record<string, unknown> = {}) {
  here = await world()
  here.answer(({ url }) => {
    if (url.endsWith('/token'))
      return {
        body: {
          access_token: 'ya29.a',
          expires_in: 3599,
          token_type: 'Bearer',
          scope: `${scope}/youtube.readonly`,
          refresh_token: '1//xEo',
          ...more,
        },
      }
    return { body: { items: [{ id: 'UC1', snippet: { title: 'Jellyfish' } }] } }
  })
  const client = { id: 'id.apps.googleusercontent.com', secret: 'GOCSPX-secret' }
  const scopes = [`${scope}/youtube.readonly`]
  await here.domain.connections.create(
    { name: 'yt', provider: 'youtube', grant: 'user', client, inputs, scopes },
    local,
  )
  const view = await here.domain.connections.authorize('yt', { back: 'paste' }, local)
  const state = new URL(view.authorizationUrl ?? '').searchParams.get('state') ?? ''
  const text = `http://127.0.0.1:7117/oauth/callback?code=4/P7q&state=${state}`
  const done = await here.domain.connections.complete(view.id, { kind: 'pasted', text, bareCodeAllowed: false }, local)
  expect(done.outcome).toMatchObject({ kind: 'authorized', who: 'Jellyfish' })
  const root = (await here.store.connections.byName('yt'))?.tokens?.root
  return { root, now: here.clock.now() }
}

describe('an authorization of a person', () => {
  it('ends after six months without use and has no other end', async () => {
    const { root, now } = await connected({})
    expect(root?.idleEnd).toBe(now + 180 * day)
    expect(root?.hardEnd).not.toBeTypeOf('number')
  })
  it('ends after 7 days in publishing status Testing, as the person says', async () => {
    const { root, now } = await connected({ publishing: 'testing' })
    expect(root?.hardEnd).toBe(now + 7 * day)
  })
  it('ends when the answer says so, whatever the person says', async () => {
    const { root, now } = await connected({}, { refresh_token_expires_in: 604_799 })
    expect(root?.hardEnd).toBe(now + 604_799_000)
  })
})

describe('what a person hears', () => {
  const said = (
    provider: typeof google | typeof youtube,
    way: string,
    asked: string[],
    more: { typed?: Record<string, string>; endsIn?: number } = {},
  ) =>
    adviceAt(more.endsIn === undefined ? 'request' : 'token', provider, way, {
      values: resolveValues(provider, way, { typed: more.typed ?? {}, secrets: {} }).values,
      asked,
      now: Date.parse('2026-11-22T12:00:00Z'),
      ...(more.endsIn !== undefined && { came: { refreshToken: true, endless: false, endsIn: more.endsIn } }),
    }).map(({ says, refuses }) => (refuses ? `refused: ${says}` : says))

  it('is that Testing ends each authorization, before it is made and after', () => {
    const typed = { publishing: 'testing' }
    expect(said(google, 'user', [`${scope}/bigquery.readonly`], { typed })).toEqual([
      'In publishing status Testing this authorization will end after 7 days.',
    ])
    expect(said(google, 'user', [`${scope}/bigquery.readonly`])).toEqual([])
    expect(said(google, 'desktop', [], { endsIn: 604_800 }).join()).toContain('ends within 7 days')
    expect(said(google, 'desktop', [], { endsIn: 15_552_000 })).toEqual([])
  })
  it('is that a person with Cloud scopes is asked again each day, and a service account is not', () => {
    expect(said(google, 'user', [`${scope}/cloud-platform`]).join()).toContain('invalid_rapt')
    expect(said(google, 'service_account', [`${scope}/cloud-platform`])).toEqual([])
  })
  it('is that reports of YouTube take no tokens of a device code', () => {
    expect(said(youtube, 'device', [`${scope}/yt-analytics.readonly`]).join()).toContain('refused: YouTube Analytics')
    expect(said(youtube, 'user', [`${scope}/yt-analytics.readonly`])).toEqual([])
  })
})
