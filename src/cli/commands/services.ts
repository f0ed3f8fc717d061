import type { ProviderSummaryOnWire } from '../../api/provider.ts'
import { nearest } from '../../nearest.ts'
import type { Call } from '../command.ts'
import { table } from '../output.ts'
import { paragraph, widthOf } from '../paragraph.ts'

/** Services that a rehearsal plays are as many as the real ones: shown to whoever looks for them. */
const rehearsal = 'rehearsal'

export async function run(call: Call): Promise<undefined> {
  const { client, given, output, io } = call
  const search = given.argument('search')
  const { services: found } = await client.call('listProviders', { query: { search } })
  const all = search?.toLowerCase().startsWith(rehearsal) ?? false
  const services = all ? found : found.filter(({ category }) => category !== rehearsal)
  if (services.length === 0) output.say(await nothingFits(call, search ?? ''))
  output.result(services.length === 0 ? '' : listed(services, widthOf(io)), { services })
  const hidden = found.length - services.length
  if (hidden > 0) output.say(`${hidden} more to practise with: evergrant services ${rehearsal}`)
}

/** Says which service was probably meant: names are long, and typed from memory. */
async function nothingFits({ client }: Call, search: string): Promise<string> {
  const { services } = await client.call('listProviders', { query: {} })
  const names = services
    .filter(({ category }) => category !== rehearsal)
    .flatMap(({ id, name, aliases = [] }) => [id, name, ...aliases].map((text) => ({ id, text })))
  const near = nearest(
    search,
    names.map(({ text }) => text),
  )
  const meant = names.find(({ text }) => text === near)?.id
  return `no service fits "${search}"${meant === undefined ? '' : `; is ${meant} meant?`}\n\`evergrant connect custom\` takes any other`
}

/** Columns that the ways need at least, to be read and not only to be there. */
const roomForWays = 24

/** One line each where no person reads. On a terminal the ways are wrapped, and columns give way where it is narrow. */
function listed(services: readonly ProviderSummaryOnWire[], width: number | undefined): string {
  const rows = services.map(({ id, name, category, ways, own }) => [
    id,
    own ? `${name} (your own)` : name,
    category,
    // A service of one's own has whatever it is described with.
    ways.map((way) => way.name).join(', ') || 'any grant',
  ])
  const whole = [['ID', 'NAME', 'CATEGORY', 'WAYS'], ...rows]
  if (width === undefined) return table(whole)
  for (const columns of [3, 2]) {
    const left = table(whole.map((row) => row.slice(0, columns))).split('\n')
    const indent = Math.max(...left.map((line) => line.length)) + 2
    if (indent + roomForWays <= width)
      return left.map((line, index) => paragraph(whole[index]?.[3] ?? '', line.padEnd(indent), width)).join('\n')
  }
  return table(whole.map((row) => row.slice(0, 2)))
}
