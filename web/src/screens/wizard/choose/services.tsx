import { CloseButton, Stack, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import { Page, Trouble, Waiting } from '../../../parts/page.tsx'
import { providersQuery } from '../../../server/queries.ts'
import { Steps } from '../steps.tsx'
import { CustomiseStrip } from './customise-strip.tsx'
import { Drafts } from './drafts.tsx'
import { ServiceList } from './service-list.tsx'

/** Where a connection begins: what was begun and not finished, the search, and the services. */
export function Services({ search }: { search: string }) {
  const { data, error, refetch } = useQuery(providersQuery)
  const navigate = useNavigate()
  const box = useRef<HTMLInputElement>(null)
  const find = (text: string) =>
    void navigate({ to: '/connect', search: text === '' ? {} : { search: text }, replace: true, resetScroll: false })
  return (
    <Page
      title="Connect a service"
      says="Choose what to connect. Every later setting is filled in, and can be changed."
    >
      <Steps current="service" />
      <Drafts />
      <Stack gap="md">
        <TextInput
          ref={box}
          type="search"
          size="md"
          aria-label="Find a service"
          placeholder="Name, other name or category"
          leftSection={<IconSearch size={18} aria-hidden />}
          rightSection={
            search !== '' && (
              <CloseButton
                aria-label="Empty the search"
                onClick={() => {
                  find('')
                  box.current?.focus()
                }}
              />
            )
          }
          value={search}
          onChange={(event) => find(event.currentTarget.value)}
          data-autofocus
        />
        <CustomiseStrip />
      </Stack>
      {error !== null && <Trouble error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Waiting rows={6} height={120} />}
      {data !== undefined && <ServiceList services={data.services} search={search} />}
    </Page>
  )
}
