import { loadExamples } from '../providers/examples.ts'
import { load } from '../providers/index.ts'
import type { RehearsedService } from './service/service.ts'

/** Services of the catalogue with the examples they are played from; all if no ids are given. */
export async function loadServices(ids: readonly string[] = Object.keys(load)): Promise<RehearsedService[]> {
  return Promise.all(
    ids.map(async (id) => {
      const definition = Object.hasOwn(load, id) ? load[id] : undefined
      if (!definition) throw new Error(`there is no service ${id} in the catalogue`)
      const { examples } = await loadExamples[id]!() // made from the same folder
      return { provider: (await definition()).default, examples }
    }),
  )
}
