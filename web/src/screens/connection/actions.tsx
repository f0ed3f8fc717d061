import { Button, Menu } from '@mantine/core'
import {
  IconBolt,
  IconChevronDown,
  IconEye,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlugX,
  IconRefresh,
  IconTrash,
  IconUserCheck,
} from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { Authorize } from '../../parts/authorize.tsx'
import type { Answer } from '../../server/call.ts'
import { Remove } from './remove.tsx'
import { Reveal } from './reveal.tsx'
import { Revoke } from './revoke.tsx'
import type { Actions as Known } from './use-actions.ts'

type Connection = Answer<'showConnection'>
type Dialog = 'authorize' | 'reveal' | 'revoke' | 'remove'

/** What can be done with it, what is needed most in front. */
export function Actions({ connection, actions: { run, rest } }: { connection: Connection; actions: Known }) {
  const [dialog, setDialog] = useState<Dialog>()
  const close = () => setDialog(undefined)
  const more = useRef<HTMLButtonElement>(null)
  /** Focus goes back to where it was when the dialog opened: not to an entry of the menu, which is gone by then. */
  const open = (which: Dialog) => {
    more.current?.focus()
    setDialog(which)
  }
  const { name, actions, condition, state, authorized_at: authorized } = connection
  const can = (action: Connection['actions'][number]) => actions.includes(action)
  const needsPerson = condition === 'needs_authorization' || condition === 'pending'
  const busy = run.isPending || rest.isPending
  const asks = can('renew') ? 'renew' : can('issue') ? 'issue' : undefined
  return (
    <>
      {can('authorize') && (
        <Button
          variant={needsPerson ? 'filled' : 'default'}
          leftSection={<IconUserCheck size={18} aria-hidden />}
          onClick={() => setDialog('authorize')}
        >
          {authorized === undefined ? 'Authorize' : 'Authorize again'}
        </Button>
      )}
      {asks !== undefined && (
        <Button
          variant={needsPerson && !can('authorize') ? 'filled' : 'default'}
          leftSection={<IconRefresh size={18} aria-hidden />}
          loading={run.isPending && run.variables === asks}
          disabled={busy}
          onClick={() => run.mutate(asks)}
        >
          {asks === 'renew' ? 'Renew now' : 'Get a token'}
        </Button>
      )}
      {can('test') && (
        <Button
          variant="default"
          leftSection={<IconBolt size={18} aria-hidden />}
          loading={run.isPending && run.variables === 'test'}
          disabled={busy}
          onClick={() => run.mutate('test')}
        >
          Test
        </Button>
      )}
      <Menu position="bottom-end" width={230} withinPortal={false} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button ref={more} variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {can('reveal') && (
            <Menu.Item leftSection={<IconEye size={18} aria-hidden />} onClick={() => open('reveal')}>
              Show the access token
            </Menu.Item>
          )}
          {state === 'suspended' ? (
            <Menu.Item
              leftSection={<IconPlayerPlay size={18} aria-hidden />}
              disabled={busy}
              onClick={() => rest.mutate('active')}
            >
              Resume
            </Menu.Item>
          ) : (
            <Menu.Item
              leftSection={<IconPlayerPause size={18} aria-hidden />}
              disabled={busy}
              onClick={() => rest.mutate('suspended')}
            >
              Suspend
            </Menu.Item>
          )}
          <Menu.Divider />
          {can('revoke') && (
            <Menu.Item leftSection={<IconPlugX size={18} aria-hidden />} onClick={() => open('revoke')}>
              Revoke the tokens
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconTrash size={18} aria-hidden />} onClick={() => open('remove')}>
            Remove the connection
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'authorize' && <Authorize name={name} onClose={close} />}
      {dialog === 'reveal' && <Reveal name={name} onClose={close} />}
      {dialog === 'revoke' && <Revoke connection={connection} onClose={close} />}
      {dialog === 'remove' && <Remove connection={connection} onClose={close} />}
    </>
  )
}
