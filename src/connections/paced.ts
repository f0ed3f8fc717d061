import type { Call } from '../oauth/call.ts'
import type { Failure } from '../oauth/failure.ts'
import type { Context } from './context.ts'
import { tell } from './exchange.ts'

/** How long a request waits for its place at a server, in milliseconds. */
const patienceMs = 15_000

/** Work at the origin of a call, with a permit of its pace that is given back however the work ends. Mostly a person waits. */
export async function paced<T>(
  { pace }: Pick<Context, 'pace'>,
  call: Call,
  work: () => Promise<T>,
  failureOf: (result: T) => Failure | undefined,
  byPerson = true,
): Promise<T> {
  const permit = await pace.permit(originOf(call), { deadlineMs: patienceMs, byPerson })
  try {
    const result = await work()
    tell(permit, failureOf(result))
    return result
  } finally {
    permit.done('unused') // counts only where nothing was told
  }
}

function originOf(call: Call): string {
  return new URL(call.url.map((part) => (typeof part === 'string' ? part : part.open())).join('')).origin
}
