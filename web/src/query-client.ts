import { notifyManager, QueryCache, QueryClient } from '@tanstack/react-query'
import { Problem } from './server/call.ts'
import { isSomethingUnkept } from './server/unkept.ts'

/**
 * A session that ended in the middle: the sign-in page brings people back to where they were. A page that holds what was
 * typed stays and says so itself.
 */
function toSignIn(error: unknown): void {
  if (!(error instanceof Problem) || error.facts.code !== 'unauthenticated') return
  if (isSomethingUnkept()) return
  const here = `${location.pathname}${location.search}`
  if (location.pathname !== '/signin') location.assign(`/signin?next=${encodeURIComponent(here)}`)
}

// A button is busy before the second click of a double click comes.
notifyManager.setScheduler(queueMicrotask)

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: toSignIn }),
  defaultOptions: {
    queries: {
      // The server tells what changed; polling is only for when it cannot.
      staleTime: 10_000,
      refetchInterval: 60_000,
      retry: (count, error) => count < 3 && (!(error instanceof Problem) || error.facts.retryable),
    },
    mutations: { retry: false, onError: toSignIn },
  },
})
