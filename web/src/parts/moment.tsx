import { Tooltip } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { duration } from '../../../src/duration.ts'

const ears = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** One clock for all moments of a page; it stops with the last of them. */
function subscribe(ear: () => void): () => void {
  ears.add(ear)
  timer ??= setInterval(() => {
    for (const one of ears) one()
  }, 1000)
  return () => {
    ears.delete(ear)
    if (ears.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000)

/** The present second, kept up: for what changes with time and is no text. `step` makes it change less often. */
export function useNow(step = 1): number {
  return useSyncExternalStore(subscribe, () => Math.floor(nowSeconds() / step) * step)
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })

/**
 * `in 4 minutes`, `3 days ago`; the exact time on hover or focus. Drawn anew only when its words change. In long lists it
 * is no stop of the Tab key.
 */
export function Moment({ at, inList = false }: { at: number; inList?: boolean }) {
  const words = useSyncExternalStore(subscribe, () => relative(at))
  const when = new Date(at * 1000)
  const time = { dateTime: when.toISOString(), className: 'moment' }
  // A thousand of them must cost little.
  if (inList)
    return (
      <time {...time} title={exact.format(when)}>
        {words}
      </time>
    )
  return (
    <Tooltip label={exact.format(when)}>
      <time {...time} tabIndex={0}>
        {words}
      </time>
    </Tooltip>
  )
}

function relative(at: number): string {
  const distance = at - nowSeconds()
  if (Math.abs(distance) < 1) return 'now'
  return distance > 0 ? `in ${duration(distance)}` : `${duration(-distance)} ago`
}
