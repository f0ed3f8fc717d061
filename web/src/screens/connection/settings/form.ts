import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { createContext, use, useEffect, useState } from 'react'
import { announce } from '../../../parts/announce.ts'
import { sentence } from '../../../parts/sentence.ts'
import { call, Problem, type Answer } from '../../../server/call.ts'
import { changeOf, readJson, storedTexts, type Edits } from './edits.ts'

type Connection = Answer<'showConnection'>

/** The settings as they stand, with what was typed over them; nothing of it outlives the page. */
export function useForm(connection: Connection) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { name, inputs } = connection
  const [edits, setEdits] = useState<Edits>({})
  const stored = storedTexts(connection)
  const save = useMutation({
    mutationKey: ['change', name],
    mutationFn: () => call('changeConnection', { params: { name }, body: changeOf(edits) }),
    onSuccess: async (changed) => {
      setEdits({})
      announce(
        'Saved',
        changed.condition === 'needs_authorization' ? 'A person must authorize again.' : 'It applies at once.',
      )
      if (changed.name !== name)
        await navigate({ to: '/connections/$name', params: { name: changed.name }, search: { tab: 'settings' } })
      await client.invalidateQueries({ queryKey: ['connections'] })
    },
  })
  const { error, reset } = save
  const facts = error instanceof Problem ? error.facts : undefined
  const faulty = facts?.faults?.map(({ path }) => path) ?? []
  const asksSecret = facts?.code === 'secret_required'
  useEffect(() => {
    if (error === null) return
    const paths = asksSecret
      ? ['client.secret', ...Object.keys(inputs).map((input) => `inputs.${input}`)]
      : facts?.code === 'invalid_definition'
        ? ['overrides']
        : faulty
    const place = paths
      .filter((path) => !asksSecret || isSecret(path, connection))
      .map((path) => document.getElementById(elementOf(path)))
      .find((element) => element !== null)
    ;(place ?? document.getElementById('settings-trouble'))?.focus()
    // Once for each refusal.
  }, [error])

  const faultAt = (path: string): string | undefined => {
    if (path === 'overrides' && readJson(edits['overrides'] ?? '') === undefined) return 'This is not JSON.'
    if (asksSecret && isSecret(path, connection)) return `${sentence(facts.title)} ${sentence(facts.remedy)}`
    const fault = facts?.faults?.find((one) => one.path === path)
    if (fault !== undefined) return sentence(fault.problem)
    // Faults of a definition are named by their place in it.
    const isOurs = path === 'overrides' && facts?.code === 'invalid_definition'
    return isOurs ? sentence(facts.detail) : undefined
  }

  return {
    connection,
    textAt: (path: string) => edits[path] ?? stored[path] ?? '',
    isKept: (path: string) => isSecret(path, connection),
    set(path: string, text: string) {
      const { [path]: _, ...others } = edits
      setEdits(text === (stored[path] ?? '') ? others : { ...others, [path]: text })
      if (error !== null) reset()
    },
    faultAt,
    changed: Object.keys(edits).length,
    canSave: Object.keys(edits).length > 0 && faultAt('overrides') === undefined,
    save,
    discard() {
      setEdits({})
      reset()
    },
  }
}

export type Form = ReturnType<typeof useForm>

/** Whether a secret is stored there: it can be replaced, and is never shown. */
function isSecret(path: string, { client, inputs }: Connection): boolean {
  if (path === 'client.secret') return client?.has_secret === true
  if (path === 'client.key') return client?.has_key === true
  return inputs[path.replace(/^inputs\./, '')] === '[set]'
}

export const FormContext = createContext<Form | undefined>(undefined)

export function useSettings(): Form {
  const form = use(FormContext)
  if (form === undefined) throw new Error('outside of the settings')
  return form
}

/** What a link or a fault jumps to. */
export const elementOf = (path: string): string => `field-${path.replaceAll('.', '-')}`
