import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KeyRing } from '../../src/store/seal.ts'
import { describeStore } from '../../src/store/conformance.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import { openSqliteFile } from '../../src/store/sqlite-file.ts'

describeStore('the SQLite store', async () => {
  const home = mkdtempSync(join(tmpdir(), 'evergrant-store-'))
  const file = join(home, 'evergrant.db')
  const keys = new KeyRing([Buffer.alloc(32, 7)])
  return {
    open: (options) => openSqliteStore({ file, keys, ...options }),
    raw(sql) {
      const database = openSqliteFile(file, 1000)
      database.exec(sql)
      database.close()
    },
    dispose: async () => rmSync(home, { recursive: true }),
  }
})
