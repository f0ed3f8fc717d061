import type { KeyOnWire } from '../../api/key.ts'
import type { Call } from '../command.ts'
import { table } from '../output.ts'
import { relative, withRfc3339 } from '../times.ts'

export async function run({ client, output, io }: Call): Promise<undefined> {
  const { keys } = await client.call('listKeys', {})
  const now = io.now() / 1000
  const rows = keys.map((key) => [
    key.id,
    key.name,
    `${key.prefix}...`,
    key.verbs.join(' '),
    key.connections.join(' '),
    key.last_used_at === undefined ? 'never' : relative(key.last_used_at, now),
    stateOf(key, now),
  ])
  if (rows.length === 0) output.say('no keys; `evergrant key create` makes one')
  const head = ['ID', 'NAME', 'KEY', 'VERBS', 'CONNECTIONS', 'LAST USED', 'STATE']
  output.result(rows.length === 0 ? '' : table([head, ...rows]), withRfc3339({ keys }))
}

function stateOf(key: KeyOnWire, now: number): string {
  if (key.revoked_at !== undefined) return `revoked ${relative(key.revoked_at, now)}`
  if (key.expires_at === undefined) return 'valid'
  return `${key.expires_at > now ? 'expires' : 'expired'} ${relative(key.expires_at, now)}`
}
