/** Requests and answers as text on the wire, as examples write them. */
export type LiteralMessage = { line: string; headers: Record<string, string>; body: string }

export function readMessage(text: string): LiteralMessage {
  const [head = '', ...rest] = text.split('\n\n')
  const [line = '', ...fields] = head.trimEnd().split('\n')
  const headers = fields.map((field): [string, string] => {
    const cut = field.indexOf(':')
    return [field.slice(0, cut).toLowerCase(), field.slice(cut + 1).trim()]
  })
  return { line, headers: Object.fromEntries(headers), body: rest.join('\n\n').trim() }
}

export function statusOf({ line }: LiteralMessage): number {
  return Number(line.split(' ')[1])
}

/** What the ECMAScript proposal "JSON.parse source text access" adds; Node 24 has it, the library types do not. */
type SourceJson = {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown
  rawJSON(text: string): unknown
}
const sourceJson = JSON as unknown as SourceJson // the two members are there since V8 11.4

/** JSON whose integers beyond 2^53 are written again as they were. */
export function readJson(text: string): unknown {
  return sourceJson.parse(text, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && /^-?\d+$/.test(source) && !Number.isSafeInteger(value)
      ? sourceJson.rawJSON(source)
      : value,
  )
}
