/** The few pages of the server itself: static, no script, nothing from anywhere. */
import type { FastifyReply } from 'fastify'
import { escapeHtml, hashSource, pageHeaders, pageStyle } from '../redirect/pages.ts'

const style = `${pageStyle}
body{display:block}main{max-width:52rem;margin:0 auto}
h2,h3{margin:2.5rem 0 .25rem;font-size:1.125rem}
pre{overflow:auto;padding:.75rem;border:1px solid var(--line);border-radius:.5rem}
code,pre{font:.875rem/1.5 ui-monospace,monospace}
code{overflow-wrap:anywhere}
input{font:inherit;width:100%;padding:.4rem .6rem;border:1px solid var(--line);border-radius:.5rem;background:var(--paper);color:inherit}
dd{font-family:inherit}
`

/** To the letter what the policy's hash is of: no space may come between. */
const styleElement: Html = { html: `<style>${style}</style>` }

/** HTML that is already escaped. */
export type Html = { readonly html: string }

type Value = string | number | Html | readonly Html[]

/** Makes HTML; every value is escaped unless it is HTML itself. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { html: parts.map((part, i) => part + textOf(values[i] ?? '')).join('') }
}

/** Text in which `words in backticks` become code. */
export function prose(text: string): Html[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))
}

/** Sends a page that allows its own style, forms to this server, and nothing more. */
export function sendPage(reply: FastifyReply, title: string, body: Html, status = 200): FastifyReply {
  const { 'referrer-policy': _, ...headers } = pageHeaders(`style-src ${hashSource(style)}; form-action 'self'`)
  const text = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} - Evergrant</title>
        ${styleElement}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `
  return reply.code(status).headers(headers).send(text.html)
}

function textOf(value: Value): string {
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value))
  return 'html' in value ? value.html : value.map((part) => part.html).join('\n')
}
