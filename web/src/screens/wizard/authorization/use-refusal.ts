import { useEffect } from 'react'
import { useEditor } from '../editor.ts'

/** What a button was refused for is told at the fields too. */
export function useRefusal(error: unknown): void {
  const { refuse } = useEditor()
  useEffect(() => refuse(error ?? undefined), [error, refuse])
}
