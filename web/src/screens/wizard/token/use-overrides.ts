import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { call, type Answer } from '../../../server/call.ts'
import { draftQuery } from '../../../server/drafts.ts'
import { useEditor } from '../editor.ts'
import { mergePatch } from '../../../server/merge-patch.ts'
import { holdUnkept } from '../../../server/unkept.ts'
import { callAt, overridesWith, type Call } from './call-model.ts'

/** Shorter than a pause in typing, long enough that a word is one request. */
const pauseMs = 600

export type Overrides = ReturnType<typeof useOverrides>
export type Fault = Answer<'checkProvider'>['faults'][number]

/**
 * What this connection makes different of the definition. Kept whole: a null in it takes a member out of the definition,
 * and would be lost in a patch. What has faults is not kept yet: half of a change would make the server drop the secrets.
 */
export function useOverrides() {
  const { draft, service, flush } = useEditor()
  const client = useQueryClient()
  const [typed, setTyped] = useState<unknown>()
  const [trouble, setTrouble] = useState<unknown>()
  const [faults, setFaults] = useState<readonly Fault[]>([])
  const latest = useRef<unknown>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const chain = useRef<Promise<void>>(Promise.resolve())
  const overrides = typed ?? draft.settings.overrides
  const isOwn = draft.settings.definition !== undefined

  const keep = useCallback((): Promise<void> => {
    clearTimeout(timer.current)
    const run = async () => {
      const now = latest.current
      if (now === undefined) return
      await flush()
      try {
        const { definition } = service
        const body = isOwn ? { definition, overrides: now } : { definition: mergePatch(definition, now) }
        const checked = await call('checkProvider', { body })
        setFaults(checked.faults)
        if (!checked.ok)
          throw new Unsound(`${checked.faults.length === 1 ? 'One fault is' : 'Some faults are'} to be mended first.`)
        const answer = await call('changeDraft', { params: { id: draft.id }, body: { overrides_whole: now } })
        client.setQueryData(draftQuery(draft.id).queryKey, answer)
        setTrouble(undefined)
        // What was typed meanwhile goes with the next one.
        if (latest.current !== now) return
        latest.current = undefined
        setTyped(undefined)
      } catch (error) {
        setTrouble(error instanceof Unsound ? undefined : error)
        throw error
      }
    }
    const next = chain.current.then(run, run)
    chain.current = next.catch(() => undefined)
    return next
  }, [client, draft.id, flush, isOwn, service])

  const isUnkept = typed !== undefined
  useEffect(() => {
    holdUnkept(chain, isUnkept)
    return () => holdUnkept(chain, false)
  }, [isUnkept])

  // Leaving the step does not wait for the pause.
  useEffect(() => () => void keep().catch(() => undefined), [keep])

  return {
    keep,
    trouble,
    faults,
    isKept: typed === undefined,
    /** The definition's own request, and the one with what is different. */
    base: (path: readonly string[]): Call | undefined => callAt(service.definition, undefined, path),
    current: (path: readonly string[]): Call | undefined => callAt(service.definition, overrides, path),
    put: (path: readonly string[], next: Call | undefined): void => {
      latest.current = overridesWith(service.definition, latest.current ?? overrides, path, next)
      setTyped(latest.current)
      clearTimeout(timer.current)
      timer.current = setTimeout(() => void keep().catch(() => undefined), pauseMs)
    },
  }
}

/** What was typed does not make a sound request; each fault is shown where it stands. */
class Unsound extends Error {}
