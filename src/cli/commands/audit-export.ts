import { auditFilter } from '../audit-filter.ts'
import type { Call } from '../command.ts'

/** Entries of one page: as many as the server gives. */
const page = 500

/** One line an entry, oldest first, as they are hashed: `--json` changes nothing. */
export async function run({ client, given, io, output }: Call): Promise<undefined> {
  const filter = auditFilter(given, io)
  let count = 0
  let after: string | undefined
  do {
    const { entries, next } = await client.call('listAudit', {
      query: { ...filter, order: 'oldest', limit: page, after },
    })
    for (const entry of entries) io.stdout.write(`${JSON.stringify(entry)}\n`)
    count += entries.length
    after = next
  } while (after !== undefined && !output.unread)
  if (!output.unread) output.say(`${count} ${count === 1 ? 'entry' : 'entries'}`)
}
