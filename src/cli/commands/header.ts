import type { TokenOnWire } from '../../api/token.ts'
import { EvergrantError } from '../../errors.ts'
import type { Call } from '../command.ts'
import { needingValues } from '../connect/missing.ts'
import { warningText } from '../token-text.ts'

/** The headers that the service wants, a line each, as `curl -H @-` takes them. */
export async function run(call: Call): Promise<undefined> {
  const { client, given, output, io } = call
  const name = given.required('name')
  const query = { min_valid: given.number('min-valid') }
  const answer = await needingValues(call, name, () => client.call('readToken', { params: { name }, query }))
  const { base, headers: wanted, left_out } = await client.call('showApi', { params: { name } })
  if (!Object.values(wanted).some((value) => value.includes('{token}'))) throw notInHeader(name, base)
  const headers = Object.fromEntries(
    Object.entries(wanted).map(([field, value]) => [written(field), withToken(value, answer)]),
  )
  if (!output.json) io.stderr.write(warningText(answer))
  for (const one of left_out.filter((text) => !text.startsWith('base:'))) output.warn(`left out ${one}`)
  const lines = Object.entries(headers).map(([field, value]) => `${field}: ${value}`)
  output.result(lines.join('\n'), { headers, left_out })
}

/** As RFC 9110 writes names of fields; their case means nothing. */
function written(field: string): string {
  return field.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
}

function withToken(value: string, { access_token, token_type }: TokenOnWire): string {
  // A token that is bound to a key says so by its type (RFC 9449 section 7.1).
  const scheme =
    token_type.toLowerCase() === 'bearer' ? value : value.replace(/^Bearer (?=\{token\})/, `${token_type} `)
  return scheme.replaceAll('{token}', access_token)
}

function notInHeader(name: string, base: string | undefined): EvergrantError {
  return new EvergrantError('not_supported', {
    connection: name,
    detail: `the service of "${name}" takes its token in the address and not in a header`,
    remedy: `put what \`evergrant token ${name}\` prints into the address${base === undefined ? '' : `: ${base}`}`,
  })
}
