import { keyVariable, tokenUrl, type Snippet, type SnippetFacts } from './facts.ts'
import { shell, shellFormat } from './quote.ts'

export const curl: Snippet = {
  label: 'curl',
  says: `For bash and other POSIX shells. Put the key into ${keyVariable}. Key and token stay out of the process list.`,
  text: (facts) => `${readToken(facts)}

${headerLines(facts)} |
  curl -fsS -H @- ${shell(facts.url)}
`,
}

function readToken(facts: SnippetFacts): string {
  return `token=$(
  printf 'Authorization: Bearer %s\\n' "$${keyVariable}" |
    curl -fsS -H @- ${shell(tokenUrl(facts))} |
    sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'
)`
}

/** `curl -H @-` reads a header from each line. */
function headerLines({ headers }: SnippetFacts): string {
  const lines = Object.entries(headers).map(([name, value]) => {
    const format = `printf ${shellFormat(`${name}: ${value}`)}`
    return format + ' "$token"'.repeat(value.split('{token}').length - 1)
  })
  return lines.length === 1 ? (lines[0] ?? '') : `{\n  ${lines.join('\n  ')}\n}`
}
