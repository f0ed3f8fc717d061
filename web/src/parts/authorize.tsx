import { Button, Code, Group, Loader, Stack, Text, Textarea } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { call, type Answer } from '../server/call.ts'
import { authorizationQuery, connectionQuery } from '../server/queries.ts'
import { codeWarning } from './code-warning.ts'
import { Command } from './command.tsx'
import { Dialog } from './dialog.tsx'
import { Moment } from './moment.tsx'
import { Notice } from './notice.tsx'
import { isOpenable, Outward } from './outward.tsx'
import { Trouble, Waiting } from './page.tsx'
import { Refusal } from './refusal.tsx'

type Flow = Answer<'showAuthorization'>

/** Has a person authorize a connection: the service in a tab of its own, its answer arriving here by itself. */
export function Authorize({ name, onClose }: { name: string; onClose: () => void }) {
  const { data: connection, error } = useQuery(connectionQuery(name))
  return (
    <Dialog onClose={onClose} title={`Authorize ${name}`} size="lg">
      {error !== null && <Trouble error={error} />}
      {connection === undefined ? (
        error === null && <Waiting rows={2} />
      ) : (
        <Walk connection={connection} onClose={onClose} />
      )}
    </Dialog>
  )
}

function Walk({ connection, onClose }: { connection: Answer<'showConnection'>; onClose: () => void }) {
  const { name, provider_name: service, grant, scopes, who } = connection
  const client = useQueryClient()
  const isDevice = grant === 'device_code'
  const [isBlocked, setBlocked] = useState(false)
  const start = useMutation({
    mutationKey: ['authorize', name],
    mutationFn: () => call('authorizeConnection', { params: { name }, body: {} }),
  })
  const begun = start.data
  const query = authorizationQuery(begun?.id ?? '')
  const { data: flow = begun, error } = useQuery({ ...query, enabled: begun !== undefined })
  const kind = flow?.outcome.kind
  useEffect(() => {
    if (kind !== undefined && kind !== 'waiting') void client.invalidateQueries({ queryKey: ['connections'] })
  }, [client, kind])

  const begin = () => {
    // Browsers open a tab only while the click lasts; where it leads is known a moment later.
    const tab = isDevice ? null : window.open('about:blank', '_blank')
    setBlocked(!isDevice && tab === null)
    start.mutate(undefined, {
      onSuccess: ({ url = '' }) => {
        if (tab === null) return
        if (!isOpenable(url)) return tab.close()
        tab.opener = null
        tab.location.replace(url)
      },
      onError: () => tab?.close(),
    })
  }
  const button = (words: string) => (
    <Button
      onClick={begin}
      loading={start.isPending}
      leftSection={!isDevice && <IconExternalLink size={18} aria-hidden />}
      data-autofocus
    >
      {words}
    </Button>
  )
  return (
    <Stack>
      {start.error !== null && <Trouble error={start.error} />}
      {error !== null && <Trouble error={error} />}
      {flow === undefined && (
        <>
          <Text>
            {isDevice
              ? `${service} gives a code that a person enters at its page.`
              : `${service} opens in a new tab. Whoever is signed in there and agrees is the one that is connected.`}
            {who !== undefined && ` Until now it was ${who}.`}
          </Text>
          {scopes.length > 0 && (
            <Text size="sm">
              Asked for: <Code>{scopes.join(' ')}</Code>
            </Text>
          )}
          <Group>{button(isDevice ? 'Get a code' : `Open ${service}`)}</Group>
        </>
      )}
      {flow !== undefined && kind === 'waiting' && <Waits flow={flow} service={service} isBlocked={isBlocked} />}
      {flow !== undefined && kind !== 'waiting' && (
        <Arrived flow={flow} service={service}>
          {kind === 'authorized' || kind === 'code_received' ? (
            <Button onClick={onClose} autoFocus>
              Close
            </Button>
          ) : (
            button('Try again')
          )}
        </Arrived>
      )}
    </Stack>
  )
}

