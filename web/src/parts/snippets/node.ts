import { keyVariable, tokenUrl, type Snippet } from './facts.ts'
import { json } from './quote.ts'

export const node: Snippet = {
  label: 'Node.js',
  says: `Node.js 20 or newer, nothing to install; save it as job.mjs. Put the key into ${keyVariable}.`,
  text: (facts) => `const tokenUrl = ${json(tokenUrl(facts))}
const headers = ${JSON.stringify(facts.headers, null, 2)}

/** A token that works. After a 401, say which generation was rejected. */
async function getToken(rejected) {
  const answer = await fetch(tokenUrl, {
    method: rejected === undefined ? 'GET' : 'POST',
    headers: {
      authorization: \`Bearer \${process.env.${keyVariable}}\`,
      'content-type': 'application/json',
    },
    body: rejected === undefined ? undefined : JSON.stringify({ rejected }),
  })
  if (!answer.ok) throw new Error(\`no token: \${await answer.text()}\`)
  return answer.json()
}

async function ask(url, init = {}) {
  let token = await getToken()
  for (let attempt = 1; ; attempt += 1) {
    const own = Object.entries(headers).map(([name, value]) => [
      name,
      value.replaceAll('{token}', () => token.access_token),
    ])
    const answer = await fetch(url, { ...init, headers: { ...init.headers, ...Object.fromEntries(own) } })
    if (answer.status !== 401 || attempt === 2) return answer
    token = await getToken(token.generation)
  }
}

const answer = await ask(${json(facts.url)})
console.log(answer.status, await answer.text())
`,
}
