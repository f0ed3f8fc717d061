/** Pages of the rehearsal: plain, self-contained, everything from outside escaped. */
import { style } from './style.ts'

export type Shown = { kind: 'redirect'; location: string } | Page
/** `says`: why it is no good, where it is none. */
type Page = { kind: 'page'; status: number; html: string; says?: string }

export const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

export const code = (text: string): string => `<code>${escape(text)}</code>`

/** `body` is HTML already. */
export function layout(status: number, title: string, body: string, width: 'wide' | 'narrow' = 'wide'): Page {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="icon" href="data:,"><title>${escape(title)}</title><style>${style}</style></head>
<body><main class="${width}">${body}</main></body></html>`
  return { kind: 'page', status, html }
}

export function page(status: number, title: string, text: string, rest = ''): Shown {
  const card = `<div class="card"><h1>${escape(title)}</h1><p>${escape(text)}</p>${rest}</div>`
  return { ...layout(status, title, card, 'narrow'), ...(status >= 400 && { says: text }) }
}

/** What a person is asked to agree to. */
export type Asking = {
  /** Name of the service. */
  service: string
  /** Who is signed in there. */
  who: string
  /** The client that asks. */
  client: string
  /** Scopes with what they mean, where that is known. */
  scopes: readonly (readonly [name: string, meaning: string | undefined])[]
  /** Where the browser goes afterwards; a device is elsewhere. */
  back?: string
}

/** Two buttons that answer the request `id`. */
export function consentPage({ service, who, client, scopes, back }: Asking, action: string, id: string): Shown {
  const asks = scopes.map(
    ([name, meaning]) =>
      `<li>${escape(meaning ?? name)}${meaning === undefined || meaning === name ? '' : code(name)}</li>`,
  )
  const title = `${service}: allow access?`
  return layout(
    200,
    title,
    `<div class="card consent"><p><span class="badge">rehearsal</span></p>
<h1>${escape(client)} wants to use your ${escape(service)} account</h1>
<p>You are signed in as ${escape(who)}.</p>
<ul class="scopes">${asks.length > 0 ? asks.join('') : '<li>Access to the account</li>'}</ul>
<form method="post" action="${escape(action)}"><input type="hidden" name="request" value="${escape(id)}">
<div class="row"><button class="main" name="answer" value="allow">Allow</button><button name="answer" value="refuse">Refuse</button></div></form>
<p class="soft">${back === undefined ? '' : `Then back to ${escape(back)}. `}This page is played on your own machine: there is no such account, and nothing leaves it.</p></div>`,
    'narrow',
  )
}

/** Asks for the address that the service itself keeps under a name, and then for everything else again. */
export function addressPage(
  service: string,
  action: string,
  parameters: readonly (readonly [string, string])[],
  field: string,
): Shown {
  const inputs = parameters.map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
  )
  const form = `<form method="get" action="${escape(action)}">${inputs.join('')}
<div class="row"><input name="${escape(field)}" aria-label="address" placeholder="https://…" required><button class="main">Go on</button></div></form>`
  const text = `${service} keeps the address to come back to under a name. Enter the redirect URI as you registered it.`
  return page(200, 'Where to come back to?', text, form)
}

/** Back to the client with the answer, in one of the modes of OAuth 2.0 Multiple Response Types; `query` if not said. */
export function goBack(redirectUri: string, answer: URLSearchParams, mode: string | undefined): Shown {
  if (mode === 'form_post') return formPost(redirectUri, answer)
  const joint = mode === 'fragment' ? '#' : redirectUri.includes('?') ? '&' : '?'
  return { kind: 'redirect', location: `${redirectUri}${joint}${answer}` }
}

/** OAuth 2.0 Form Post Response Mode. */
function formPost(action: string, fields: URLSearchParams): Shown {
  const inputs = [...fields].map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
  )
  const form = `<form method="post" action="${escape(action)}">${inputs.join('')}<button class="main">Go on</button></form>
<script>document.forms[0].submit()</script>`
  return page(200, 'Going back', 'One moment.', form)
}
