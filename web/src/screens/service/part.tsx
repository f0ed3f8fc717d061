import { Stack, Title } from '@mantine/core'
import { useId, type ReactNode } from 'react'

/** One subject of a page, under its heading. */
export function Part({ title, order = 2, children }: { title: string; order?: 2 | 3; children: ReactNode }) {
  const id = useId()
  return (
    <Stack gap="xs" component="section" aria-labelledby={id}>
      <Title order={order} fz={order === 2 ? 'h4' : 'md'} id={id}>
        {title}
      </Title>
      {children}
    </Stack>
  )
}
