import { Anchor } from '@mantine/core'
import type { ReactNode } from 'react'
import { focusOn } from './places.ts'

/** Words in a sentence that lead to a field of this step. */
export function FieldLink({ path, children }: { path: string; children: ReactNode }) {
  return (
    <Anchor component="button" type="button" inherit underline="always" onClick={() => focusOn(path)}>
      {children}
    </Anchor>
  )
}
