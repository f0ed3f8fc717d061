/** What of a list of connections somebody should look at first. */
import type { ConnectionOnWire } from '../../../../src/api/connection.ts'

export type Connection = ConnectionOnWire

const day = 86_400
/** A person who is told two weeks ahead can still plan for it. */
const soon = 14 * day

export const groups = {
  person: 'Needs a person',
  failing: 'Failing',
  soon: 'Ends soon',
  pending: 'Not authorized yet',
  ok: 'Working',
  suspended: 'Suspended',
} as const

export type Group = keyof typeof groups

const order = Object.keys(groups) as Group[] // its own keys

export function isGroup(text: string | undefined): text is Group {
  return text !== undefined && Object.hasOwn(groups, text)
}

export function groupOf({ condition, person_by: by }: Connection, now: number): Group {
  if (condition === 'needs_authorization' || condition === 'needs_configuration') return 'person'
  if (condition === 'ok') return by !== undefined && by - now < soon ? 'soon' : 'ok'
  return condition
}

export type Sorted = { connection: Connection; group: Group }[]

/** The most urgent first; within the same, what ends first; then by name. `now` in epoch seconds. */
export function byUrgency(connections: readonly Connection[], now: number): Sorted {
  const end = ({ person_by: by = Infinity }: Connection) => by
  return connections
    .map((connection) => ({ connection, group: groupOf(connection, now) }))
    .sort(
      (one, other) =>
        order.indexOf(one.group) - order.indexOf(other.group) ||
        compare(end(one.connection), end(other.connection)) ||
        compare(one.connection.name, other.connection.name),
    )
}

function compare<T extends number | string>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0
}

export function countGroups(sorted: Sorted): Record<Group, number> {
  const counts = { person: 0, failing: 0, soon: 0, pending: 0, ok: 0, suspended: 0 }
  for (const { group } of sorted) counts[group] += 1
  return counts
}

/** Every word somewhere: in its name, its service, its way, or who was connected. */
export function fits({ name, provider, provider_name: service, way, who = '' }: Connection, search: string): boolean {
  const text = `${name} ${provider} ${service} ${way} ${who}`.toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
