import type { Call } from '../command.ts'
import { table } from '../output.ts'

/** Services that a rehearsal plays are as many as the real ones: shown to whoever looks for them. */
const rehearsal = 'rehearsal'

export async function run({ client, given, output }: Call): Promise<undefined> {
  const search = given.argument('search')
  const { services: found } = await client.call('listProviders', { query: { search } })
  const all = search?.toLowerCase().startsWith(rehearsal) ?? false
  const services = all ? found : found.filter(({ category }) => category !== rehearsal)
  const rows = services.map(({ id, name, ways, own }) => [
    id,
    own ? `${name} (your own)` : name,
    // A service of one's own has whatever it is described with.
    ways.map((way) => way.name).join(', ') || 'any grant',
  ])
  if (rows.length === 0) output.say(`no service fits "${search ?? ''}"; \`evergrant connect custom\` takes any other`)
  output.result(rows.length === 0 ? '' : table([['ID', 'NAME', 'WAYS'], ...rows]), { services })
  const hidden = found.length - services.length
  if (hidden > 0) output.say(`${hidden} more to practise with: evergrant services ${rehearsal}`)
}
