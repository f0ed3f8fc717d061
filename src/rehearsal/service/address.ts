/** Where the addresses of a vendor are found at the rehearsal: `https://HOST/PATH` is `<origin>/<id>/HOST/PATH`. */
import type { Template } from '../../oauth/call-template.ts'

export type Stage = { origin: string; id: string }

/** Maps a vendor's address, or a template of one. What begins with a value stays: the value is mapped instead. */
export function toRehearsal(address: Template, { origin, id }: Stage): Template {
  const found = /^https?:\/\/(.*)$/s.exec(address)
  return found ? `${origin}/${id}/${found[1]}` : address
}

/** The vendor's address behind one of the rehearsal. */
export function toVendor(address: string, { origin, id }: Stage): string {
  const prefix = `${origin}/${id}/`
  return address.startsWith(prefix) ? `https://${address.slice(prefix.length)}` : address
}
