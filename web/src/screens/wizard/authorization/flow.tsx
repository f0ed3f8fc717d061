import { Button, Card, Group, Loader, Stack, Text, Textarea, Title } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { codeWarning } from '../../../parts/code-warning.ts'
import { Notice } from '../../../parts/notice.tsx'
import { useNow } from '../../../parts/moment.tsx'
import { isOpenable, Outward } from '../../../parts/outward.tsx'
import { Trouble } from '../../../parts/page.tsx'
import { Prose } from '../../../parts/prose.tsx'
import { call, type Answer } from '../../../server/call.ts'
import { authorizationQuery } from '../../../server/queries.ts'
import { useEditor } from '../editor.ts'
import { JumpTo } from './jump-to.tsx'
import { useRefusal } from './use-refusal.ts'

type Authorization = Answer<'showAuthorization'>

function isOpen(kind: Authorization['outcome']['kind'] | undefined): boolean {
  return kind === 'waiting' || kind === 'code_received'
}

/** The person's part: opens the page of the service, waits for the answer, and takes it pasted as well. */
export function Flow() {
  const { draft, way, change, flush } = useEditor()
  const client = useQueryClient()
  const id = typeof draft.view['authorization'] === 'string' ? draft.view['authorization'] : undefined
  const { data: authorization } = useQuery({
    ...authorizationQuery(id ?? ''),
    enabled: id !== undefined,
    // A person is waiting here, and an event may have been missed.
    refetchInterval: ({ state }) => (isOpen(state.data?.outcome.kind) ? 1000 : false),
  })
  const [blocked, setBlocked] = useState(false)
  const byCode = way.grant === 'device_code'

  const start = useMutation({
    mutationKey: ['drafts', draft.id, 'authorize'],
    mutationFn: async (tab: Window | null) => {
      try {
        await flush()
        const { connection } = await call('connectDraft', { params: { id: draft.id } })
        const started = await call('authorizeConnection', { params: { name: connection.name }, body: {} })
        if (tab !== null && started.url !== undefined && isOpenable(started.url)) tab.location.replace(started.url)
        else tab?.close()
        return started
      } catch (error) {
        tab?.close()
        throw error
      }
    },
    onSuccess: (started) => {
      client.setQueryData(authorizationQuery(started.id).queryKey, started)
      change({ view: { authorization: started.id } })
    },
  })

  useRefusal(start.error)

  const begin = () => {
    if (start.isPending) return
    // Opened on the click itself, before anything is waited for: later a browser would take it for a pop-up.
    const tab = byCode ? null : window.open('about:blank', '_blank')
    if (tab !== null) {
      tab.opener = null
      tab.document.title = 'The service is being opened'
    }
    setBlocked(!byCode && tab === null)
    start.mutate(tab)
  }

  const outcome = authorization?.outcome.kind
  const open = isOpen(outcome)
  useNextOnSuccess(draft.id, authorization)
  return (
    <Card withBorder padding="lg" component="section" aria-labelledby="flow">
      <Stack gap="md">
        <Title order={2} fz="lg" id="flow">
          {byCode ? 'Authorize with a code' : 'Authorize'}
        </Title>
        {authorization !== undefined && open && <Waiting authorization={authorization} blocked={blocked} />}
        {authorization !== undefined && !open && <Ended authorization={authorization} />}
        {start.error !== null && (
          <Stack gap="xs">
            <Trouble error={start.error} />
            <JumpTo error={start.error} />
          </Stack>
        )}
        <Group>
          <Button
            onClick={begin}
            loading={start.isPending}
            px={{ base: 'sm', xs: 'lg' }}
            h="auto"
            mih={36}
            styles={{ label: { whiteSpace: 'normal' } }}
            variant={open ? 'default' : 'filled'}
            rightSection={byCode ? undefined : <IconExternalLink size={16} aria-label="(opens a new tab)" />}
          >
            {open ? 'Start again' : byCode ? 'Get a code' : 'Start client authorization flow'}
          </Button>
          {!open && !byCode && (
            <Text size="sm" c="dimmed">
              Opens a new tab. Whoever is signed in there will be the one that is connected.
            </Text>
          )}
        </Group>
        {authorization !== undefined && open && !byCode && <Paste id={authorization.id} />}
      </Stack>
    </Card>
  )
}

/** Goes on when the answer comes while the page is watched; who comes back to this step stays. */
function useNextOnSuccess(draft: string, authorization: Authorization | undefined): void {
  const navigate = useNavigate()
  const client = useQueryClient()
  const before = useRef<string>(undefined)
  const kind = authorization?.outcome.kind
  useEffect(() => {
    const waited = before.current === 'waiting' || before.current === 'code_received'
    before.current = kind
    if (kind !== 'authorized' || !waited) return
    void client.invalidateQueries({ queryKey: ['connections'] })
    void navigate({ to: '/connect/$draft', params: { draft }, search: { step: 'token' } })
  }, [kind, draft, navigate, client])
}

