import type { FastifyInstance } from 'fastify'
import { errorTable } from '../../errors.ts'
import { openApi } from '../openapi.ts'
import type { OpenApi } from '../openapi.ts'
import { html, prose, sendPage } from '../pages.ts'
import type { Html } from '../pages.ts'
import type { RouteParts } from './parts.ts'

/** The interface for machines and for people, both made from the contract when first asked for. */
export function docsRoutes(app: FastifyInstance, { version, publicUrl }: RouteParts): void {
  let made: { json: string; body: Html } | undefined
  const docs = () => {
    if (made === undefined) {
      const document = openApi(version, publicUrl)
      made = { json: JSON.stringify(document), body: documentBody(document) }
    }
    return made
  }

  app.get('/openapi.json', async (_, reply) => reply.type('application/json; charset=utf-8').send(docs().json))
  app.get('/docs', async (_, reply) => sendPage(reply, 'HTTP interface', docs().body))
}

function documentBody({ paths, components }: OpenApi): Html {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationPart(method, path, operation)),
  )
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      html`<h3 id="schema-${name}">${name}</h3>
        <pre tabindex="0">${JSON.stringify(schema, null, 2)}</pre>`,
  )
  const errors = Object.entries(errorTable).map(
    ([code, row]) =>
      html`<dt id="${code}"><code>${code}</code> (${row.status})</dt>
        <dd>${prose(`${row.title}. What to do: ${row.remedy}`)}</dd>`,
  )
  return html`<p>
      Send an API key as <code>Authorization: Bearer eg_...</code>, as the password of HTTP Basic, or as
      <code>X-Api-Key</code>. Errors are problem documents (RFC 9457). The same as
      <a href="/openapi.json">OpenAPI 3.1</a>.
    </p>
    <pre tabindex="0">
curl -H "Authorization: Bearer $EVERGRANT_API_KEY" ${'http://127.0.0.1:7117'}/v1/connections/NAME/token</pre>
    ${operations}
    <h2>Shapes</h2>
    ${schemas}
    <h2>Errors</h2>
    <dl>${errors}</dl>`
}

type Parameter = { name: string; in: string; required: boolean; description?: string; schema: unknown }

/** `operation` is what `openApi` made, so its members are known. */
function operationPart(method: string, path: string, operation: Record<string, unknown>): Html {
  const { summary, description, parameters, requestBody, responses } = operation as {
    summary: string
    description: string
    parameters: Parameter[]
    requestBody?: { content: Record<string, { schema: Record<string, unknown> }> }
    responses: Record<string, { content?: Record<string, { schema: Record<string, unknown> }> }>
  }
  const listed = parameters.map(
    (one) =>
      html`<dt><code>${one.name}</code> (${one.in}${one.required ? '' : ', optional'})</dt>
        <dd>${prose(one.description ?? '')} <code>${JSON.stringify(one.schema)}</code></dd>`,
  )
  const answers = Object.entries(responses).map(
    ([status, { content }]) => html`<p>${status}: ${content === undefined ? 'no body' : shapes(content)}</p>`,
  )
  return html`<h2><code>${method.toUpperCase()} ${path}</code></h2>
    <p>${prose(`${summary} ${description}`)}</p>
    <dl>${listed}</dl>
    ${requestBody === undefined ? '' : html`<p>Body: ${shapes(requestBody.content)}</p>`} ${answers}`
}

function shapes(content: Record<string, { schema: Record<string, unknown> }>): Html[] {
  return Object.entries(content).map(([type, { schema }]) => {
    const reference = schema['$ref']
    if (typeof reference !== 'string') return html`${type}, <code>${JSON.stringify(schema)}</code>`
    const name = reference.slice(reference.lastIndexOf('/') + 1)
    return html`${type}, <a href="#schema-${name}">${name}</a>`
  })
}
