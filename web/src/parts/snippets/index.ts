/** How a job uses a connection, in the languages that jobs are written in. The first is shown first. */
import { commandLine } from './command-line.ts'
import { curl } from './curl.ts'
import { airflow, dlt } from './data-tools.ts'
import type { Snippet } from './facts.ts'
import { node } from './node.ts'
import { postman } from './postman.ts'
import { pythonHttpx, pythonRequests } from './python.ts'
import { excelPowerQuery, windowsPowerShell } from './windows.ts'

export { joined, keyVariable, type Snippet, type SnippetFacts } from './facts.ts'

export const snippets: Readonly<Record<string, Snippet>> = {
  curl,
  'python-requests': pythonRequests,
  'python-httpx': pythonHttpx,
  node,
  powershell: windowsPowerShell,
  'power-query': excelPowerQuery,
  dlt,
  airflow,
  postman,
  evergrant: commandLine,
}
