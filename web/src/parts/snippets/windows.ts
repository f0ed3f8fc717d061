import { keyVariable, tokenUrl, type Snippet } from './facts.ts'
import { powerQuery, powershell } from './quote.ts'

export const windowsPowerShell: Snippet = {
  label: 'PowerShell',
  says: `Windows PowerShell 5.1 and PowerShell 7. Put the key into the environment variable ${keyVariable}.`,
  text: (facts) => {
    const fields = Object.entries(facts.headers).map(
      ([name, value]) => `  ${powershell(name)} = ${powershell(value)}${takes(value, ".Replace('{token}', $token)")}`,
    )
    return `$key = @{ Authorization = "Bearer $env:${keyVariable}" }
$token = (Invoke-RestMethod -Uri ${powershell(tokenUrl(facts))} -Headers $key).access_token

$headers = @{
${fields.join('\n')}
}
Invoke-RestMethod -Uri ${powershell(facts.url)} -Headers $headers
`
  },
}

/**
 * Only with anonymous credentials may a header be set (dalesandro.net/accessing-rest-apis-with-basic-auth-and-api-key-in-power-query, read 2026-11-22).
 * A fixed first argument with `RelativePath` is what scheduled refresh asks for (pqm.guide/patterns/api-authentication, read 2026-11-22).
 */
export const excelPowerQuery: Snippet = {
  label: 'Power Query',
  says: 'Excel and Power BI. Make a text parameter EvergrantApiKey with the key, choose Anonymous for both addresses, and the same privacy level for both.',
  text: (facts) => {
    const fields = Object.entries(facts.headers).map(
      ([name, value]) =>
        `                #${powerQuery(name)} = ${takes(value, 'Text.Replace(')}${powerQuery(value)}${takes(value, ', "{token}", Token)')}`,
    )
    const { origin, path, query } = partsOf(facts.url)
    return `let
    Token = Json.Document(
        Web.Contents(${powerQuery(facts.server)}, [
            RelativePath = ${powerQuery(tokenUrl(facts).slice(facts.server.length + 1))},
            Headers = [Authorization = "Bearer " & EvergrantApiKey]
        ])
    )[access_token],
    Source = Json.Document(
        Web.Contents(${powerQuery(origin)}, [
            RelativePath = ${powerQuery(path)},${query === '' ? '' : `\n            Query = [${query}],`}
            Headers = [
${fields.join(',\n')}
            ]
        ])
    )
in
    Source
`
  },
}

/** Only where a token goes. */
function takes(value: string, text: string): string {
  return value.includes('{token}') ? text : ''
}

function partsOf(url: string): { origin: string; path: string; query: string } {
  const parsed = URL.parse(url)
  if (parsed === null) return { origin: url, path: '', query: '' }
  const fields = [...parsed.searchParams].map(([name, value]) => `#${powerQuery(name)} = ${powerQuery(value)}`)
  return { origin: parsed.origin, path: parsed.pathname.slice(1), query: fields.join(', ') }
}
