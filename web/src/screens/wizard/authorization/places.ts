/** Where each thing that is asked for stands in the draft, and how it is read and written there. */
import type { FieldOnWire, WayOnWire } from '../../../../../src/api/provider.ts'
import type { Draft, DraftChange } from '../../../server/drafts.ts'
import { at } from '../tree.ts'

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
  const found = at(settings, pathOf(field).split('.'))
  return typeof found === 'string' ? found : ''
}

export function patchOf(field: Pick<FieldOnWire, 'name' | 'place'>, value: string): DraftChange {
  const given = value === '' ? null : value
  const [first = '', second] = pathOf(field).split('.')
  return second === undefined ? { [first]: given } : { [first]: { [second]: given } }
}

/** What a place is called, where step 2 has a field for it. */
export function labelAt(
  { fields, client_auth }: Pick<WayOnWire, 'fields' | 'client_auth'>,
  path: string,
): string | undefined {
  const field = fields.find((one) => pathOf(one) === path)
  if (field !== undefined)
    return field.place === 'scope' ? 'Scopes' : field.place === 'redirect' ? 'Redirect URI' : field.label
  return path === 'client.method' && client_auth.length > 1 ? 'How the client proves itself' : undefined
}

/** Brings a field into sight and puts the cursor there. */
export function focusOn(path: string): void {
  const element = document.getElementById(elementOf(path))
  if (element === null) return
  element.scrollIntoView({ block: 'center' })
  // A group of choices is entered at the one that is chosen.
  const inside = element.querySelector<HTMLElement>('input:checked, input:not([type=hidden])')
  const target = element.tabIndex < 0 ? (inside ?? element) : element
  target.focus({ preventScroll: true })
}
