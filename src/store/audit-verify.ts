/**
 * Reads every entry of the audit and names what is not as it was written: altered, missing, in another place, more than
 * there should be. A chain that was computed anew does not end in its head, and one that was put back as a whole, head
 * and all, does not hold what an earlier checkpoint says; that one is kept outside of the store.
 */
import { hashOf, saidBy } from './audit-chain.ts'
import type { AuditHeads, Head } from './audit-head.ts'
import type { Database, Session } from './database.ts'
import { statement, type Slots } from './statement.ts'
import type { AuditCheckpoint, AuditFault, AuditVerdict } from './store.ts'
import type { Tables } from './tables.ts'

type Row = Tables['audit']
type Tell = (seq: number, problem: string) => void

const page = 1_000
/** More are counted and not told one by one. */
const told = 1_000

const entries = statement((db, slot: Slots<{ node: string; seq: number }>) =>
  db
    .selectFrom('audit')
    .selectAll()
    .where('node', '=', slot('node'))
    .where('seq', '>', slot('seq'))
    .orderBy('seq')
    .limit(page),
)

const nodes = statement((db) => db.selectFrom('audit').select('node').distinct().orderBy('node'))

type VerifyParts = { database: Database; heads: AuditHeads; key: Buffer; about(node: string): string }

export async function verifyAudit(
  parts: VerifyParts,
  checkpoint: readonly AuditCheckpoint[] = [],
): Promise<AuditVerdict> {
  const { database, heads, key } = parts
  const verdict: AuditVerdict = { entries: 0, faults: [], faultCount: 0, checkpoint: [] }
  const fault = (node: string, seq: number, problem: string) => {
    verdict.faultCount += 1
    if (verdict.faults.length < told) verdict.faults.push({ node, seq, problem } satisfies AuditFault)
  }
  const points = new Map(checkpoint.map((each) => [each.node, each]))
  const listed = (await heads.all(database.read, key)).map(({ node }) => node)
  const found = (await database.read.all(nodes, {})).map(({ node }) => node)
  for (const node of new Set([...listed, ...found])) {
    const { count, head, faults } = await verifyChain(parts, node, points.get(node))
    points.delete(node)
    verdict.entries += count
    for (const [seq, problem] of faults) fault(node, seq, problem)
    if (head !== undefined) verdict.checkpoint.push({ node, seq: head.seq, hash: head.hash })
  }
  for (const { node, seq } of points.values()) fault(node, seq, 'the chain of the checkpoint is gone')
  return verdict
}

/** Reads one chain from its beginning up to the head it has now; what is written meanwhile is for the next time. */
async function verifyChain(parts: VerifyParts, node: string, point: AuditCheckpoint | undefined) {
  const { database } = parts
  for (;;) {
    const faults: [number, string][] = []
    const tell: Tell = (seq, problem) => void faults.push([seq, problem])
    const { head } = await endOf(parts, node)
    if (head === undefined) tell(0, 'the head of this chain is gone or was changed')
    for (const seq of head?.breaks ?? []) tell(seq, 'before this entry the head of the chain was gone or changed')
    const { count, hashAtPoint } = await readChain(database.read, { node, head, point, tell })
    if (point !== undefined && hashAtPoint !== point.hash && point.seq >= (head?.from ?? 0))
      tell(point.seq, 'is not the one of the checkpoint')
    const now = await endOf(parts, node)
    // It was pruned while it was read.
    if (now.head?.from !== head?.from) continue
    if (head !== undefined) for (const seq of now.behind) tell(seq, 'is behind the end of the chain')
    return { count, head, faults }
  }
}

/** The head, and what lies behind it, at one moment. */
function endOf({ database, heads, key, about }: VerifyParts, node: string) {
  return database.write(async (session) => {
    const head = (await heads.all(session, key)).find((each) => each.node === node)?.head
    const behind = head === undefined ? [] : await session.all(entries, { node, seq: head.seq })
    return { head, behind: behind.map(({ seq }) => seq) }
  }, about(node))
}

type Chain = { node: string; head: Head | undefined; point: AuditCheckpoint | undefined; tell: Tell }

async function readChain(session: Session, { node, head, point, tell }: Chain) {
  let count = 0
  let before = head && { seq: head.from, hash: head.fromHash }
  let hashAtPoint = point !== undefined && point.seq === head?.from ? head.fromHash : undefined
  for (let from = Number.MIN_SAFE_INTEGER, more = true; more;) {
    const rows = await session.all(entries, { node, seq: from })
    more = rows.length === page
    for (const row of rows) {
      from = row.seq
      if (head !== undefined && row.seq > head.seq) return ended()
      count += 1
      if (head !== undefined && row.seq <= head.from) {
        tell(row.seq, 'was pruned, or never there')
        continue
      }
      checkRow(row, tell)
      if (before !== undefined) {
        if (row.seq > before.seq + 1) tell(before.seq + 1, missing(before.seq + 1, row.seq - 1))
        else if (row.prev !== before.hash) tell(row.seq, 'does not follow on the entry before it')
      }
      before = { seq: row.seq, hash: row.hash }
      if (row.seq === point?.seq) hashAtPoint = row.hash
    }
  }
  return ended()

  function ended() {
    if (head !== undefined && before !== undefined) {
      if (before.seq < head.seq) tell(before.seq + 1, missing(before.seq + 1, head.seq))
      else if (before.hash !== head.hash) tell(head.seq, 'is not the one that the head names')
    }
    return { count, hashAtPoint }
  }
}

/** Whether the row is what its text says, and its text what was hashed. */
function checkRow(row: Row, tell: Tell): void {
  const { text, prev, hash, ...columns } = row
  if (hashOf(prev, text) !== hash) return tell(row.seq, 'was altered')
  const said = saidBy(text)
  if (said === undefined) return tell(row.seq, 'was altered')
  if (said.seq !== row.seq || said.node !== row.node)
    return tell(row.seq, `is entry ${said.seq} of ${said.node} in another place`)
  const other = Object.entries(columns).find(([name, value]) => said[name as keyof typeof said] !== value)
  if (other !== undefined) tell(row.seq, `was altered: its column ${other[0]} says another thing than its text`)
}

function missing(first: number, last: number): string {
  return first === last ? 'is missing' : `to ${last} are missing`
}
