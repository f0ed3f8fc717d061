/** The draft that is being edited, for every field below it. */
import { createContext, use } from 'react'
import type { WayOnWire } from '../../../../src/api/provider.ts'
import type { Answer } from '../../server/call.ts'
import type { Draft, DraftChange } from '../../server/drafts.ts'
import type { Described } from './described.ts'

export type Saving = 'saved' | 'saving' | 'failed'

export type Editor = {
  draft: Draft
  service: Described
  way: WayOnWire
  /** A merge patch (RFC 7396): what is null is removed. `shown` stands for it here, where it holds a secret. */
  change: (patch: DraftChange, shown?: DraftChange) => void
  /** Keeps at once what is not kept yet; throws if the server does not take it. */
  flush: () => Promise<void>
  /** What was refused when the connection was made: told at its fields until something is changed. */
  refuse: (error: unknown) => void
  saving: Saving
  trouble: unknown
  preview: {
    data: Answer<'previewDraft'> | undefined
    error: unknown
    /** What is wrong with the value at a place, as the server says it. */
    problemAt: (path: string) => string | undefined
  }
}

export const EditorContext = createContext<Editor | undefined>(undefined)

export function useEditor(): Editor {
  const editor = use(EditorContext)
  if (editor === undefined) throw new Error('a field of the wizard stands outside of a draft')
  return editor
}
