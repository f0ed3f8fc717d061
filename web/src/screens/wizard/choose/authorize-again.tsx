import { useEffect, useRef } from 'react'
import { Page, Trouble, Waiting } from '../../../parts/page.tsx'
import { Steps } from '../steps.tsx'
import { useStartDraft } from './start-draft.ts'

/** `/connect?from=NAME`: the same screens for a connection that exists; all that it has is kept. */
export function AuthorizeAgain({ name }: { name: string }) {
  const start = useStartDraft()
  const begun = useRef(false)
  const { mutate } = start
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    mutate({ connection: name })
  }, [mutate, name])
  return (
    <Page title={`Authorize ${name} again`}>
      <Steps current="authorization" />
      {start.error === null ? (
        <Waiting />
      ) : (
        <Trouble error={start.error} onRetry={() => start.mutate({ connection: name })} />
      )}
    </Page>
  )
}
