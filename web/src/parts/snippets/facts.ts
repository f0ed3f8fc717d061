/** What a snippet is made from. Nothing in it is secret: the key stands in the environment, the token comes at run time. */
export type SnippetFacts = {
  /** Name of the connection. */
  name: string
  /** Where this server is reached, without a slash at the end. */
  server: string
  /** The address that is asked at the service. */
  url: string
  /** Its header fields, with `{token}` where the token goes. */
  headers: Readonly<Record<string, string>>
}

export type Snippet = {
  label: string
  /** What has to be there, and where the key goes, in sentences. */
  says: string
  /** Whole and ready to run. */
  text: (facts: SnippetFacts) => string
}

/** The environment variable that holds the key; the command line reads the same. */
export const keyVariable = 'EVERGRANT_API_KEY'

export function tokenUrl({ server, name }: SnippetFacts): string {
  return `${server}/v1/connections/${name}/token`
}

/** One address from where the API is and what is asked there. */
export function joined(base: string, path: string): string {
  const rest = path.trim()
  if (rest === '' || /^[?#]/.test(rest)) return base + rest
  return `${base.replace(/\/+$/, '')}/${rest.replace(/^\/+/, '')}`
}