function Waiting({ authorization, blocked }: { authorization: Authorization; blocked: boolean }) {
  const { service } = useEditor()
  const { expires_at, outcome, url, user_code, verification_uri, verification_uri_complete } = authorization
  const left = expires_at - useNow()
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => place.current?.focus(), [authorization.id])
  return (
    <Stack gap="sm" ref={place} tabIndex={-1} style={{ outline: 'none' }}>
      {user_code !== undefined && (
        <Stack gap={4}>
          <Text>
            Open <Outward href={verification_uri_complete ?? verification_uri ?? ''}>{verification_uri ?? ''}</Outward>{' '}
            on any device and enter this code:
          </Text>
          <Text fz={{ base: 36, sm: 52 }} fw={700} ff="monospace" lh={1.2} style={{ letterSpacing: '0.08em' }}>
            {user_code}
          </Text>
          <Text size="sm">{codeWarning}</Text>
        </Stack>
      )}
      <Group gap="sm" wrap="nowrap">
        <Loader size="sm" aria-hidden />
        <Text role="status">
          {outcome.kind === 'code_received'
            ? 'The code came. It is being exchanged for the tokens.'
            : `Waiting for ${service.name}. The answer arrives here by itself.`}
        </Text>
      </Group>
      <Text size="sm" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>
        {left > 0 ? `${clock(left)} left` : 'The time is over; start again.'}
      </Text>
      {url !== undefined && (
        <Text size="sm">
          {blocked ? 'The browser let no new tab open. ' : 'Is the tab closed? '}
          <Outward href={url}>Open the page of {service.name}</Outward>
        </Text>
      )}
    </Stack>
  )
}

/** `9:05`. */
function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** What the browser ended on, where it cannot come back by itself. Always there: the first that completes wins. */
function Paste({ id }: { id: string }) {
  const client = useQueryClient()
  const [text, setText] = useState('')
  const complete = useMutation({
    mutationKey: ['authorizations', id, 'complete'],
    mutationFn: (pasted: string) => call('completeAuthorization', { params: { id }, body: { pasted } }),
    onSuccess: (answer) => client.setQueryData(authorizationQuery(id).queryKey, answer),
    onSettled: () => setText(''),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() !== '' && !complete.isPending) complete.mutate(text.trim())
      }}
    >
      <Stack gap="xs" align="flex-start">
        <Textarea
          w="100%"
          label="Does the browser stay elsewhere?"
          description="Paste the whole address it ended on, or the code alone."
          autosize
          minRows={2}
          maxRows={6}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
        />
        {complete.error !== null && <Trouble error={complete.error} />}
        <Button type="submit" variant="default" loading={complete.isPending} disabled={text.trim() === ''}>
          Use what is pasted
        </Button>
      </Stack>
    </form>
  )
}

/** How it ended: the words of the service first, then what is behind them and what to change. */
function Ended({ authorization: { outcome, redirect_uri } }: { authorization: Authorization }) {
  const { service } = useEditor()
  const place = useRef<HTMLDivElement>(null)
  const { kind, words, code, cause, remedy, who } = outcome
  useEffect(() => {
    if (kind === 'failed' || kind === 'expired') place.current?.focus()
  }, [kind])
  if (kind === 'authorized')
    return (
      <Notice kind="good" title="Authorized">
        {who === undefined ? `${service.name} is connected.` : `Connected as ${who}.`} Go on to the tokens, or authorize
        again.
      </Notice>
    )
  if (kind === 'expired')
    return (
      <Notice ref={place} kind="warn" title="No answer came in time" role="alert">
        Start again.{' '}
        {redirect_uri !== undefined &&
          `If the service showed an error of its own, see whether ${redirect_uri} is registered there exactly so.`}
      </Notice>
    )
  return (
    <Notice ref={place} kind="bad" title="The authorization did not work" role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          {words === undefined ? `${service.name}: ` : `${service.name} says: `}
          <b>{words ?? code}</b>
          {words !== undefined && code !== undefined && ` (${code})`}
        </Text>
        {cause !== undefined && (
          <Text size="sm">
            <b>Likely cause: </b>
            <Prose text={cause} />
          </Text>
        )}
        {remedy !== undefined && (
          <Text size="sm">
            <b>What to do: </b>
            <Prose text={remedy} />
          </Text>
        )}
        <JumpTo outcome={outcome} />
      </Stack>
    </Notice>
  )
}
