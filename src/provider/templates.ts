import type { CallTemplate, Fields, Json, Template } from '../oauth/call-template.ts'
import type { Api, Provider, Way } from './provider.ts'

/**
 * When a template is expanded decides what it may name: `authorize` goes into the browser (no secret), `token` asks for
 * the first token, `after` has one.
 */
export type Moment = 'authorize' | 'device' | 'assertion' | 'token' | 'literal' | 'after' | 'page'

/** One template of a definition and where it stands. `optional`: its field drops out when a value is missing. */
export type Site = {
  at: readonly (string | number)[]
  template: Template
  moment: Moment
  optional: boolean
  /** An address rather than a field. */
  url?: 'token' | 'api' | 'browser'
}

type Where = { at: readonly (string | number)[]; moment: Moment; optional?: boolean }

/** Every template of one way, in the order of its life. */
export function templatesOfWay(way: Way, at: readonly (string | number)[]): Site[] {
  const sites: Site[] = []
  const { authorize, device, assertion, token, literal, steps, renewal, client } = way
  if (authorize) {
    const where: Where = { at: [...at, 'authorize'], moment: 'authorize' }
    sites.push(one(authorize.url, where, 'url', 'browser'), ...ofFields(authorize.params, where, 'params'))
    if (authorize.par !== undefined) sites.push(one(authorize.par, where, 'par', 'token'))
    if (authorize.issuer !== undefined) sites.push(one(authorize.issuer, where, 'issuer'))
  }
  if (device) sites.push(...ofCall(device, { at: [...at, 'device'], moment: 'device' }, 'token'))
  if (client?.assertionAudience !== undefined)
    sites.push(one(client.assertionAudience, { at: [...at, 'client'], moment: 'assertion' }, 'assertionAudience'))
  if (assertion) {
    const where: Where = { at: [...at, 'assertion'], moment: 'assertion' }
    if (assertion.key !== undefined) sites.push(one(assertion.key, where, 'key'))
    sites.push(...ofFields(assertion.header, where, 'header'), ...ofJson(assertion.claims, within(where, 'claims')))
  }
  if (token) sites.push(...ofCall(token, { at: [...at, 'token'], moment: 'token' }, 'token'))
  if (literal !== undefined) sites.push(one(literal, { at, moment: 'literal' }, 'literal'))
  for (const [index, step] of (steps ?? []).entries())
    sites.push(
      ...ofCall(step, { at: [...at, 'steps', index], moment: 'after', optional: step.onlyWith !== undefined }, 'api'),
    )
  if (way.api) sites.push(...ofApi(way.api, { at: [...at, 'api'], moment: 'after' }))
  if (renewal.call) sites.push(...ofCall(renewal.call, { at: [...at, 'renewal', 'call'], moment: 'after' }, 'token'))
  return sites
}

/** Templates that belong to no single way. */
export function templatesOfProvider(provider: Provider): Site[] {
  const sites: Site[] = []
  if (provider.console?.url !== undefined)
    sites.push(one(provider.console.url, { at: ['console'], moment: 'page', optional: true }, 'url', 'browser'))
  for (const [name, value] of Object.entries(provider.values ?? {})) {
    // The list to pick from is fetched when somebody asks for it; nothing else waits for its values.
    if (value.pick)
      sites.push(...ofCall(value.pick, { at: ['values', name, 'pick'], moment: 'after', optional: true }, 'api'))
    for (const [index, source] of (value.from ?? []).entries()) {
      if (typeof source === 'string') continue
      const where: Where = { at: ['values', name, 'from', index, 'hmacSha256Hex'], moment: 'after', optional: true }
      sites.push(one(source.hmacSha256Hex.key, where, 'key'), one(source.hmacSha256Hex.text, where, 'text'))
    }
  }
  if (provider.client.assertionAudience !== undefined)
    sites.push(one(provider.client.assertionAudience, { at: ['client'], moment: 'assertion' }, 'assertionAudience'))
  sites.push(...ofApi(provider.api, { at: ['api'], moment: 'after' }))
  // A test request, a revocation and a look at a token are left out when something for them is missing.
  for (const [index, probe] of (provider.probes ?? []).entries())
    sites.push(...ofCall(probe, { at: ['probes', index], moment: 'after', optional: true }, 'api'))
  for (const [index, call] of (provider.revoke ?? []).entries())
    sites.push(...ofCall(call, { at: ['revoke', index], moment: 'after', optional: true }, 'api'))
  if (provider.introspect)
    sites.push(...ofCall(provider.introspect, { at: ['introspect'], moment: 'after', optional: true }, 'api'))
  return sites
}

function ofApi(api: Api, where: Where): Site[] {
  return [one(api.base, where, 'base', 'api'), ...ofFields(api.send, where, 'send')]
}

function ofCall(call: CallTemplate, where: Where, url: 'token' | 'api'): Site[] {
  const sites = [
    one(call.url, where, 'url', url),
    ...ofFields(call.headers, where, 'headers'),
    ...ofFields(call.query, where, 'query'),
  ]
  if (typeof call.auth === 'object') sites.push(one(call.auth.header, within(where, 'auth'), 'header'))
  if (call.body) {
    const body = within(where, 'body')
    if ('form' in call.body) sites.push(...ofFields(call.body.form, body, 'form'))
    else if ('json' in call.body) sites.push(...ofJson(call.body.json, within(body, 'json')))
    else sites.push(one(call.body.text, body, 'text'))
  }
  return sites
}

function ofFields(fields: Fields | undefined, where: Where, name: string): Site[] {
  return Object.entries(fields ?? {}).map(([key, template]) => {
    const inside = within(where, name)
    return one(template, key.endsWith('?') ? { ...inside, optional: true } : inside, key)
  })
}

function ofJson(json: Json, where: Where): Site[] {
  if (typeof json === 'string') return [site(json, where)]
  if (Array.isArray(json)) return json.flatMap((item, index) => ofJson(item, within(where, index)))
  if (typeof json !== 'object' || json === null) return []
  return Object.entries(json).flatMap(([key, item]) => {
    const inside = within(where, key)
    return ofJson(item, key.endsWith('?') ? { ...inside, optional: true } : inside)
  })
}

function one(template: Template, where: Where, name: string | number, url?: Site['url']): Site {
  return { ...site(template, within(where, name)), ...(url && { url }) }
}

function site(template: Template, where: Where): Site {
  return { at: where.at, template, moment: where.moment, optional: where.optional ?? false }
}

function within(where: Where, name: string | number): Where {
  return { ...where, at: [...where.at, name] }
}
