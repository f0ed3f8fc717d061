import { Code } from '@mantine/core'

/** A sentence of the server; what stands in backticks is a command or a value. Everything in it is text. */
export function Prose({ text }: { text: string }) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <Code key={index}>{part}</Code> : part))
}
