import { Modal, type ModalProps } from '@mantine/core'

/** Something that stands before the page until it is answered or closed. */
export function Dialog({
  title,
  ...props
}: Omit<ModalProps, 'opened' | 'title'> & { title: string; opened?: boolean }) {
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
