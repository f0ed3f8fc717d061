/**
 * A request while it is being written: fields still by name and not yet encoded, so that client authentication can add
 * its own and see what is there. `call.ts` makes one from a template and renders it.
 */
import { EvergrantError } from '../errors.ts'
import type { Call, Text } from './request.ts'
import { encodeForm, encodeQuery } from './encode.ts'
import { holdsSecret, mapText } from './template.ts'

export type Named = readonly [name: string, value: Text]

export type DraftBody =
  | { kind: 'form'; fields: readonly Named[] }
  /** Members of a JSON object; each value is rendered JSON text. */
  | { kind: 'json'; members: readonly Named[] }
  | { kind: 'text'; text: Text }

export type Draft = {
  method: Call['method']
  url: Text
  query: readonly Named[]
  headers: readonly Named[]
  body?: DraftBody
  /** The content type the template asks for, if it does. */
  type?: string
  redirects: Call['redirects']
}

export function namesHeader(draft: Draft, name: string): boolean {
  return draft.headers.some(([header]) => header === name)
}

/** True if the query or the body already has a parameter of this name. */
export function namesParameter(draft: Draft, name: string): boolean {
  const { body } = draft
  const inBody = body?.kind === 'form' ? body.fields : body?.kind === 'json' ? body.members : []
  return [...draft.query, ...inBody].some(([field]) => field === name)
}

/** Adds a header unless there is one of that name. */
export function addHeader(draft: Draft, name: string, value: Text): Draft {
  return namesHeader(draft, name) ? draft : { ...draft, headers: [...draft.headers, [name, value]] }
}

/** Adds a query parameter unless query or body name it already. */
export function addQuery(draft: Draft, name: string, value: Text): Draft {
  return namesParameter(draft, name) ? draft : { ...draft, query: [...draft.query, [name, value]] }
}

/** Adds a parameter to the body, or to the query where the method has no body, unless it is named already. */
export function addParameter(draft: Draft, name: string, value: Text): Draft {
  if (namesParameter(draft, name)) return draft
  const { body } = draft
  if (!body) {
    if (draft.method === 'GET' || draft.method === 'DELETE') return addQuery(draft, name, value)
    return { ...draft, body: { kind: 'form', fields: [[name, value]] } }
  }
  switch (body.kind) {
    case 'form':
      return { ...draft, body: { ...body, fields: [...body.fields, [name, value]] } }
    case 'json':
      return { ...draft, body: { ...body, members: [...body.members, [name, jsonString(value)]] } }
    case 'text':
      throw new EvergrantError('invalid_template', {
        detail: `${name} cannot be added to a body that is neither a form nor a JSON object; write it into the body, or choose another client authentication method`,
      })
  }
}

/** Encodes everything for its place. */
export function renderDraft(draft: Draft): Call {
  const body = draft.body && renderBody(draft.body, draft.type)
  const query = draft.query.map(([name, value]): Named => [name, mapText(value, encodeQuery)])
  const texts = [draft.url, ...query.map(([, value]) => value), ...draft.headers.map(([, value]) => value)]
  return {
    method: draft.method,
    url: draft.url,
    query,
    headers: draft.headers,
    ...(body && { body }),
    redirects: draft.redirects,
    holdsSecret: [...texts, body?.text ?? []].some(holdsSecret),
  }
}

function renderBody(body: DraftBody, type: string | undefined): { type: string; text: Text } {
  switch (body.kind) {
    case 'form':
      return {
        type: type ?? 'application/x-www-form-urlencoded',
        text: join(
          body.fields.map(([name, value]): Text => [`${encodeForm(name)}=`, ...mapText(value, encodeForm)]),
          '&',
        ),
      }
    case 'json':
      return {
        type: type ?? 'application/json',
        text: [
          '{',
          ...join(
            body.members.map(([name, value]): Text => [`${JSON.stringify(name)}:`, ...value]),
            ',',
          ),
          '}',
        ],
      }
    case 'text':
      return { type: type ?? 'text/plain', text: body.text }
  }
}

function jsonString(value: Text): Text {
  return ['"', ...mapText(value, (part) => JSON.stringify(part).slice(1, -1)), '"']
}

function join(items: readonly Text[], separator: string): Text {
  return items.flatMap((item, index) => (index === 0 ? [...item] : [separator, ...item]))
}
