/** Values that the service lists once it knows who asks. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Provider } from '../../src/provider/provider.ts'
import { service, tokens, world, type Answer, type World } from './harness.ts'

const open: World[] = []
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})
const local = { kind: 'local' } as const
const api = 'https://api.example.com'

/** Jobs get the token of a page, and the pages are listed with the token of the person: as Facebook does it. */
function pages(): Provider {
  const base = service()
  return {
    ...base,
    values: {
      page: {
        label: 'Page',
        shown: true,
        pick: {
          see: ['docs'],
          method: 'GET',
          url: `${api}/accounts`,
          auth: { header: 'Bearer {token}' },
          list: 'data',
          value: 'id',
          label: 'profile.name',
        },
      },
      other: { label: 'Other', optional: true },
    },
    ways: {
      person: {
        ...base.ways.person!,
        steps: [
          {
            see: ['docs'],
            name: 'page',
            run: 'each',
            gives: 'token',
            method: 'GET',
            url: `${api}/pages/{page}`,
            auth: { header: 'Bearer {token}' },
          },
        ],
      },
    },
  }
}

const listed: Answer = { body: { data: [{ id: 7, profile: { name: 'Seven' } }, { id: '8' }, { profile: {} }] } }

async function authorized(list: Answer = listed) {
  const here = await world()
  open.push(here)
  const client = { id: 'client', secret: 'secret' }
  await here.domain.connections.create(
    { name: 'books', provider: 'custom', definition: pages(), grant: 'person', client },
    local,
  )
  here.answer(({ url }) => {
    const { pathname } = new URL(url)
    if (pathname === '/token') return tokens(1)
    return pathname === '/accounts' ? list : { body: { access_token: `token-of-${pathname.split('/').at(-1)}` } }
  })
  const { id, authorizationUrl } = await here.domain.connections.authorize('books', { back: 'paste' }, local)
  const state = new URL(authorizationUrl ?? '').searchParams.get('state') ?? ''
  const parameters = [
    ['code', 'code-1'],
    ['state', state],
  ] as const
  const { outcome } = await here.domain.connections.complete(id, { kind: 'parameters', parameters }, local)
  return { here, outcome, connections: here.domain.connections }
}

describe('a value to be picked', () => {
  it('does not keep a person from authorizing, and is named as open', async () => {
    const { outcome, connections } = await authorized()
    expect(outcome).toMatchObject({ kind: 'authorized', generation: 1 })
    const { toChoose, warnings } = await connections.get('books')
    expect(toChoose).toEqual([{ value: 'page', label: 'Page', optional: false }])
    expect(warnings).toContain('Page is not chosen yet. `evergrant choices books page` lists what it can be.')
  })

  it('is listed with the token of the person, and the attempt is kept without it', async () => {
    const { here, connections } = await authorized()
    expect(await connections.choices('books', 'page')).toEqual({
      choices: [
        { value: '7', label: 'Seven' },
        { value: '8', label: '8' },
      ],
    })
    expect(here.requests.at(-1)?.headers['authorization']).toBe('Bearer access-1')
    const attempts = await connections.attempts('books')
    expect(attempts.find(({ step }) => step === 'pick')).toMatchObject({ trigger: 'person', status: 200 })
    expect(JSON.stringify(attempts)).not.toContain('access-1')
  })

  it('is chosen by a change, and what jobs get follows at once, each time', async () => {
    const { connections } = await authorized()
    await connections.change('books', { inputs: { page: '7' } }, local)
    const first = await connections.read('books')
    expect([first.accessToken.open(), first.shown]).toEqual(['token-of-7', { page: '7' }])
    expect(await connections.choices('books', 'page')).toMatchObject({ current: '7' })
    await connections.change('books', { inputs: { page: '8' } }, local)
    const second = await connections.read('books')
    expect([second.accessToken.open(), second.shown]).toEqual(['token-of-8', { page: '8' }])
    expect((await connections.get('books')).toChoose).toEqual([])
  })

  it('is told with the words of the service where it lists nothing', async () => {
    const { connections } = await authorized({ status: 403, body: { error: { code: 'denied', message: 'No pages.' } } })
    await expect(connections.choices('books', 'page')).rejects.toMatchObject({
      code: 'provider_refused',
      message: expect.stringContaining('denied: No pages.'),
    })
  })

  it('is refused where nothing is listed for it, before anything is sent', async () => {
    const { here, connections } = await authorized()
    const sent = here.requests.length
    await expect(connections.choices('books', 'other')).rejects.toMatchObject({ remedy: 'it lists: page' })
    expect(here.requests).toHaveLength(sent)
  })
})
