/** Pages of the rehearsal: plain, self-contained, everything from outside escaped. */
export type Shown = { kind: 'redirect'; location: string } | { kind: 'page'; status: number; html: string }

export const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

export function page(status: number, title: string, text: string, rest = ''): Shown {
  const html = `<!doctype html><meta charset="utf-8"><title>${escape(title)}</title>
<style>body{font:16px system-ui;max-width:32rem;margin:4rem auto;color-scheme:light dark}button{font:inherit;margin-right:1rem}</style>
<h1>${escape(title)}</h1><p>${escape(text)}</p>${rest}`
  return { kind: 'page', status, html }
}

/** Two buttons that answer the request `id`. */
export function consentPage(title: string, text: string, action: string, id: string): Shown {
  const form = `<form method="post" action="${escape(action)}"><input type="hidden" name="request" value="${escape(id)}">
<button name="answer" value="allow">Allow</button><button name="answer" value="refuse">Refuse</button></form>`
  return page(200, title, text, form)
}

/** OAuth 2.0 Form Post Response Mode. */
export function formPost(action: string, fields: URLSearchParams): Shown {
  const inputs = [...fields].map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
  )
  const form = `<form method="post" action="${escape(action)}">${inputs.join('')}<button>Go on</button></form>
<script>document.forms[0].submit()</script>`
  return page(200, 'Going back', 'One moment.', form)
}
