import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { connectionsQuery } from '../../../server/queries.ts'

/** As the server has it; told while it is typed. */
const shape = /^[a-z0-9][a-z0-9-]{0,62}$/

/** The first name after the service that no connection has yet. */
export function useFreeName(service: string): string | undefined {
  const { data, isError } = useQuery(connectionsQuery(service))
  if (data === undefined) return isError ? service : undefined
  const taken = new Set(data.connections.map(({ name }) => name))
  const base = service.slice(0, 59)
  let name = base
  for (let count = 2; taken.has(name); count += 1) name = `${base}-${count}`
  return name
}

/** `login.example.com` -> `login-example-com`. */
export function nameFrom(text: string): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return plain === '' ? 'my-service' : plain
}

export function nameProblem(name: string, taken: readonly string[]): string | undefined {
  if (!shape.test(name)) return 'Lower-case letters, digits and hyphens, at most 63, and no hyphen first.'
  return taken.includes(name) ? `There is a connection ${name} already.` : undefined
}

export function NameField({
  value,
  own,
  onChange,
}: {
  value: string
  /** The connection that has the name rightly. */
  own?: string | undefined
  onChange: (name: string) => void
}) {
  const { data } = useQuery(connectionsQuery(value))
  const taken = data?.connections.map(({ name }) => name).filter((name) => name !== own) ?? []
  return (
    <TextInput
      label="Name of the connection"
      description="Jobs ask for the token by this name."
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={nameProblem(value, taken)}
      spellCheck={false}
      autoCapitalize="none"
      autoComplete="off"
      maxLength={63}
    />
  )
}