function Waits({ flow, service, isBlocked }: { flow: Flow; service: string; isBlocked: boolean }) {
  const { url, user_code: code, verification_uri: page, verification_uri_complete: complete, back } = flow
  const comesBack = back === 'callback' || back === 'loopback' || back === 'device'
  const [isPasting, setPasting] = useState(!comesBack)
  return (
    <Stack gap="md">
      <Group gap="sm" wrap="nowrap" role="status">
        <Loader size="sm" aria-hidden />
        <Text>
          {comesBack
            ? `Waiting for ${service}. The answer comes here by itself.`
            : `Waiting for the answer of ${service}.`}{' '}
          This ends <Moment at={flow.expires_at} />.
        </Text>
      </Group>
      {code !== undefined && page !== undefined && (
        <Stack gap="xs">
          <Text>
            Open <Outward href={complete ?? page}>{page}</Outward> and enter this code. {codeWarning}
          </Text>
          <Command text={code} label="Copy the code" />
        </Stack>
      )}
      {url !== undefined && (
        <Text size="sm" fw={isBlocked ? 600 : 400}>
          {isBlocked ? 'The browser blocked the new tab. ' : 'No tab opened? '}
          <Outward href={url}>Open {service}</Outward>
        </Text>
      )}
      {url !== undefined && !isPasting && (
        <Group>
          <Button variant="default" size="xs" onClick={() => setPasting(true)}>
            Paste the answer instead
          </Button>
        </Group>
      )}
      {url !== undefined && isPasting && <Paste id={flow.id} />}
    </Stack>
  )
}

function Paste({ id }: { id: string }) {
  const [text, setText] = useState('')
  const client = useQueryClient()
  const hand = useMutation({
    mutationKey: ['complete', id],
    mutationFn: (pasted: string) => call('completeAuthorization', { params: { id }, body: { pasted } }),
    onSuccess: (flow) => client.setQueryData(authorizationQuery(id).queryKey, flow),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() === '' || hand.isPending) return
        hand.mutate(text.trim())
        setText('')
      }}
    >
      <Stack gap="xs" align="flex-start">
        {hand.error !== null && <Trouble error={hand.error} />}
        <Textarea
          label="The whole address on which the browser ended"
          description="From the address bar of the other tab, also if the page there could not be shown."
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autosize
          minRows={2}
          maxRows={6}
          w="100%"
          autoComplete="off"
          spellCheck={false}
        />
        <Button type="submit" variant="default" loading={hand.isPending} disabled={text.trim() === ''}>
          Hand it over
        </Button>
      </Stack>
    </form>
  )
}

function Arrived({
  flow: { outcome, connection },
  service,
  children,
}: {
  flow: Flow
  service: string
  children: ReactNode
}) {
  const { kind, who, code = kind, words, cause, remedy } = outcome
  if (kind === 'authorized' || kind === 'code_received')
    return (
      <Notice
        role="status"
        kind="good"
        title={kind === 'authorized' ? `${connection} is authorized` : 'The code arrived'}
      >
        <Stack align="flex-start">
          <Text size="sm">
            {kind === 'authorized'
              ? `${who === undefined ? 'A new token came.' : `Connected as ${who}.`} Jobs get its token from now on.`
              : 'Go on in the wizard to exchange it.'}
          </Text>
          {children}
        </Stack>
      </Notice>
    )
  return (
    <Notice
      role="alert"
      kind="bad"
      title={kind === 'expired' ? 'Nobody authorized in time' : 'The authorization failed'}
    >
      <Stack align="flex-start">
        {kind === 'expired' ? (
          <Text size="sm">Nothing has changed. Begin again when somebody is there.</Text>
        ) : (
          <Refusal
            service={service}
            refusal={{
              kind,
              code,
              ...(words !== undefined && { words }),
              ...(cause !== undefined && { cause }),
              ...(remedy !== undefined && { remedy }),
            }}
          />
        )}
        {children}
      </Stack>
    </Notice>
  )
}
