import type { Answer } from '../../server/call.ts'

export type Key = Answer<'listKeys'>['keys'][number]

/** What a key may do, from little to everything. */
export const rights = {
  token: {
    label: 'Read tokens',
    says: 'For jobs: the token of a connection and how it is used, nothing else.',
    verbs: ['token'],
  },
  read: {
    label: 'Look',
    says: 'For monitoring: the state of connections, no token and no change.',
    verbs: ['read'],
  },
  both: { label: 'Read tokens and look', says: 'Both of these.', verbs: ['token', 'read'] },
  admin: {
    label: 'Everything',
    says: 'For automation: also makes, changes and removes connections and keys.',
    verbs: ['token', 'read', 'admin'],
  },
} as const

export type Right = keyof typeof rights

export function rightOf({ verbs }: Key): string {
  if (verbs.includes('admin')) return rights.admin.label
  const found = Object.values(rights).find(
    (right) => right.verbs.length === verbs.length && right.verbs.every((verb) => verbs.includes(verb)),
  )
  return found?.label ?? verbs.join(', ')
}
