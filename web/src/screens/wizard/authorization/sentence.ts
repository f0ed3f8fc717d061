/** Help of a definition begins small and without a full stop, as it stands in a list; here it stands alone. */
export function sentence(text: string): string {
  const first = `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
  return /[.!?]$/.test(first) ? first : `${first}.`
}
