/** Pushed authorization requests (RFC 9126): the parameters go by the back channel, the browser carries a reference. */
import type { WireResponse } from '../deps.ts'
import { asText, lookUp, readBody, type AnswerError } from './answer.ts'
import type { CallTemplate } from './call-template.ts'
import { readEnd } from './end.ts'
import { encodeQuery } from './encode.ts'
import { readError } from './error-body.ts'
import type { Values } from './template.ts'

/**
 * The request of section 2.1 for parameters that are written already. Client authentication adds its own; `client_id`
 * stands among the parameters. The values are literal: braces in them are not expanded.
 */
export function parTemplate(
  endpoint: string,
  parameters: readonly (readonly [name: string, value: string])[],
): { template: CallTemplate; values: Values } {
  const numbered = parameters.map(([name, value], index) => ({ name, value, variable: `parameter.${index}` }))
  return {
    template: {
      url: endpoint,
      auth: 'client',
      body: { form: Object.fromEntries(numbered.map(({ name, variable }) => [name, `{${variable}}`])) },
    },
    values: Object.fromEntries(numbered.map(({ variable, value }) => [variable, value])),
  }
}

export type ParAnswer = { kind: 'pushed'; url: string; expiresAt: number } | AnswerError

/** Life of a reference whose answer names none, in milliseconds. */
const defaultLife = 60_000

/** Reads the answer of section 2.2 and writes the address for the browser (section 4). Never throws. */
export function readParAnswer(response: WireResponse, authorizationUrl: string, clientId: string): ParAnswer {
  const body = readBody(response)
  const value = 'value' in body ? body.value : undefined
  const error = readError(response, body)
  if (error) return { kind: 'error', status: response.status, body: value, ...error }
  const reference = asText(lookUp(value, 'request_uri'))
  if (!reference)
    return { kind: 'error', status: response.status, code: 'no_request_uri', body: value, unreadable: true }
  const { end } = readEnd(lookUp(value, 'expires_in'), 's', response.sentAt)
  const separator = authorizationUrl.includes('?') ? '&' : '?'
  return {
    kind: 'pushed',
    url: `${authorizationUrl}${separator}client_id=${encodeQuery(clientId)}&request_uri=${encodeQuery(reference)}`,
    expiresAt: typeof end === 'number' ? end : response.sentAt + defaultLife,
  }
}
