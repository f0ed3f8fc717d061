import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteFile, type SqliteFile } from '../../src/store/sqlite-file.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import { KeyRing } from '../../src/store/seal.ts'
import { describeAudit } from './audit-suite.ts'

describeAudit(
  'SQLite',
  async () => {
    const home = mkdtempSync(join(tmpdir(), 'evergrant-audit-'))
    const file = join(home, 'evergrant.db')
    const keys = new KeyRing([Buffer.alloc(32, 7)])
    let hand: SqliteFile | undefined
    return {
      open: (options) => openSqliteStore({ file, keys, ...options }),
      raw(sql) {
        if (hand === undefined) {
          hand = openSqliteFile(file, 1000)
          hand.exec('pragma synchronous = off')
        }
        hand.exec(sql)
      },
      async dispose() {
        hand?.close()
        rmSync(home, { recursive: true })
      },
    }
  },
  1_000,
)
