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
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  const [first = '?', second] = words
  const letters = second === undefined ? [...first].slice(0, 2).join('') : `${[...first][0]}${[...second][0]}`
  return letters.toUpperCase()
}

function hueOf(name: string): number {
  let sum = 7
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360
  return sum
}
