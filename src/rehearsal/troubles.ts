/** Faults that were asked for and wait for their requests, oldest first. */
import type { Fault } from './faults.ts'

type Waiting<Where> = { fault: Fault; left: number; where: Where }

/** `Where` is how a rehearsal names the requests that a fault meets. */
export function createWaitingFaults<Where>() {
  const all: Waiting<Where>[] = []
  return {
    add: (fault: Fault, times: number, where: Where): void => void all.push({ fault, left: times, where }),
    clear: (): void => void all.splice(0),
    /** The fault that this request meets, which waits once less from now on. */
    take(meets: (where: Where) => boolean): Fault | undefined {
      const found = all.find(({ left, where }) => left > 0 && meets(where))
      if (found) found.left -= 1
      return found?.fault
    },
    /** In words. */
    says: (): string[] =>
      all
        .filter(({ left }) => left > 0)
        .map(({ fault, left }) => (left > 1 ? `${fault.says}, ${left} times` : fault.says)),
  }
}
