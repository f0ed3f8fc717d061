import type { Plugin } from 'vite'
import { contract } from '../src/api/contract.ts'

const id = 'virtual:contract'

/** Method and path of every route, from the contract itself: the pages need no schemas, only where to ask. */
export function contractPlugin(): Plugin {
  const routes = Object.entries(contract).map(([name, { method, path }]) => [name, [method, path]])
  return {
    name: 'contract',
    resolveId: (source) => (source === id ? id : null),
    load: (source) => (source === id ? `export const routes = ${JSON.stringify(Object.fromEntries(routes))}` : null),
  }
}
