/** Links inside the pages that look like what they stand for; the router checks where they lead. */
import { ActionIcon, Anchor, Button, type ActionIconProps, type AnchorProps, type ButtonProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import { forwardRef } from 'react'

export const TextLink = createLink(
  forwardRef<HTMLAnchorElement, Omit<AnchorProps, 'href'>>((props, ref) => <Anchor ref={ref} {...props} />),
)

export const ButtonLink = createLink(
  forwardRef<HTMLAnchorElement, Omit<ButtonProps, 'href'>>((props, ref) => (
    <Button component="a" ref={ref} {...props} />
  )),
)

export const IconLink = createLink(
  forwardRef<HTMLAnchorElement, Omit<ActionIconProps, 'href'>>((props, ref) => (
    <ActionIcon component="a" ref={ref} {...props} />
  )),
)
