/** Where each thing that is asked for stands in the draft, and how it is read and written there. */
import type { FieldOnWire } from '../../../../../src/api/provider.ts'
import type { Draft, DraftChange } from '../../../server/drafts.ts'

/** How the server shows a secret that it has. */
export const kept = '[set]'

/** As faults name it. */
export function pathOf({ name, place }: Pick<FieldOnWire, 'name' | 'place'>): string {
  switch (place) {
    case 'client':
      return `client.${name.replace(/^client_/, '')}`
    case 'input':
      return `inputs.${name}`
    case 'scope':
      return 'scopes'
    case 'user':
    case 'redirect':
    case 'tokens':
      return name
  }
}

/** The element that a fault or a link jumps to. */
export function elementOf(path: string): string {
  return `field-${path.replaceAll('.', '-')}`
}

export function readField(field: Pick<FieldOnWire, 'name' | 'place'>, { settings }: Pick<Draft, 'settings'>): string {
  let found: unknown = settings
  for (const part of pathOf(field).split('.')) found = memberOf(found, part)
  return typeof found === 'string' ? found : ''
}

export function patchOf(field: Pick<FieldOnWire, 'name' | 'place'>, value: string): DraftChange {
  const given = value === '' ? null : value
  const [first = '', second] = pathOf(field).split('.')
  return second === undefined ? { [first]: given } : { [first]: { [second]: given } }
}

export function memberOf(node: unknown, name: string): unknown {
  return typeof node === 'object' && node !== null ? new Map(Object.entries(node)).get(name) : undefined
}
