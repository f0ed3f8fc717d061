import { variablesOf } from '../oauth/template.ts'
import type { PlacedFault } from './faults.ts'
import { pathText } from './guard.ts'
import type { GrantName, Provider, Way } from './provider.ts'
import { templatesOfWay } from './templates.ts'

type Block = 'authorize' | 'device' | 'assertion' | 'token' | 'literal'

/** What a way of each grant must have, and may have beside that. */
const blocks: Record<GrantName, { needs: Block[]; may?: Block[] }> = {
  authorization_code: { needs: ['authorize', 'token'], may: ['assertion'] },
  client_credentials: { needs: ['token'], may: ['assertion'] },
  password: { needs: ['token'], may: ['assertion'] },
  jwt_bearer: { needs: ['assertion', 'token'] },
  device_code: { needs: ['device', 'token'], may: ['assertion'] },
  token_exchange: { needs: ['token'], may: ['assertion'] },
  pasted: { needs: [] },
  literal: { needs: ['literal'] },
}

/** Grants that need a person each time: their token request cannot simply be sent again. */
const onceOnly: readonly GrantName[] = ['authorization_code', 'device_code', 'pasted', 'literal']

/** Variables without which a block does not do its work. */
const musts: Partial<Record<GrantName, Partial<Record<Block, string[]>>>> = {
  authorization_code: { authorize: ['state'], token: ['code'] },
  device_code: { token: ['device_code'] },
  jwt_bearer: { token: ['assertion'] },
  password: { token: ['password'] },
}

export function wayFaults(provider: Provider, way: Way, at: readonly (string | number)[]): PlacedFault[] {
  const faults: PlacedFault[] = []
  const add = (place: readonly string[], problem: string, remedy: string) => {
    const whole = [...at, ...place]
    faults.push({ at: whole, path: pathText(whole), problem, remedy })
  }
  const { needs, may = [] } = blocks[way.grant]
  for (const block of ['authorize', 'device', 'assertion', 'token', 'literal'] as const) {
    if (needs.includes(block) && way[block] === undefined)
      add([block], `the grant ${way.grant} needs ${block}`, `add ${block}`)
    if (!needs.includes(block) && !may.includes(block) && way[block] !== undefined)
      add([block], `the grant ${way.grant} has no ${block}`, `remove ${block}, or choose another grant`)
  }
  for (const [block, names] of Object.entries(musts[way.grant] ?? {}))
    for (const name of names)
      if (way[block as Block] !== undefined && !namesIn(way, block).has(name) && !sentAsUser(way, block, name))
        add([block], `{${name}} is nowhere in it`, `add a field with {${name}}`)

  if (way.authorize?.pkce === 'required') {
    if (!namesIn(way, 'authorize').has('code_challenge'))
      add(
        ['authorize', 'params'],
        'PKCE is required and {code_challenge} is missing',
        'add code_challenge and code_challenge_method',
      )
    if (way.token && !namesIn(way, 'token').has('code_verifier'))
      add(['token'], 'PKCE is required and {code_verifier} is missing', 'add code_verifier to the body')
  }
  renewalFaults(way, add)
  keyFaults(provider, way, add)
  return faults
}

type Add = (place: readonly string[], problem: string, remedy: string) => void

function renewalFaults(way: Way, add: Add): void {
  const { by, call } = way.renewal
  const used = namesIn(way, 'renewal')
  switch (by) {
    case 'refresh_token':
      if (!call) add(['renewal', 'call'], 'renewal by refresh_token needs its call', 'add renewal.call')
      else if (!used.has('refresh_token'))
        add(['renewal', 'call'], '{refresh_token} is nowhere in it', 'add a field with {refresh_token}')
      break
    case 'exchange_access_token':
      if (!call) add(['renewal', 'call'], 'renewal by exchange_access_token needs its call', 'add renewal.call')
      else if (!used.has('token')) add(['renewal', 'call'], '{token} is nowhere in it', 'add a field with {token}')
      break
    case 'reissue':
      if (call) add(['renewal', 'call'], 'reissue repeats the token call', 'remove renewal.call')
      if (onceOnly.includes(way.grant))
        add(
          ['renewal', 'by'],
          `the grant ${way.grant} cannot be repeated`,
          'use refresh_token, exchange_access_token or none',
        )
      break
    case 'none':
      if (call) add(['renewal', 'call'], 'a way without renewal has no call for it', 'remove renewal.call')
      break
  }
  if (way.grant === 'literal' && by !== 'none') add(['renewal', 'by'], 'a literal token is never renewed', 'use none')
}

function keyFaults(provider: Provider, way: Way, add: Add): void {
  const client = way.client ?? provider.client
  if (client.auth.includes('private_key_jwt') && !client.key)
    add(['client', 'key'], 'private_key_jwt needs a key', 'add key with the algorithms that the service takes')
  if (way.assertion && way.assertion.key === undefined && !client.key)
    add(
      ['assertion', 'key'],
      'nothing signs the assertion',
      'name the value that holds the key, or add key to the client',
    )
}

/** Variables anywhere in one block of the way. */
function namesIn(way: Way, block: string): Set<string> {
  const sites = templatesOfWay(way, []).filter((site) => site.at[0] === block)
  return new Set(sites.flatMap((site) => variablesOf(site.template)))
}

/** `auth: user` sends user name and password as HTTP Basic, without any template. */
function sentAsUser(way: Way, block: string, name: string): boolean {
  return block === 'token' && name === 'password' && way.token?.auth === 'user'
}
