import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { IconEye } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { Command } from '../../parts/command.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Notice } from '../../parts/notice.tsx'
import { Trouble } from '../../parts/page.tsx'
import { call, Problem } from '../../server/call.ts'

/** The access token in clear, for a person who asks for it. It is forgotten with this dialogue. */
export function Reveal({ name, onClose }: { name: string; onClose: () => void }) {
  const reveal = useMutation({
    mutationKey: ['reveal', name],
    mutationFn: () => call('revealToken', { params: { name } }),
    gcTime: 0,
  })
  const { data: token, error } = reveal
  const isTooOld = error instanceof Problem && error.facts.code === 'forbidden'
  return (
    <Dialog onClose={onClose} title="Show the access token" size="lg">
      <Stack>
        {token === undefined && !isTooOld && (
          <Text>
            Whoever has this token can do at the service what {name} may, until it expires. That it was shown is
            recorded. Jobs should ask for it themselves.
          </Text>
        )}
        {isTooOld && <SignInAgain />}
        {error !== null && !isTooOld && <Trouble error={error} />}
        {token === undefined && !isTooOld && (
          <Group>
            <Button
              leftSection={<IconEye size={18} aria-hidden />}
              loading={reveal.isPending}
              onClick={() => reveal.mutate()}
              data-autofocus
            >
              Show it
            </Button>
          </Group>
        )}
        {token !== undefined && (
          <Stack gap="xs" role="status">
            <Command text={token.access_token} label="Copy the token" />
            <Text size="sm">
              {token.expires_at === undefined ? (
                'When it expires is not known.'
              ) : (
                <>
                  It expires <Moment at={token.expires_at} />.
                </>
              )}
            </Text>
          </Stack>
        )}
      </Stack>
    </Dialog>
  )
}

function SignInAgain() {
  const next = encodeURIComponent(`${location.pathname}${location.search}`)
  return (
    <Notice role="alert" kind="info" title="Sign in again first">
      <Stack gap="sm">
        <Text size="sm">
          A token is shown only within ten minutes of signing in, so that a browser left open shows none.{' '}
          <Anchor href={`/signin?next=${next}`} inherit>
            Sign in again
          </Anchor>
          , or run this on the server for a link:
        </Text>
        <Command text="evergrant signin" />
      </Stack>
    </Notice>
  )
}
