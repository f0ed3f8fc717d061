import { Box } from '@mantine/core'

/** The letters of a service on a colour of its own: no picture of anybody is loaded or kept. */
export function ServiceTile({ name, size = 36 }: { name: string; size?: number }) {
  return (
    <Box
      aria-hidden
      className="service-tile"
      style={{
        width: size,
        height: size,
        fontSize: size * 0.4,
        // White on a third of lightness reaches 4.5 to 1 for every hue.
        background: `hsl(${hueOf(name)} 45% 33%)`,
      }}
    >
      {lettersOf(name)}
    </Box>
  )
}

function lettersOf(name: string): string {
  // What stands in brackets tells editions apart, not services.
  const words = name.replace(/\s*\(.*\)/, '').match(/[\p{L}\p{N}]+/gu) ?? ['?']
  const letters = (words.length === 1 ? words : words.slice(0, 2).map(first)).join('')
  return (/^.{1,2}/u.exec(letters)?.[0] ?? letters).toUpperCase()
}

const first = (word: string): string => /^./u.exec(word)?.[0] ?? ''

function hueOf(name: string): number {
  let sum = 7
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360
  return sum
}
