/** What the server tells by itself: every event says which answers are stale. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'

/** Keeps one stream open while the pages are; the browser opens it again after a restart of the server. */
export function useServerEvents(): void {
  const client = useQueryClient()
  useEffect(() => {
    const stream = new EventSource('/v1/events')
    stream.addEventListener('message', () => {
      void client.invalidateQueries({ queryKey: ['connections'] })
      void client.invalidateQueries({ queryKey: ['events'] })
      void client.invalidateQueries({ queryKey: ['authorizations'] })
    })
    // Whatever was missed while the stream was away is read anew.
    stream.addEventListener('open', () => void client.invalidateQueries())
    return () => stream.close()
  }, [client])
}
