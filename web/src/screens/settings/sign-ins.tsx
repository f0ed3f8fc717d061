import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Command } from '../../parts/command.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Notice } from '../../parts/notice.tsx'
import { Trouble } from '../../parts/page.tsx'
import { call } from '../../server/call.ts'

/** A link for another browser, and the end of this session. */
export function SignIns() {
  const client = useQueryClient()
  const link = useMutation({ mutationKey: ['signin-link'], mutationFn: () => call('createSignInLink', {}) })
  const out = useMutation({
    mutationKey: ['sign-out'],
    mutationFn: () => call('signOut', {}),
    onSuccess: () => {
      client.clear()
      location.assign('/signin')
    },
  })
  return (
    <Stack gap="sm" maw={820}>
      <Title order={2} fz="h4">
        Signing in
      </Title>
      {link.data !== undefined && (
        <Notice kind="good" role="status" title="A sign-in link" onClose={link.reset}>
          <Stack gap="sm">
            <Text size="sm">
              Open it in the other browser. It works once and ends <Moment at={link.data.expires_at} />. Whoever has it
              can do everything here.
            </Text>
            <Command text={link.data.url} label="Copy the link" />
          </Stack>
        </Notice>
      )}
      {(link.error ?? out.error) !== null && <Trouble error={link.error ?? out.error} />}
      <Group>
        <Button variant="default" onClick={() => link.mutate()} loading={link.isPending}>
          Make a link for another browser
        </Button>
        <Button variant="default" onClick={() => out.mutate()} loading={out.isPending}>
          Sign out
        </Button>
      </Group>
    </Stack>
  )
}
