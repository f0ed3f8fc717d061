/** Values kept in memory for a short while under an unguessable ticket; bounded, the oldest goes first. */
import type { Clock, RandomBytes } from '../deps.ts'

export type Parking<T> = {
  /** Gives the ticket. */
  put(value: T): string
  look(ticket: string): T | undefined
  /** Works once. */
  take(ticket: string): T | undefined
}

export function createParking<T>(clock: Clock, randomBytes: RandomBytes, lifeMs: number, limit = 1000): Parking<T> {
  const places = new Map<string, { value: T; until: number }>()
  const look = (ticket: string) => {
    const place = places.get(ticket)
    return place !== undefined && place.until > clock.monotonic() ? place.value : undefined
  }
  return {
    look,
    put(value) {
      const now = clock.monotonic()
      for (const [ticket, { until }] of places) if (until <= now || places.size >= limit) places.delete(ticket)
      const ticket = Buffer.from(randomBytes(24)).toString('base64url')
      places.set(ticket, { value, until: now + lifeMs })
      return ticket
    },
    take(ticket) {
      const value = look(ticket)
      places.delete(ticket)
      return value
    },
  }
}
