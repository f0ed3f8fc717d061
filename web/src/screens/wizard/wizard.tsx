import { VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { TextLink } from '../../parts/links.tsx'
import { Notice } from '../../parts/notice.tsx'
import { Page, Trouble, Waiting } from '../../parts/page.tsx'
import { sentence } from '../../parts/sentence.ts'
import { Problem } from '../../server/call.ts'
import { draftQuery, type Draft } from '../../server/drafts.ts'
import { AuthorizationStep } from './authorization/authorization-step.tsx'
import { useDescribed, type Described } from './described.ts'
import { EditorProvider } from './editor-provider.tsx'
import { useEditor } from './editor.ts'
import { ServiceStep } from './service-step.tsx'
import { Steps, steps, type Step } from './steps.tsx'

const TokenStep = lazy(async () => ({ default: (await import('./token/token-step.tsx')).TokenStep }))

/** A draft, at the step its address names: reload, back button and a second tab find it again. */
export function Wizard() {
  const { draft: id } = useParams({ from: '/connect/$draft' })
  const { step } = useSearch({ from: '/connect/$draft' })
  const { data: draft, error, refetch } = useQuery(draftQuery(id))
  const described = useDescribed(draft ?? { settings: {} })
  if (error instanceof Problem && error.facts.status === 404) return <Gone says={error.facts.detail} />
  const trouble = error ?? described.error
  const current = steps.find((one) => one.step === (step ?? draft?.step))?.step ?? 'authorization'
  if (draft === undefined || described.data === undefined)
    return (
      <Page title="Connect a service">
        <Steps current={current} draft={id} />
        {trouble === null ? <Waiting /> : <Trouble error={trouble} onRetry={() => void refetch()} />}
      </Page>
    )
  return <Framed draft={draft} service={described.data} current={current} />
}

function Framed({ draft, service, current }: { draft: Draft; service: Described; current: Step }) {
  const { field } = useSearch({ from: '/connect/$draft' })
  const { grant } = draft.settings
  const way =
    service.ways.find(({ name }) => name === grant) ??
    service.ways.find((one) => one.grant === grant) ??
    service.ways[0]
  return (
    <Page
      title={draft.changes ? `Authorize ${draft.connection ?? service.name} again` : `Connect ${service.name}`}
      says={[draft.settings.name, service.name, way?.label].filter((part) => part !== undefined).join(' · ')}
    >
      <Steps current={current} draft={draft.id} />
      <StepTitle step={current} />
      {way === undefined ? (
        <Notice kind="bad" title="The service cannot be read">
          {draft.faults.length === 0
            ? 'Its definition has faults. Look at it under Services, or begin anew.'
            : draft.faults.map(({ path, problem }) => `${path}: ${problem}`).join('; ')}
        </Notice>
      ) : (
        <EditorProvider key={draft.id} kept={draft} service={service} way={way}>
          <KeepStep step={current} />
          {current === 'service' && <ServiceStep />}
          {current === 'authorization' && <AuthorizationStep field={field} />}
          {current === 'token' && (
            <Suspense fallback={<Waiting />}>
              <TokenStep />
            </Suspense>
          )}
        </EditorProvider>
      )}
    </Page>
  )
}

/** Says where one is to who cannot see it; has the focus when another step came. */
function StepTitle({ step }: { step: Step }) {
  const place = useRef<HTMLHeadingElement>(null)
  const before = useRef(step)
  const index = steps.findIndex((one) => one.step === step)
  useEffect(() => {
    if (before.current === step) return
    before.current = step
    place.current?.focus()
  }, [step])
  return (
    <VisuallyHidden component="h2" ref={place} tabIndex={-1}>
      Step {index + 1} of {steps.length}: {steps[index]?.label}
    </VisuallyHidden>
  )
}

/** The draft remembers how far it got, for who continues it from the list. */
function KeepStep({ step }: { step: Step }) {
  const { draft, change } = useEditor()
  const kept = draft.step
  useEffect(() => {
    if (kept !== step) change({ step })
  }, [kept, step, change])
  return null
}

function Gone({ says }: { says: string }) {
  return (
    <Page title="This draft is gone">
      <span>
        {sentence(says)} <TextLink to="/connect">Begin anew</TextLink>
      </span>
    </Page>
  )
}
