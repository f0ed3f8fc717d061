/** A definition as text, to be edited. JSON is YAML too, so one reader takes both. */
import { isMap, isNode, isSeq, parseDocument, stringify } from 'yaml'

export type Format = 'yaml' | 'json'
export type TextFault = { path: string; problem: string; remedy?: string | undefined }

export function writeText(value: unknown, format: Format): string {
  if (format === 'json') return `${JSON.stringify(value, undefined, 2)}\n`
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })
}

/** The value, or all that keeps the text from being read. */
export function readText(text: string): { value: unknown } | { faults: TextFault[] } {
  const document = parseDocument(text, { prettyErrors: false })
  if (document.errors.length > 0)
    return {
      faults: document.errors.map(({ message, pos }) => ({
        path: `line ${lineAt(text, pos[0])}`,
        problem: message,
        remedy: undefined,
      })),
    }
  try {
    // Aliases can be nested into more text than memory holds.
    return { value: document.toJS({ maxAliasCount: 100 }) as unknown }
  } catch {
    return { faults: [{ path: 'aliases', problem: 'they unfold into too much, or name nothing' }] }
  }
}

/** Where a fault stands: the offset of the deepest part of its path that is there. */
export function offsetOf(text: string, path: string): number {
  const line = /^line (\d+)$/.exec(path)?.[1]
  if (line !== undefined) return startOfLine(text, Number(line))
  let node: unknown = parseDocument(text, { prettyErrors: false }).contents
  let offset = 0
  for (const part of partsOf(path)) {
    const next = isMap(node)
      ? node.items.find(({ key }) => String(isNode(key) ? key.toJSON() : key) === part)
      : undefined
    if (next !== undefined) {
      offset = isNode(next.key) ? (next.key.range?.[0] ?? offset) : offset
      node = next.value
    } else if (isSeq(node) && isNode(node.items[Number(part)])) {
      node = node.items[Number(part)]
      offset = isNode(node) ? (node.range?.[0] ?? offset) : offset
    } else return offset
  }
  return offset
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/** `ways.user.steps[0].url`, and `["a.b"]` for a name that holds a dot. */
function partsOf(path: string): string[] {
  return [...path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, name]) =>
    quoted === undefined ? (index ?? name ?? '') : String(JSON.parse(quoted)),
  )
}

function startOfLine(text: string, line: number): number {
  return (
    text
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length + (line > 1 ? 1 : 0)
  )
}
