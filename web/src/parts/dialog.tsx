import { Modal, type ModalProps } from '@mantine/core'
import { useLayoutEffect } from 'react'

/** Something that stands before the page until it is answered or closed. */
export function Dialog({
  title,
  ...props
}: Omit<ModalProps, 'opened' | 'title'> & { title: string; opened?: boolean }) {
  useReturnFocus(props.opened ?? true)
  return (
    <Modal
      opened
      centered
      title={title}
      styles={{ title: { fontWeight: 600 } }}
      closeButtonProps={{ 'aria-label': 'Close' }}
      // Its head is none of the page.
      attributes={{ header: { role: 'presentation' } }}
      {...props}
    />
  )
}

/** Gives the focus back to what had it before; where that was in a menu, which is gone by then, to the menu's button. */
function useReturnFocus(isOpen: boolean): void {
  useLayoutEffect(() => {
    if (!isOpen) return
    const before = document.activeElement
    const menu = before?.closest('[role="menu"]')
    const back = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : before
    return () => void setTimeout(() => back instanceof HTMLElement && back.focus())
  }, [isOpen])
}
