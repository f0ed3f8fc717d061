import { Group } from '@mantine/core'
import { ButtonLink } from '../../parts/links.tsx'

/** Where in the settings the cause of a failure is likely to stand, by its kind. */
const places: Readonly<Record<string, { label: string; hash?: string }>> = {
  client: { label: 'Change the client', hash: 'client' },
  configuration: { label: 'Look at the settings' },
  denied: { label: 'Look at the scopes', hash: 'scopes' },
}

/** Leads to what has to be changed; nothing where a change of settings does not help. */
export function Remedy({ name, kind }: { name: string; kind: string }) {
  const place = places[kind]
  if (place === undefined) return null
  return (
    <Group>
      <ButtonLink
        to="/connections/$name"
        params={{ name }}
        search={{ tab: 'settings' }}
        {...(place.hash !== undefined && { hash: place.hash })}
        variant="default"
        size="xs"
      >
        {place.label}
      </ButtonLink>
    </Group>
  )
}
