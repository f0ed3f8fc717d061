import { useEffect } from 'react'
import { Problem } from '../../../server/call.ts'
import { useEditor } from '../editor.ts'
import { focusOn } from './places.ts'

/** What a button was refused for is told at the fields too, and the cursor goes to the first of them. */
export function useRefusal(error: unknown): void {
  const { refuse } = useEditor()
  useEffect(() => {
    refuse(error ?? undefined)
    const first = error instanceof Problem ? error.facts.faults?.[0]?.path : undefined
    if (first !== undefined) focusOn(first)
  }, [error, refuse])
}
