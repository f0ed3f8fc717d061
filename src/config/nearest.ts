/** The name of `known` that `name` was most likely meant to be; undefined when none is closer than `most` mistakes. */
export function nearest(name: string, known: readonly string[], most = 4): string | undefined {
  const ranked = known.map((each) => ({ each, steps: distance(name, each) })).sort((a, b) => a.steps - b.steps)
  const best = ranked[0]
  return best !== undefined && best.steps <= most ? best.each : undefined
}

/** Levenshtein distance: how many letters must be put in, taken out or changed. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
