import { keyVariable, type Snippet } from './facts.ts'
import { shell } from './quote.ts'

export const commandLine: Snippet = {
  label: 'evergrant',
  says: `The command line of Evergrant. On the machine of the server neither EVERGRANT_SERVER nor ${keyVariable} is needed.`,
  text: ({ name, server, url }) => `export EVERGRANT_SERVER=${shell(server)}

# All headers of the service, with a fresh token:
evergrant header ${name} | curl -fsS -H @- ${shell(url)}

# The token alone:
evergrant token ${name}
`,
}
