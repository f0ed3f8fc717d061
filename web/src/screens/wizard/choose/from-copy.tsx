import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Trouble } from '../../../parts/page.tsx'
import { providersQuery } from '../../../server/queries.ts'
import { Begin } from './begin.tsx'
import { useStartDraft } from './start-draft.ts'

export function FromCopy() {
  const { data, error } = useQuery(providersQuery)
  const [id, setId] = useState<string | null>(null)
  const start = useStartDraft()
  if (error !== null) return <Trouble error={error} />
  return (
    <Begin
      says="All that is known of a service, as a definition of your own that you can change: other addresses, other parameters, another scope list."
      ready={id !== null}
      busy={start.isPending}
      error={start.error}
      onBegin={() => id !== null && start.mutate({ copy: id })}
    >
      <Select
        required
        searchable
        label="Service to begin with"
        placeholder="Name"
        nothingFoundMessage="No service of this name"
        data={(data?.services ?? [])
          .filter((service) => service.id !== 'custom')
          .map((service) => ({ value: service.id, label: service.name }))}
        value={id}
        onChange={setId}
        limit={50}
      />
    </Begin>
  )
}
