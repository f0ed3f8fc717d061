/** Connections that are being described. The server keeps them, secrets included; here a secret is only said to be there. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call, type Answer, type Input } from './call.ts'

export type Draft = Answer<'showDraft'>
export type NewDraft = Input<'createDraft'>['body']
/** A merge patch (RFC 7396) on the settings, with step and view beside them. */
export type DraftChange = Input<'changeDraft'>['body']

export const draftsQuery = queryOptions({
  queryKey: ['drafts', 'list'],
  queryFn: ({ signal }) => call('listDrafts', {}, signal),
})

export const draftQuery = (id: string) =>
  queryOptions({
    queryKey: ['drafts', 'one', id],
    queryFn: ({ signal }) => call('showDraft', { params: { id } }, signal),
  })

/** Made anew for each version; what is shown stays until it is there. */
export const draftPreviewQuery = ({ id, version }: Pick<Draft, 'id' | 'version'>) =>
  queryOptions({
    queryKey: ['drafts', 'preview', id, version],
    queryFn: ({ signal }) => call('previewStoredDraft', { params: { id } }, signal),
    placeholderData: keepPreviousData,
  })
