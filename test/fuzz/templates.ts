/** Templates with values of strangers: a value stays in its place, and what it contains is never read as a template. */
import fc from 'fast-check'
import { EvergrantError } from '../../src/errors.ts'
import type { Json } from '../../src/oauth/call-template.ts'
import { expand, expandJson, joinText, maskText, variablesOf, type Place } from '../../src/oauth/template.ts'
import { Secret } from '../../src/secret.ts'
import { damaged, wild } from './damaged.ts'
import type { Subject } from './subject.ts'

const value = fc.oneof(wild, fc.webUrl(), fc.domain(), fc.array(wild, { maxLength: 3 }))
const template = damaged(
  fc.oneof(
    fc.constantFrom(
      'https://api.example.com/v1/{a}/rows?since={b}',
      'https://{a}.example.com/{b}',
      '{a}/services/{b}',
      'Basic {a}',
      '{a}{b}',
      '{client_secret}',
    ),
    wild,
  ),
)
const places: readonly Place[] = ['url', 'query', 'form', 'json', 'header', 'plain']
const secretText = 'the-secret-of-the-client'
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    template,
    fc.constantFrom<Json>(null, true, 1),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie('json'), { maxKeys: 3 }),
  ),
}))

export const templates: Subject = {
  name: 'templates',
  slice: 4000,
  property: fc.property(template, fc.constantFrom(...places), value, value, json, (text, place, a, b, tree) => {
    const values = { a, b, client_secret: new Secret(secretText), nothing: undefined }
    checkText(text, place, values)
    stays(a, b)
    const written = tried(() => expandJson(tree, values))
    if (written === undefined) return
    JSON.parse(joinText(written))
    if (maskText(written).includes(secretText)) throw new Error('a secret is shown')
  }),
}

type Named = Parameters<typeof expand>[1]

function checkText(text: string, place: Place, values: Named): void {
  const parts = tried(() => expand(text, values, place))
  if (parts === undefined) return
  if (maskText(parts).includes(secretText)) throw new Error('a secret is shown')
  const known = new Set(Object.keys(values))
  if (variablesOf(text).some((name) => !known.has(name))) throw new Error('an unknown name was taken')
}

/** Whatever the values are, address and form have the shape that the template gave them. */
function stays(a: string | readonly string[], b: string | readonly string[]): void {
  const url = tried(() => joinText(expand('https://api.example.com/v1/{a}/rows?since={b}', { a, b }, 'url')))
  if (url !== undefined) {
    const { origin, pathname, searchParams, hash } = new URL(url)
    const isSame = origin === 'https://api.example.com' && pathname.split('/').length === 4 && hash === ''
    if (!isSame || [...searchParams.keys()].join() !== 'since') throw new Error(`the value leads elsewhere: ${url}`)
  }
  const host = tried(() => joinText(expand('https://{a}.example.com/{b}', { a, b }, 'url')))
  const parsed = host === undefined ? null : URL.parse(host)
  if (parsed !== null && (!parsed.hostname.endsWith('.example.com') || parsed.username !== ''))
    throw new Error(`the value chooses the host: ${host}`)
  const form = tried(() => joinText(expand('x={a}&y={b}', { a, b }, 'form')))
  if (form !== undefined && [...new URLSearchParams(form).keys()].join() !== 'x,y')
    throw new Error(`one more field: ${form}`)
}

/** Undefined where it was refused in our words. */
function tried<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof EvergrantError && error.code !== 'internal') return undefined
    throw error
  }
}
