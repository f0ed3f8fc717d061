/** What becomes of a way's tokens, in sentences for the person who decides for it. */
import { duration } from '../duration.ts'
import type { Life, Provider, Renewal, Way } from './provider.ts'

/** The kinds of renewal as short as a cell of a table. */
export function renewalInShort({ grant, renewal }: Pick<Way, 'grant' | 'renewal'>): string {
  switch (renewal.by) {
    case 'refresh_token':
      return `refresh token, ${rotation[renewal.rotates]}`
    case 'exchange_access_token':
      return 'exchanges the living token'
    case 'reissue':
      return 'asks for a new token'
    case 'none':
      return grant === 'literal' ? 'never changes' : 'none'
  }
}

const rotation: Readonly<Record<Renewal['rotates'], string>> = {
  always: 'a new one each time',
  sometimes: 'now and then a new one',
  never: 'stays the same',
  unknown: 'whether it changes is not known',
}

const rotationSentence: Readonly<Record<Renewal['rotates'], string>> = {
  always: 'Each renewal brings a new refresh token.',
  sometimes: 'A renewal may bring a new refresh token.',
  never: 'The refresh token stays the same.',
  unknown: 'Whether a renewal changes the refresh token is not known.',
}

/** How a token is kept alive, what happens to the credential, and what ends it all. */
export function renewalSentences(provider: Provider, way: Way): string[] {
  const { renewal } = way
  return [
    accessLife(provider, way),
    how(way),
    ...(renewal.by === 'refresh_token' ? credential(renewal) : []),
    renewal.age === undefined ? '' : `A token can be renewed once it is ${exactly(renewal.age)} old, not before.`,
    renewal.within === undefined ? '' : `It is renewed in the last ${duration(renewal.within)} of its life.`,
    renewal.extends === 'maybe' ? 'Whether a renewal moves the end is up to the service.' : '',
    renewal.oldAccess === 'dies' ? 'A renewal ends the access token before it at once.' : '',
    ...ends(provider, renewal),
  ].filter((sentence) => sentence !== '')
}

function accessLife(provider: Provider, { access: life, grant, renewal }: Way): string {
  if (life === 'never')
    return renewal.by === 'refresh_token'
      ? 'A token whose answer names no end does not end by itself.'
      : 'A token does not end by itself.'
  if (life === undefined || life === 'unknown')
    return grant === 'pasted' && renewal.by === 'none'
      ? 'Its end is set where it is made.'
      : 'How long a token lives is said with each token, or nowhere.'
  return `A token lives ${lifeText(provider, life)}, where its answer says nothing else.`
}

/** Not rounded: 9 minutes 30 seconds of 10 minutes are not 10. */
function exactly(seconds: number): string {
  const rest = seconds % 60
  return seconds < 60 || rest === 0 ? duration(seconds) : `${duration(seconds - rest)} ${duration(rest)}`
}

function how({ grant, access, renewal, authorize, device }: Way): string {
  switch (renewal.by) {
    case 'refresh_token':
      return 'It is renewed with a refresh token, without a person.'
    case 'exchange_access_token':
      return 'It is renewed by exchanging it while it lives, without a person.'
    case 'reissue':
      return 'A new one is asked for when it is needed, without a person.'
    case 'none': {
      if (grant === 'literal') return 'It is made of what is given and never changes.'
      const reason = access === 'never' ? 'It is not renewed' : 'It cannot be renewed'
      const over = access === 'never' ? 'once it was revoked' : 'when it has ended'
      return authorize || device
        ? `${reason}: a person authorizes again ${over}.`
        : `${reason}: a new one is given here ${over}.`
    }
  }
}

function credential({ rotates, grace, reuse }: Renewal): string[] {
  const changes = rotates !== 'never'
  const then = grace === undefined ? 'One that is used again after it was replaced' : 'One that is used after that'
  return [
    rotationSentence[rotates],
    grace === undefined ? '' : `The one before still works for ${duration(grace)}.`,
    changes && reuse === 'refused' ? `${then} is refused.` : '',
    changes && reuse === 'kills_grant' ? `${then} ends the authorization: let nothing but Evergrant renew it.` : '',
    changes && reuse === 'unknown' ? 'What happens to one that is used again is not known.' : '',
  ]
}

function ends(provider: Provider, { by, ends: { idle, hard, from } = {} }: Renewal): string[] {
  const it = by === 'refresh_token' ? 'the authorization' : 'it'
  const lasts = (start: string, life: Life, end: string) => {
    const chosen = typeof life === 'object' ? chosenLives(provider, life) : undefined
    if (chosen !== undefined) {
      const { lives, all } = chosen
      const how = (text: string) => `${it} lasts ${text} ${start.toLowerCase()}${end}`
      const cases = lives.map(({ where, text }) => `Where ${where}, ${how(text)}`).join('. ')
      return `${cases}${all ? '' : '; with other choices it has no such end'}.`
    }
    if (life === 'never') return `${start} ${it} does not end.`
    if (life === 'unknown') return `How long ${it} lasts ${start.toLowerCase()} is not known.`
    return `${start} ${it} lasts ${lifeText(provider, life)}${end}.`
  }
  return [
    idle === undefined ? '' : lasts('Without renewal', idle, ''),
    hard === undefined
      ? ''
      : from === 'renewal'
        ? lasts('After its last renewal', hard, '')
        : lasts('Once given', hard, ', whatever happens'),
  ]
}

/** `{ input }` is set by the customer at the service and given here, or comes with what is chosen here. */
function lifeText(provider: Provider, life: Exclude<Life, 'never' | 'unknown'>): string {
  if (typeof life === 'number') return duration(life)
  const chosen = chosenLives(provider, life)
  if (chosen !== undefined) return chosen.lives.map(({ where, text }) => `${text} where ${where}`).join(', ')
  const value = provider.values?.[life.input]
  const usual =
    value?.default === undefined
      ? '; where nothing is given, no end is known'
      : `; ${value.default} where nothing is given`
  return `as many ${units[life.unit]} as are set at the service (${life.input}${usual})`
}

type LifeOfInput = Extract<Life, object>

const units: Readonly<Record<LifeOfInput['unit'], string>> = { s: 'seconds', h: 'hours', d: 'days' }

/** The lives that choices bring along, if any, and whether each of the choices brings one. */
function chosenLives(
  provider: Provider,
  { input, unit }: LifeOfInput,
): { lives: { where: string; text: string }[]; all: boolean } | undefined {
  const choices = (provider.values?.[input]?.from ?? []).flatMap((source) => {
    const [kind, by = ''] = typeof source === 'string' ? source.split('.') : []
    return kind === 'choice' ? (provider.values?.[by]?.choices ?? []).map((choice) => ({ by, ...choice })) : []
  })
  const lives = choices.flatMap(({ by, value, sets }) => {
    const life = sets?.[input]
    return life === undefined ? [] : [{ where: `${by} is ${value}`, text: `${life} ${units[unit]}` }]
  })
  return lives.length === 0 ? undefined : { lives, all: lives.length === choices.length }
}
