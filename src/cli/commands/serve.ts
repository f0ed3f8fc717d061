import type { Call } from '../command.ts'

/** The server itself lives elsewhere; this verb only hands over. */
export async function run({ ports, options }: Call): Promise<number> {
  return ports.serve(options)
}
