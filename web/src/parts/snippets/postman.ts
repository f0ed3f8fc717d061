import { tokenUrl, type Snippet } from './facts.ts'
import { json } from './quote.ts'

/** `pm-request` and `pm-send-request` of learning.postman.com/docs/tests-and-scripts/write-scripts/postman-sandbox-reference, read 2026-11-22. */
export const postman: Snippet = {
  label: 'Postman',
  says: 'Paste it under Scripts, Pre-request, of a request or a collection, choose No Auth there, and keep the key as the secret variable evergrant_api_key of the environment.',
  text: (facts) => `// Ask ${oneLine(facts.url)}
const headers = ${JSON.stringify(facts.headers, null, 2)}

const answer = await pm.sendRequest({
  url: ${json(tokenUrl(facts))},
  method: 'GET',
  header: { Authorization: \`Bearer \${pm.environment.get('evergrant_api_key')}\` },
})
if (answer.code !== 200) throw new Error(\`no token: \${answer.text()}\`)

for (const [key, value] of Object.entries(headers)) {
  pm.request.headers.upsert({ key, value: value.replaceAll('{token}', () => answer.json().access_token) })
}
`,
}

/** A comment ends where its line does. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}
