/** Who runs this, for the audit: the socket knows that somebody is of this machine, and not who. */
import { userInfo } from 'node:os'
import type { Io } from './io.ts'

/** As the system knows them; in a container there may be no name. `sudo` tells who came before (sudo(8), SUDO_USER). */
export function localUser({ env }: Io): string {
  const before = env['SUDO_USER']
  return before === undefined || before === '' ? systemUser() : `${systemUser()}, by sudo of ${before}`.slice(0, 200)
}

function systemUser(): string {
  try {
    const { username, uid } = userInfo()
    return `${username} (${uid})`
  } catch {
    return `(${process.getuid?.() ?? 'unknown'})`
  }
}
