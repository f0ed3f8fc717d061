import { Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ButtonLink } from '../../../parts/links.tsx'
import { Moment } from '../../../parts/moment.tsx'
import { Trouble } from '../../../parts/page.tsx'
import { call } from '../../../server/call.ts'
import { draftsQuery } from '../../../server/drafts.ts'
import { steps } from '../steps.tsx'

const first = 3

/** What was begun and not finished. */
export function Drafts() {
  const { data } = useQuery(draftsQuery)
  const client = useQueryClient()
  const discard = useMutation({
    mutationKey: ['drafts', 'discard'],
    mutationFn: (id: string) => call('removeDraft', { params: { id } }),
    onSettled: () => client.invalidateQueries({ queryKey: draftsQuery.queryKey }),
  })
  const [all, { toggle }] = useDisclosure(false)
  // One that reached its tokens stands among the connections.
  const open = data?.drafts.filter(({ step, connection }) => step !== 'token' || connection === undefined) ?? []
  if (open.length === 0) return null
  return (
    <Card withBorder padding="md" component="section" aria-labelledby="drafts">
      <Stack gap="sm">
        <Title order={2} fz="md" id="drafts">
          Begun and not finished
        </Title>
        {discard.error !== null && <Trouble error={discard.error} />}
        <Stack component="ul" className="plain-list" gap="xs">
          {open.slice(0, all ? undefined : first).map(({ id, step, settings, changed_at }) => {
            const name = settings.name ?? settings.provider ?? 'without a name'
            return (
              <Group component="li" key={id} justify="space-between" gap="xs">
                <Text size="sm">
                  <b>{name}</b>, {steps.find((one) => one.step === step)?.label.toLowerCase() ?? 'service'}, changed{' '}
                  <Moment at={changed_at} />
                </Text>
                <Group gap="xs">
                  <ButtonLink
                    size="compact-sm"
                    to="/connect/$draft"
                    params={{ draft: id }}
                    search={{ step: step ?? 'authorization' }}
                    aria-label={`Continue ${name}`}
                  >
                    Continue
                  </ButtonLink>
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={`Discard ${name}`}
                    loading={discard.isPending && discard.variables === id}
                    onClick={() => discard.mutate(id)}
                  >
                    Discard
                  </Button>
                </Group>
              </Group>
            )
          })}
        </Stack>
        {open.length > first && (
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={toggle}
            aria-expanded={all}
            style={{ alignSelf: 'flex-start' }}
          >
            {all ? 'Show fewer' : `Show all ${open.length}`}
          </Button>
        )}
      </Stack>
    </Card>
  )
}
