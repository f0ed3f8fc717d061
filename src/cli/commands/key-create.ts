import { EvergrantError, type Fault } from '../../errors.ts'
import type { Call } from '../command.ts'
import { momentOf, relative, withRfc3339 } from '../times.ts'

export async function run({ client, given, output, io }: Call): Promise<undefined> {
  const name = given.text('name')
  const connections = given.list('connection')
  const faults: Fault[] = []
  if (name === undefined) faults.push({ path: '--name', problem: 'what the key is for is missing' })
  if (connections.length === 0) faults.push({ path: '--connection', problem: 'a connection, or * for all, is missing' })
  const verbs = given.list('verb').map((verb) => readVerb(verb, faults))
  const expires = expiryOf(given.text('expires'), Math.floor(io.now() / 1000), faults)
  if (faults.length > 0 || name === undefined) {
    throw new EvergrantError('missing_value', {
      detail: 'the key cannot be made',
      remedy: 'give the options named above',
      faults,
    })
  }
  const made = await client.call('createKey', {
    body: {
      name,
      connections: [...connections],
      ...(verbs.length === 0 ? {} : { verbs }),
      addresses: [...given.list('address')],
      ...(expires === undefined ? {} : { expires_at: expires }),
    },
  })
  output.result(made.key, withRfc3339(made))
  const end =
    made.expires_at === undefined ? 'does not expire' : `expires ${relative(made.expires_at, io.now() / 1000)}`
  output.say(
    `key ${made.id} for ${made.connections.join(', ')} (${made.verbs.join(', ')}), ${end}; it is shown only now`,
  )
  if (!io.isTTY.stdout) output.say('keep it in a file of mode 600: EVERGRANT_API_KEY_FILE takes no other')
}

type Verb = 'token' | 'read' | 'admin'

function readVerb(text: string, faults: Fault[]): Verb {
  if (text !== 'token' && text !== 'read' && text !== 'admin') {
    faults.push({ path: '--verb', problem: `"${text}" is none of token, read, admin` })
    return 'token'
  }
  return text
}

/** `90d` from now, or a date; epoch seconds. */
function expiryOf(text: string | undefined, now: number, faults: Fault[]): number | undefined {
  if (text === undefined) return undefined
  const at = momentOf(text, now, 'ahead')
  if (at !== undefined && at > now) return at
  faults.push({ path: '--expires', problem: `"${text}" is no moment ahead`, remedy: 'write 90d, 12h or 2027-01-31' })
  return undefined
}
