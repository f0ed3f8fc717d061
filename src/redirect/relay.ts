/**
 * The relay page: for services that refuse loopback redirect URIs. It stands at the redirect URI, shows what came back
 * and lets a person copy the whole address, so that state and issuer travel along and are checked where it is pasted.
 * One file without dependencies: served at /oauth/code and kept as docs/relay.html for any static host.
 *
 * It sends nothing and loads nothing (the policy in its own head forbids both), and the address bar and the history
 * entry are emptied before anything is shown.
 */
import { hashSource, pageHeaders, pageStyle, type Page } from './pages.ts'

const script = `
const address = location.href
const parameters = [...new URLSearchParams(location.search), ...new URLSearchParams(location.hash.slice(1))]
history.replaceState(null, '', location.pathname)
const find = (id) => document.getElementById(id)
const answer = parameters.filter(([name]) => name !== '_' && name !== '_=_')
if (answer.length === 0) {
  find('none').hidden = false
} else {
  const failed = answer.some(([name]) => name === 'error')
  find(failed ? 'failed' : 'received').hidden = false
  find('values').hidden = false
  for (const [name, value] of answer) {
    const term = document.createElement('dt')
    const text = document.createElement('dd')
    term.textContent = name
    text.textContent = value
    find('list').append(term, text)
  }
  const field = find('address')
  field.value = address
  find('copy').addEventListener('click', async () => {
    field.select()
    try {
      await navigator.clipboard.writeText(address)
      find('said').textContent = 'Copied.'
    } catch /* no clipboard outside a secure context */ {
      find('said').textContent = document.execCommand('copy') ? 'Copied.' : 'Press Ctrl+C or Cmd+C to copy.'
    }
  })
  const since = Date.now()
  const tell = () => {
    find('age').textContent = 'Received ' + Math.round((Date.now() - since) / 1000) + ' s ago. Codes live from 30 seconds to 10 minutes.'
  }
  tell()
  setInterval(tell, 1000)
}
`

const policy = `style-src ${hashSource(pageStyle)}; script-src ${hashSource(script)}`

/** The whole page as text. */
export const relayHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; ${policy}; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>Evergrant: the answer of the authorization server</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<section id="none" hidden>
<h1>Nothing came back yet</h1>
<p>This page is a redirect URI. The authorization server sends the browser here with its answer in the address.</p>
</section>
<h1 id="received" class="good" hidden>The answer has arrived</h1>
<h1 id="failed" class="bad" hidden>The authorization server refused</h1>
<section id="values" hidden>
<p>Copy the whole address and paste it into your own Evergrant, in the window or terminal where you started. Give it to nobody else: whoever asks you for it by mail or chat wants your access.</p>
<textarea id="address" readonly aria-label="The whole address" spellcheck="false"></textarea>
<button id="copy" type="button">Copy the whole address</button>
<span id="said" role="status"></span>
<p id="age" class="soft"></p>
<dl id="list"></dl>
</section>
<noscript><p>Without JavaScript: copy the whole address from the address bar and paste it where you started.</p></noscript>
</main>
<script>${script}</script>
</body>
</html>
`

/** The page with the headers of a server; a static host has only the policy in its head. */
export function relayPage(): Page {
  return { status: 200, headers: pageHeaders(`${policy}; form-action 'none'`), body: relayHtml }
}
