import { Anchor, Group, Text, ThemeIcon } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import classes from './steps.module.css'

export const steps = [
  { step: 'service', label: 'Service' },
  { step: 'authorization', label: 'Authorization' },
  { step: 'token', label: 'Tokens' },
] as const

export type Step = (typeof steps)[number]['step']

/** Where one is in the wizard. With a draft every step can be gone to: nothing is lost by going back. */
export function Steps({ current, draft }: { current: Step; draft?: string }) {
  const at = steps.findIndex(({ step }) => step === current)
  return (
    <nav aria-label="Steps">
      <ol className={classes['steps']}>
        {steps.map(({ step, label }, index) => (
          <li key={step} className={classes['step']} aria-current={index === at ? 'step' : undefined}>
            <Group gap="xs" wrap="nowrap">
              <ThemeIcon
                size={28}
                radius="xl"
                variant={index === at ? 'filled' : index < at ? 'light' : 'default'}
                aria-hidden
              >
                {index < at ? <IconCheck size={16} /> : index + 1}
              </ThemeIcon>
              {draft !== undefined && index !== at ? (
                <Anchor component={Link} to={`/connect/${draft}`} search={{ step } as never} c="inherit">
                  {label}
                </Anchor>
              ) : (
                <Text fw={index === at ? 600 : 400} {...(index !== at && { c: 'dimmed' })}>
                  {label}
                </Text>
              )}
            </Group>
          </li>
        ))}
      </ol>
    </nav>
  )
}
