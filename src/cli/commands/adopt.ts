import { shownDatabase } from '../../config/database-url.ts'
import { EvergrantError } from '../../errors.ts'
import { confirmed } from '../asking.ts'
import type { Call } from '../command.ts'
import { localUser } from '../local-user.ts'

/** A copy that is used beside its original sends refresh tokens twice, and some services then end the grant. */
export async function run(call: Call): Promise<undefined> {
  const { io, options, output, ports } = call
  if (options.server !== undefined) {
    throw new EvergrantError('invalid_request', {
      detail: 'a database is adopted where it lies, not through a server',
      remedy: 'run this on that machine without EVERGRANT_SERVER and --server',
    })
  }
  const file = shownDatabase(options.database)
  output.say(
    'this database takes over from the one it was copied from. Where both stay in use, they send the same refresh\n' +
      'tokens, and some services then end the access: adopt it only if it is the only copy in use from now on.',
  )
  await confirmed(call, `adopt ${file}`)
  const outcome = await ports.adopt(options, localUser(io))
  if (outcome === 'locked') {
    throw new EvergrantError('home_locked', { detail: `another process holds ${options.home}` })
  }
  output.result(outcome === 'adopted' ? `adopted ${file}` : `${file} is no copy: there was nothing to adopt`, {
    adopted: outcome === 'adopted',
    database: file,
  })
  output.say('next: evergrant serve')
}
