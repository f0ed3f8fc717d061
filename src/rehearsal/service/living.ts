/** Which access tokens live, and what a job shows when it calls the API. */
import type { Provider } from '../../provider/provider.ts'
import type { Owner } from './owners.ts'
import { matchText, merge } from './pattern.ts'
import type { Received } from './received.ts'
import { known } from './sites.ts'

/** Who is behind a token. */
export type Living = { who: string; scope: readonly string[] }

export type Whose = (token: string) => Living | undefined

/** `owners` is asked anew each time: it grows with every token. */
export function createWhose(provider: Provider, owners: ReadonlyMap<string, Owner>): Whose {
  const secrets: Readonly<Record<string, readonly string[]>> = {
    client_id: [known.id],
    client_secret: known.secrets,
    user_name: [known.userName],
    password: [known.password],
  }

  /** A token that is put together from other values, and never given out. */
  function isLiteral(token: string): boolean {
    return Object.values(provider.ways).some(({ literal }) => {
      const captured = literal === undefined ? undefined : matchText(literal, token)
      if (!captured) return false
      return Object.entries(captured).every(([name, value]) => secrets[name]?.includes(String(value)) ?? true)
    })
  }

  return (token) =>
    owners.get(token)?.ledger.whose(token) ?? (isLiteral(token) ? { who: known.id, scope: [] } : undefined)
}

/** Who calls the API: every header that the definition has jobs send must be there, with a living token in its place. */
export function callerOf(request: Received, provider: Provider, whose: Whose): Living | undefined {
  const apis = [provider.api, ...Object.values(provider.ways).flatMap(({ api }) => (api ? [api] : []))]
  for (const { send } of apis) {
    const headers = Object.entries(send).filter(([name]) => !name.endsWith('?'))
    const captured = merge(
      headers.map(([name, template]) => matchText(template, request.headers[name.toLowerCase()] ?? '')),
    )
    const living = typeof captured?.['token'] === 'string' ? whose(captured['token']) : undefined
    if (living) return living
  }
  return undefined
}
