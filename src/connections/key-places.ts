/**
 * From where API keys are used: heard from what is stored in the audit anyway, so that a read costs nothing more, and
 * told when a key comes from a place that it was not used from before.
 *
 * An address of IPv6 counts by its first 64 bits: the rest is the host's own, and changes by itself every day
 * (RFC 8981 section 3.4).
 */
import type { Clock, Logger } from '../deps.ts'
import type { AuditEntry, KeyAddressStore } from '../store/store.ts'
import type { Emit } from './events.ts'

export type KeyPlaces = {
  /** What is stored now. */
  heard(entries: readonly AuditEntry[]): void
  /** Remembers what was heard and tells what is new. Never throws: what cannot be stored now is stored with the next. */
  save(): Promise<void>
}

/** Places that are known without asking the store; beyond that all are asked about once more. */
const knownLimit = 20_000
/** Keys that wait while the store is away; one beyond it is heard of again at its next use. */
const waitingLimit = 1_000
/** Places of one key that wait, and addresses that one event names. */
const placesLimit = 1_000
const toldLimit = 10

export function createKeyPlaces(parts: { store: KeyAddressStore; emit: Emit; clock: Clock; log: Logger }): KeyPlaces {
  const { store, emit, clock, log } = parts
  const known = new Set<string>()
  /** By key: its name, and the last address at each place. */
  const waiting = new Map<string, { name: string; addresses: Map<string, string> }>()
  const nameOf = (keyId: string, place: string) => `${keyId} ${place}`

  return {
    heard(entries) {
      for (const { actor, address } of entries) {
        if (actor.kind !== 'key' || actor.id === undefined || address === undefined) continue
        const place = placeOf(address)
        if (known.has(nameOf(actor.id, place))) continue
        const of = waiting.get(actor.id) ?? { name: actor.name ?? actor.id, addresses: new Map<string, string>() }
        if (!waiting.has(actor.id) && waiting.size >= waitingLimit) continue
        waiting.set(actor.id, of)
        if (of.addresses.size < placesLimit) of.addresses.set(place, plain(address))
      }
    },
    async save() {
      for (const [keyId, { name, addresses }] of waiting) {
        const places = [...addresses.keys()]
        try {
          const { fresh, known: count } = await store.add(keyId, places, clock.now())
          waiting.delete(keyId)
          if (known.size + places.length > knownLimit) known.clear()
          for (const place of places) known.add(nameOf(keyId, place))
          if (fresh.length === 0) continue
          const told = fresh.slice(0, toldLimit).map((place) => addresses.get(place))
          emit(count === 0 ? 'key.first_used' : 'key.new_address', {
            key: name,
            id: keyId,
            addresses: told,
            count: fresh.length,
            known: count,
          })
        } catch (error) {
          log.warn({ reason: String(error) }, 'from where a key is used could not be written yet')
          return
        }
      }
    },
  }
}

/** Without what the listener adds to an address of IPv4, and without the name of an interface. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '')
}

function placeOf(address: string): string {
  const text = plain(address)
  if (!text.includes(':')) return text
  const [before = [], after] = text.split('::').map((part) => (part === '' ? [] : part.split(':')))
  const between = Array<string>(Math.max(0, 8 - before.length - (after?.length ?? 0))).fill('0')
  const groups = after === undefined ? before : [...before, ...between, ...after]
  return `${groups.slice(0, 4).join(':')}::/64`
}
