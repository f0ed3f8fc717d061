import { index } from '../../src/providers/index.ts'
import { loadServices, type RehearsedService } from '../../src/rehearsal/index.ts'

/** The services of the catalogue whose ids begin with these letters, each with its examples. */
export async function servicesFrom(letters: RegExp): Promise<RehearsedService[]> {
  return loadServices(index.map(({ id }) => id).filter((id) => letters.test(id)))
}
