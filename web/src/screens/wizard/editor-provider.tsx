import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import type { WayOnWire } from '../../../../src/api/provider.ts'
import { call, Problem } from '../../server/call.ts'
import { draftQuery, draftPreviewQuery, type Draft, type DraftChange } from '../../server/drafts.ts'
import { joinPatches, mergePatch } from '../../server/merge-patch.ts'
import { holdUnkept } from '../../server/unkept.ts'
import { EditorContext, type Saving } from './editor.ts'
import type { Described } from './described.ts'

/** Shorter than a pause in typing, long enough that a word is one request. */
const pauseMs = 600

type Unkept = { sent: DraftChange; shown: DraftChange }

/**
 * Shows what is typed at once and keeps it on the server after a pause, one request at a time, in order. A second tab
 * and a reload read the same draft.
 */
export function EditorProvider({
  kept,
  service,
  way,
  children,
}: {
  kept: Draft
  service: Described
  way: WayOnWire
  children: ReactNode
}) {
  const client = useQueryClient()
  const [shown, setShown] = useState<DraftChange[]>([])
  const [trouble, setTrouble] = useState<unknown>()
  const [refused, refuse] = useState<unknown>()
  const unkept = useRef<Unkept | undefined>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const chain = useRef<Promise<void>>(Promise.resolve())

  const keep = useCallback((): Promise<void> => {
    clearTimeout(timer.current)
    const run = async () => {
      const now = unkept.current
      if (now === undefined) return
      unkept.current = undefined
      try {
        const answer = await call('changeDraft', { params: { id: kept.id }, body: now.sent })
        client.setQueryData(draftQuery(kept.id).queryKey, answer)
        setTrouble(undefined)
        setShown(shownOf(unkept.current))
      } catch (error) {
        // What was typed meanwhile comes on top; it all goes again with the next change or by the button.
        unkept.current = joined(now, unkept.current)
        setTrouble(error)
        throw error
      }
    }
    const next = chain.current.then(run, run)
    chain.current = next.catch(() => undefined)
    return next
  }, [client, kept.id])

  const change = useCallback(
    (sent: DraftChange, display: DraftChange = sent) => {
      unkept.current = joined(unkept.current, { sent, shown: display })
      if (Object.keys(sent).some((name) => name !== 'step' && name !== 'view')) refuse(undefined)
      setShown((before) => [...before, display])
      clearTimeout(timer.current)
      timer.current = setTimeout(() => void keep().catch(() => undefined), pauseMs)
    },
    [keep],
  )

  // Leaving the step or the window does not wait for the pause.
  useEffect(() => {
    const now = () => void keep().catch(() => undefined)
    document.addEventListener('visibilitychange', now)
    return () => {
      document.removeEventListener('visibilitychange', now)
      now()
    }
  }, [keep])

  const isUnkept = shown.length > 0
  useEffect(() => {
    holdUnkept(chain, isUnkept)
    return () => holdUnkept(chain, false)
  }, [isUnkept])

  const draft = useMemo(() => shown.reduce<Draft>(mergeDraft, kept), [kept, shown])
  const preview = useQuery(draftPreviewQuery(kept))
  const saving: Saving = trouble !== undefined ? 'failed' : shown.length > 0 ? 'saving' : 'saved'
  const faults = [refused, trouble, preview.error].flatMap((error) =>
    error instanceof Problem ? (error.facts.faults ?? []) : [],
  )
  const problemAt = (path: string) => {
    const fault = faults.find((one) => one.path === path)
    return fault && [fault.problem, fault.remedy].filter((part) => part !== undefined).join(': ')
  }

  return (
    <EditorContext
      value={{
        draft,
        service,
        way,
        change,
        flush: keep,
        refuse,
        saving,
        trouble,
        preview: { data: preview.data, error: preview.error, problemAt },
      }}
    >
      {children}
    </EditorContext>
  )
}

function joined(first: Unkept | undefined, second: Unkept | undefined): Unkept | undefined {
  if (first === undefined || second === undefined) return first ?? second
  return {
    sent: later(first.sent, second.sent),
    shown: later(first.shown, second.shown),
  }
}

/** What came while a request was under way is still to be shown on top of its answer. */
function shownOf(unkept: Unkept | undefined): DraftChange[] {
  return unkept === undefined ? [] : [unkept.shown]
}

/** Overrides that are given whole are not merged: the later ones stand. */
function later(first: DraftChange, second: DraftChange): DraftChange {
  const { overrides_whole: whole } = second
  const both = joinPatches(first, second) as DraftChange // two objects make one
  return whole === undefined ? both : { ...both, overrides_whole: whole }
}

/** A draft as it will be: what belongs to the connection is in `settings`, step and view beside it. */
function mergeDraft(draft: Draft, patch: DraftChange): Draft {
  const { step, view, overrides_whole: whole, ...settings } = patch
  return {
    ...draft,
    ...(typeof step === 'string' && { step }),
    ...(view !== undefined && { view: mergePatch(draft.view, view) }),
    settings: { ...mergePatch(draft.settings, settings), ...(whole !== undefined && { overrides: whole }) },
  }
}
