import { Button, Grid, Group, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { TextLink } from '../../parts/links.tsx'
import { Trouble } from '../../parts/page.tsx'
import { NameField, nameProblem } from './choose/name-field.tsx'
import { Ways } from './choose/ways.tsx'
import { WhatToKnow } from './choose/what-to-know.tsx'
import { useEditor } from './editor.ts'

/** Step 1 of a draft: the way and the name can still be changed. */
export function ServiceStep() {
  const { draft, service, way, change, flush } = useEditor()
  const navigate = useNavigate()
  const name = draft.settings.name ?? ''
  const isMade = draft.connection !== undefined
  const next = useMutation({
    mutationKey: ['drafts', draft.id, 'next'],
    mutationFn: flush,
    onSuccess: () =>
      navigate({ to: '/connect/$draft', params: { draft: draft.id }, search: { step: 'authorization' } }),
  })
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Stack gap="lg">
          {service.ways.length > 1 && !isMade && (
            <Ways ways={service.ways} value={way.name} onChange={(grant) => change({ grant })} />
          )}
          {!isMade && <NameField value={name} onChange={(text) => change({ name: text })} />}
          {next.error !== null && <Trouble error={next.error} />}
          <Group>
            <Button
              onClick={() => next.mutate()}
              loading={next.isPending}
              disabled={!isMade && nameProblem(name, []) !== undefined}
            >
              Continue
            </Button>
            <TextLink to="/connect" size="sm">
              Another service
            </TextLink>
          </Group>
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <WhatToKnow service={service} way={way} />
      </Grid.Col>
    </Grid>
  )
}
