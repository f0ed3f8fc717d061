/** An event as it goes out: names in the spelling of the wire, moments in seconds. */
import type { EventOnWire } from '../api/event.ts'
import { events } from '../connections/events.ts'
import type { JournalEntry } from '../connections/journal.ts'
import { present } from './present.ts'
import { seconds } from './views.ts'

export function eventView({ id, at, name, connection, fields: { actor, ...fields } }: JournalEntry): EventOnWire {
  const { level, sentence } = events[name]
  const told = Object.entries(fields).flatMap(([key, value]): [string, unknown][] => {
    if (value === undefined) return []
    const wireName = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    return [[wireName, key.endsWith('At') && typeof value === 'number' ? seconds(value) : value]]
  })
  return present({
    id,
    at: seconds(at),
    event: name,
    level,
    what: sentence,
    connection,
    actor: typeof actor === 'string' ? actor : undefined,
    fields: Object.fromEntries(told),
  })
}
