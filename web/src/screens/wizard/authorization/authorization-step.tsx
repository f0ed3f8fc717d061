import { Button, Card, Collapse, Group, List, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Notice } from '../../../parts/notice.tsx'
import { Trouble } from '../../../parts/page.tsx'
import { Prose } from '../../../parts/prose.tsx'
import { call } from '../../../server/call.ts'
import { NameField, nameFrom, useFreeName } from '../choose/name-field.tsx'
import { useEditor } from '../editor.ts'
import classes from './authorization-step.module.css'
import { Field } from './field.tsx'
import { Flow } from './flow.tsx'
import { Guide } from './guide.tsx'
import { FieldLink } from './field-link.tsx'
import { JumpTo } from './jump-to.tsx'
import { MethodField } from './method-field.tsx'
import { Parameters } from './parameters.tsx'
import { focusOn, labelAt } from './places.ts'
import { ownPage, RedirectField } from './redirect-field.tsx'
import { RequestPreview } from './request-preview.tsx'
import { Saved } from './saved.tsx'
import { ScopesField } from './scopes-field.tsx'
import { useRefusal } from './use-refusal.ts'

/** Step 2: what the service must know of the client, what we must know of both, and the person's consent where it takes one. */
export function AuthorizationStep({ field }: { field: string | undefined }) {
  const { way } = useEditor()
  useEffect(() => {
    if (field !== undefined) focusOn(field)
  }, [field])
  useFirstWayBack()
  const takesPerson = way.authorization_url !== undefined || way.grant === 'device_code'
  return (
    <div className={classes['columns']}>
      <div className={classes['left']}>
        <div className={classes['guide']}>
          <Guide />
        </div>
        <div className={classes['preview']}>
          <RequestPreview />
        </div>
      </div>
      <div className={classes['right']}>
        <div className={classes['settings']}>
          <Settings />
        </div>
        <div className={classes['go']}>
          <Stack gap="lg">
            <Warnings />
            {takesPerson ? <Flow /> : <Next />}
          </Stack>
        </div>
      </div>
    </div>
  )
}

/** Where this server's own callback does not work, the first way back that does is filled in. */
function useFirstWayBack(): void {
  const { draft, way, change } = useEditor()
  const isOpen = draft.settings.redirect_uri === undefined
  const chosen = (name: string) =>
    draft.settings.inputs?.[name] ?? way.fields.find((field) => field.name === name)?.default
  const first = way.ways_back.find(
    ({ works, redirect_uri, only_with = {} }) =>
      works && redirect_uri !== ownPage && Object.entries(only_with).every(([name, wanted]) => chosen(name) === wanted),
  )
  const address = first === undefined || first.back === 'callback' ? undefined : first.redirect_uri
  useEffect(() => {
    if (isOpen && address !== undefined) change({ redirect_uri: address })
  }, [isOpen, address, change])
}

function Settings() {
  const { way } = useEditor()
  const [open, { toggle }] = useDisclosure(false)
  const asked = way.fields.filter(({ place }) => place !== 'scope' && place !== 'redirect')
  const takesScopes = way.fields.some(({ place }) => place === 'scope')
  const Chevron = open ? IconChevronDown : IconChevronRight
  return (
    <Card withBorder padding="lg" component="section" aria-labelledby="settings">
      <Stack gap="md">
        <Group justify="space-between" gap="xs">
          <Title order={2} fz="lg" id="settings">
            Settings
          </Title>
          <Saved />
        </Group>
        <MissingName />
        <MethodField />
        {asked.map((field) => (
          <Field key={`${field.place} ${field.name}`} field={field} />
        ))}
        {takesScopes && way.scopes !== undefined && <ScopesField scopes={way.scopes} />}
        {way.ways_back.length > 0 && <RedirectField />}
        {way.authorization_url !== undefined && (
          <>
            <Button
              variant="subtle"
              size="sm"
              justify="flex-start"
              leftSection={<Chevron size={16} aria-hidden />}
              onClick={toggle}
              aria-expanded={open}
              style={{ alignSelf: 'flex-start' }}
            >
              Address and parameters
            </Button>
            <Collapse expanded={open}>
              <Parameters />
            </Collapse>
          </>
        )}
      </Stack>
    </Card>
  )
}

/** A draft that was read from somewhere has no name yet; it is asked for here until the connection is made. */
function MissingName() {
  const { draft, service, change } = useEditor()
  const [wasMissing] = useState(draft.settings.name === undefined && draft.connection === undefined)
  const free = useFreeName(nameFrom(service.name))
  const isOpen = wasMissing && draft.settings.name === undefined && free !== undefined
  useEffect(() => {
    if (isOpen) change({ name: free })
  }, [isOpen, free, change])
  if (!wasMissing) return null
  return <NameField value={draft.settings.name ?? ''} own={draft.connection} onChange={(name) => change({ name })} />
}

/** What would go wrong, as the server says it, each with a way to its field; kept up while one types. */
function Warnings() {
  const { draft, way, preview } = useEditor()
  const again = draft.give_again.map((path) => ({
    says: `Give ${labelAt(way, path) ?? path} again: it was meant for other hosts and was dropped.`,
    path,
  }))
  const faults = draft.faults.map(({ path, problem, remedy }) => ({
    says: [`${path}: ${problem}`, remedy].filter(Boolean).join(': '),
    path,
  }))
  const read = draft.warnings.map((says) => ({ says, path: undefined }))
  const all = [...again, ...faults, ...read, ...(preview.data?.advice ?? [])]
  const warnings = all.filter(({ says }, index) => all.findIndex((other) => other.says === says) === index)
  return (
    <div aria-live="polite">
      {warnings.length > 0 && (
        <Notice kind="warn" title="Before you go on">
          <List size="sm" spacing={4}>
            {warnings.map(({ says, path }) => {
              const label = path === undefined ? undefined : labelAt(way, path)
              return (
                <List.Item key={says}>
                  <Prose text={says} />{' '}
                  {path !== undefined && label !== undefined && <FieldLink path={path}>Change {label}</FieldLink>}
                </List.Item>
              )
            })}
          </List>
        </Notice>
      )}
      {preview.error !== null && preview.error !== undefined && <Trouble error={preview.error} />}
    </div>
  )
}

/** Where nobody has to authorize: the settings are checked, and the tokens are the next step. */
function Next() {
  const { draft, flush } = useEditor()
  const navigate = useNavigate()
  const next = useMutation({
    mutationKey: ['drafts', draft.id, 'connect'],
    mutationFn: async () => {
      await flush()
      return call('connectDraft', { params: { id: draft.id } })
    },
    onSuccess: () => navigate({ to: '/connect/$draft', params: { draft: draft.id }, search: { step: 'token' } }),
  })
  useRefusal(next.error)
  return (
    <Stack gap="sm" align="flex-start">
      {next.error !== null && (
        <>
          <Trouble error={next.error} />
          <JumpTo error={next.error} />
        </>
      )}
      <Button onClick={() => next.mutate()} loading={next.isPending}>
        Next: tokens
      </Button>
      <Text size="sm" c="dimmed">
        Nobody has to authorize this one.
      </Text>
    </Stack>
  )
}
