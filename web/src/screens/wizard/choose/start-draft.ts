import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { call } from '../../../server/call.ts'
import { draftQuery, draftsQuery, type NewDraft } from '../../../server/drafts.ts'

/** Begins a draft and goes on with it. */
export function useStartDraft() {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationKey: ['drafts', 'start'],
    mutationFn: (body: NewDraft) => call('createDraft', { body }),
    onSuccess: (draft) => {
      client.setQueryData(draftQuery(draft.id).queryKey, draft)
      void client.invalidateQueries({ queryKey: draftsQuery.queryKey })
      void navigate({ to: '/connect/$draft', params: { draft: draft.id }, search: { step: 'authorization' } })
    },
  })
}
