import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { Page, Trouble, Waiting } from '../../../parts/page.tsx'
import { call } from '../../../server/call.ts'
import { draftQuery, draftsQuery } from '../../../server/drafts.ts'
import { Steps } from '../steps.tsx'

/** `/connect?from=NAME`: the same screens for a connection that exists; all that it has is kept. */
export function AuthorizeAgain({ name }: { name: string }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const open = useMutation({
    mutationKey: ['drafts', 'again', name],
    mutationFn: async () => {
      // One that was opened for it is gone on with: a reload makes no second one. One that came to its tokens has done
      // its work, and what it holds may be older than what the connection has.
      const { drafts } = await call('listDrafts', {})
      const begun = drafts.find(({ connection, changes, step }) => connection === name && changes && step !== 'token')
      return begun ?? call('createDraft', { body: { connection: name } })
    },
    onSuccess: (draft) => {
      client.setQueryData(draftQuery(draft.id).queryKey, draft)
      void client.invalidateQueries({ queryKey: draftsQuery.queryKey })
      void navigate({
        to: '/connect/$draft',
        params: { draft: draft.id },
        search: { step: 'authorization' },
        // The way back leads to where one came from, not here again.
        replace: true,
      })
    },
  })
  const begun = useRef(false)
  const { mutate } = open
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    mutate()
  }, [mutate])
  return (
    <Page title={`Authorize ${name} again`}>
      <Steps current="authorization" />
      {open.error === null ? <Waiting /> : <Trouble error={open.error} onRetry={() => open.mutate()} />}
    </Page>
  )
}
