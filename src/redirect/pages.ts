/** The pages a browser sees at the end of an authorization: static, self-contained, without any value of the answer. */
import { createHash } from 'node:crypto'

/** What a page tells. Plain text: it is escaped here. */
export type PageResult = { ok: boolean; title: string; lines: string[] }

export type Page = { status: number; headers: Record<string, string>; body: string }

/** Shared by every page: light and dark by the browser's preference, no font or picture from anywhere. */
export const pageStyle = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#59636e;--paper:#f6f8fa;--card:#fff;--line:#d1d9e0;--good:#1a7f37;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--paper:#0d1117;--card:#151b23;--line:#3d444d;--good:#4cc26a;--bad:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{width:100%;max-width:36rem;padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem}
h1{margin:0 0 .75rem;font-size:1.375rem;line-height:1.3}
h1.good::before{content:"\\2713\\00a0";color:var(--good)}
h1.bad::before{content:"\\2717\\00a0";color:var(--bad)}
p{margin:.5rem 0;overflow-wrap:anywhere}
.soft{color:var(--soft)}
dl{margin:1rem 0}dt{color:var(--soft);font-size:.875rem}dd{margin:0 0 .5rem;font-family:ui-monospace,monospace;overflow-wrap:anywhere}
button{font:inherit;padding:.5rem 1rem;border:1px solid var(--line);border-radius:.5rem;background:var(--ink);color:var(--card);cursor:pointer}
button:focus-visible{outline:3px solid var(--good);outline-offset:2px}
textarea{width:100%;min-height:5rem;margin:.75rem 0;font-family:ui-monospace,monospace;font-size:.8125rem;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:.5rem}
[hidden]{display:none}
`

/** A source expression of the Content-Security-Policy for an inline style or script. */
export function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/** Escapes text for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character)
}

/** Headers of every page: nothing is loaded, framed, kept or passed on (RFC 9700 section 4.2.4). `policy` is added to the CSP. */
export function pageHeaders(policy: string): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; ${policy}; base-uri 'none'; frame-ancestors 'none'`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
}

const stylePolicy = `style-src ${hashSource(pageStyle)}`

/** The page that tells how an authorization went: 200 if well, 400 if not. Lines over 500 characters are cut. */
export function resultPage(result: PageResult): Page {
  const lines = result.lines.slice(0, 20).map((line) => `<p>${escapeHtml(line.slice(0, 500))}</p>`)
  const heading = `<h1 class="${result.ok ? 'good' : 'bad'}">${escapeHtml(result.title.slice(0, 200))}</h1>`
  return {
    status: result.ok ? 200 : 400,
    headers: pageHeaders(`${stylePolicy}; form-action 'none'`),
    body: layout(result.title.slice(0, 200), [heading, ...lines].join('\n')),
  }
}

/** Passes a fragment on to the listener as a form: only a script can see it. It is taken out of the address bar first. */
const fragmentScript = `
const parameters = new URLSearchParams(location.hash.slice(1))
history.replaceState(null, '', location.pathname)
if (parameters.size > 0) {
  const form = document.createElement('form')
  form.method = 'post'
  form.action = location.pathname
  for (const [name, value] of parameters) {
    const input = document.createElement('input')
    input.type = 'hidden'
    input.name = name
    input.value = value
    form.append(input)
  }
  document.body.append(form)
  // a value named submit would stand in the way of form.submit
  HTMLFormElement.prototype.submit.call(form)
} else {
  document.getElementById('nothing').hidden = false
}
`

/** What a request without parameters gets: the answer may stand in the fragment, which never reaches a server. */
export function fragmentPage(): Page {
  return {
    status: 200,
    headers: pageHeaders(`${stylePolicy}; script-src ${hashSource(fragmentScript)}; form-action 'self'`),
    body: layout(
      'Evergrant',
      `<h1>Waiting for an answer</h1>
<p id="nothing" hidden>This address carries no answer. Go back to the page or terminal where you started.</p>
<noscript><p>The answer can only be read with JavaScript. Copy the whole address and paste it where you started.</p></noscript>
<script>${fragmentScript}</script>`,
    ),
  }
}

function layout(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`
}
