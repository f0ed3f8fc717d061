/**
 * Who holds something that a person typed and the server has not taken yet: such a page is not left by itself, and the
 * browser asks before it is closed or read anew.
 */
const holders = new Set<object>()

const ask = (event: BeforeUnloadEvent): void => event.preventDefault()

export function holdUnkept(holder: object, holds: boolean): void {
  if (holds) holders.add(holder)
  else holders.delete(holder)
  if (holders.size > 0) addEventListener('beforeunload', ask)
  else removeEventListener('beforeunload', ask)
}

export const isSomethingUnkept = (): boolean => holders.size > 0
