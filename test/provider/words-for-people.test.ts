import { describe, expect, it } from 'vitest'
import { doubtsOf, lowestConfidence } from '../../src/provider/doubts.ts'
import type { Provider, Renewal, Way } from '../../src/provider/provider.ts'
import { renewalInShort, renewalSentences } from '../../src/provider/renewal-words.ts'
import netsuite from '../../src/providers/netsuite.ts'
import youtube from '../../src/providers/youtube.ts'
import { sample } from './sample.ts'

const provider = sample()

function says(renewal: Partial<Renewal>, way: Partial<Way> = {}): string {
  const whole: Way = {
    label: 'x',
    grant: 'authorization_code',
    authorize: provider.ways['user']!.authorize!,
    ...way,
    renewal: { see: [], by: 'refresh_token', rotates: 'never', ...renewal },
  }
  return renewalSentences(provider, whole).join(' ')
}

describe('renewal in sentences', () => {
  it.each<[Partial<Renewal>, string]>([
    [{ rotates: 'always', reuse: 'kills_grant' }, 'ends the authorization: let nothing but Evergrant renew it.'],
    [
      { rotates: 'always', reuse: 'refused', grace: 600 },
      'The one before still works for 10 minutes. One that is used after that is refused.',
    ],
    [{ rotates: 'always', reuse: 'refused' }, 'One that is used again after it was replaced is refused.'],
    [{ rotates: 'unknown', reuse: 'unknown' }, 'Whether a renewal changes the refresh token is not known.'],
    [{ oldAccess: 'dies' }, 'A renewal ends the access token before it at once.'],
    [{ ends: { idle: 8_640_000 } }, 'Without renewal the authorization lasts 100 days.'],
    [{ ends: { idle: 'unknown' } }, 'How long the authorization lasts without renewal is not known.'],
    [{ ends: { hard: 31_536_000 } }, 'Once given the authorization lasts 365 days, whatever happens.'],
    [{ by: 'none' }, 'It cannot be renewed: a person authorizes again when it has ended.'],
    [{ age: 570 }, 'A token can be renewed once it is 9 minutes 30 seconds old, not before.'],
    [{ by: 'exchange_access_token', age: 86_400, extends: 'maybe' }, 'A token can be renewed once it is 24 hours old'],
  ])('%j', (renewal, sentence) => {
    expect(says(renewal)).toContain(sentence)
  })

  it('says where nothing is known, and where nothing ends', () => {
    expect(says({}, { access: 'never' })).toContain('A token whose answer names no end does not end by itself.')
    expect(says({ by: 'none' }, { access: 'never' })).toContain(
      'A token does not end by itself. It is not renewed: a person authorizes again once it was revoked.',
    )
    expect(says({ by: 'none' }, { grant: 'pasted', access: 'unknown' })).toContain('Its end is set where it is made.')
    expect(says({})).toContain('How long a token lives is said with each token, or nowhere.')
    expect(says({ reuse: 'unknown' })).not.toContain('used again')
  })

  it('names the input that holds a lifetime', () => {
    expect(renewalSentences(netsuite, netsuite.ways.user).at(-1)).toBe(
      'Once given the authorization lasts as many hours as are set at the service (refresh_hours; 168 where nothing is given), whatever happens.',
    )
  })

  it('names the choice that a lifetime comes with', () => {
    expect(renewalSentences(youtube, youtube.ways.user).at(-1)).toBe(
      'Where publishing is testing, the authorization lasts 7 days once given, whatever happens; with other choices it has no such end.',
    )
    const timed = sample()
    const way = { ...timed.ways['user']!, access: { input: 'minutes', unit: 's' } as const }
    timed.values = {
      minutes: { label: 'Life', from: ['choice.kind'] },
      kind: {
        label: 'Kind',
        choices: [
          { value: 'a', label: 'A', sets: { minutes: '60' } },
          { value: 'b', label: 'B', sets: { minutes: '90' } },
        ],
      },
    }
    expect(renewalSentences(timed, way)[0]).toBe(
      'A token lives 60 seconds where kind is a, 90 seconds where kind is b, where its answer says nothing else.',
    )
    way.renewal = { ...way.renewal, ends: { idle: { input: 'minutes', unit: 's' } } }
    expect(renewalSentences(timed, way).at(-1)).toBe(
      'Where kind is a, the authorization lasts 60 seconds without renewal. Where kind is b, the authorization lasts 90 seconds without renewal.',
    )
  })

  it('fits a cell', () => {
    expect(Object.values(netsuite.ways).map(renewalInShort)).toEqual([
      'asks for a new token',
      'asks for a new token',
      'refresh token, whether it changes is not known',
      'refresh token, a new one each time',
    ])
  })
})

describe('doubts', () => {
  const unsure: Provider = {
    ...provider,
    errors: [
      { see: [], confidence: 'low', on: ['token'], means: 'dead', cause: 'The code is old.', remedy: 'Begin again.' },
    ],
    probes: [
      { see: [], confidence: 'medium', because: 'seen', name: 'me', url: 'https://a.example' },
      { see: [], confidence: 'medium', because: 'seen', name: 'you', url: 'https://a.example' },
      { see: [], because: 'known', url: 'https://a.example' },
    ],
  }

  it('are named by place, the least sure first, the same one once', () => {
    expect(doubtsOf(unsure)).toEqual([
      { about: 'error: The code is old.', confidence: 'low' },
      { about: 'test request: me', confidence: 'medium', because: 'seen' },
    ])
    expect(lowestConfidence(unsure)).toBe('low')
  })

  it('tell a renewal from its request', () => {
    const { renewal, ...way } = provider.ways['user']!
    const call = { ...renewal.call!, confidence: 'medium' as const }
    const whole: Way = { ...way, renewal: { ...renewal, confidence: 'medium', call } }
    expect(doubtsOf({ ...provider, ways: { user: whole } }).map(({ about }) => about)).toEqual([
      'way user: renewal',
      'way user: renewal request',
    ])
  })

  it('are none where everything is sure', () => {
    const { errors: _, probes: __, ...sure } = unsure
    expect([doubtsOf(sure), lowestConfidence(sure)]).toEqual([[], 'high'])
  })
})
