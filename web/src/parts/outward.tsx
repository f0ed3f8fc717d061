import { Anchor, Code } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import type { ReactNode } from 'react'

/** Whether an address that came from outside may be opened: a whole one, of a page, encrypted or of this very machine. */
export function isOpenable(address: string): boolean {
  if (/\{\w+\}/.test(address) || !URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname))
}

/** A link out of these pages, in a new tab, that tells the other side nothing. What may not be opened is only shown. */
export function Outward({ href, children }: { href: string; children?: ReactNode }) {
  if (!isOpenable(href)) return <Code>{href}</Code>
  return (
    <Anchor href={href} target="_blank" rel="noreferrer" inherit>
      {children ?? href} <IconExternalLink size={14} aria-label="(opens a new tab)" style={{ verticalAlign: -2 }} />
    </Anchor>
  )
}
