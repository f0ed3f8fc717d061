/**
 * Takes the pictures of the README anew: `npm run build`, then `node scripts/screenshots.ts`. The services are those of
 * the rehearsal, the connections are those below, the address is the default one: nothing else of the machine is seen.
 */
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import type { NewConnectionOnWire } from '../src/api/connection.ts'
import { createApi } from '../test/harness/api-client.ts'
import { settled, startChromium, type Visit } from '../test/harness/chromium.ts'
import { startEvergrant } from '../test/harness/evergrant.ts'

const { values } = parseArgs({ options: { to: { type: 'string' } } })
const folder = values.to ?? join(import.meta.dirname, '../docs/pictures')
/** Larger pictures are not for a page that loads on a slow line. */
const limit = 150_000

const day = 86_400
const now = Math.floor(Date.now() / 1000)
const client = { id: 'rehearsal', secret: 'rehearsal-secret' }
/** Tokens from elsewhere: nothing is asked of a service for them. */
const brought = { access_token: 'brought-along', refresh_token: 'brought-along', expires_at: now + 3000 }

const connections: readonly NewConnectionOnWire[] = [
  { name: 'crm-export', provider: 'rehearsal-hubspot', grant: 'user', client, ...brought },
  { name: 'video-stats', provider: 'rehearsal-youtube', grant: 'user', client, ...brought },
  {
    name: 'ad-spend',
    provider: 'rehearsal-facebook',
    grant: 'user',
    client,
    access_token: 'brought-along',
    expires_at: now + 9 * day,
  },
  { name: 'audiences', provider: 'rehearsal-criteo', grant: 'app', client: { id: 'rehearsal', secret: 'an old one' } },
  { name: 'bids', provider: 'rehearsal-criteo', grant: 'app', client },
  { name: 'newsletter', provider: 'rehearsal-mailchimp', grant: 'user', client },
]

const evergrant = await startEvergrant({ port: 7117, env: { EVERGRANT_REHEARSE: 'on' } })
const api = createApi({ socketPath: evergrant.socket })
const chromium = await startChromium({
  url: evergrant.url,
  signInLink: async () => (await api('createSignInLink')).url,
})
try {
  await mkdir(folder, { recursive: true })
  for (const body of connections)
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they are always in the same order
    await api('createConnection', { body })
  for (const name of ['audiences', 'bids'])
    // oxlint-disable-next-line no-await-in-loop -- likewise
    await api('issueToken', { params: { name } })
  await chromium.visit(wizard, { width: 1200, height: 860 })
} finally {
  await chromium.close()
  api.close()
  await evergrant.close()
}

/** From nothing to a token of QuickBooks Online, with a picture of what is seen on the way. */
async function wizard({ page, open }: Visit): Promise<void> {
  await open('/connect?service=rehearsal-quickbooks-online')
  await page.getByRole('textbox', { name: 'Name of the connection' }).fill('books')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('combobox', { name: 'Keys' }).click()
  await page.getByRole('option', { name: /^Development keys/ }).click()
  await page.getByLabel(/^Client id/).fill('rehearsal')
  await page
    .getByLabel(/^Client secret/)
    .first()
    .fill('rehearsal-secret')
  await page
    .getByLabel(/^Client secret/)
    .first()
    .blur()
  await page.getByRole('heading', { name: 'What each parameter is for' }).waitFor()
  await page.getByText('Saved. You can leave and come back.').waitFor()
  await picture(page, 'authorization')
  const opened = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Start client authorization flow' }).click()
  await (await opened).getByRole('button', { name: 'Allow' }).click()
  await page.waitForURL(/step=token/)
  await page.getByRole('heading', { name: 'What is there now' }).waitFor()
  await picture(page, 'tokens')
  await open('/')
  await page.getByRole('row', { name: /books/ }).waitFor()
  await picture(page, 'connections')
  await open('/connections/books')
  await page.getByRole('heading', { name: 'What ends when' }).waitFor()
  await picture(page, 'connection')
}

/** What is in sight, in both colour schemes. */
async function picture(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const path = join(folder, `${name}-${colorScheme}.png`)
    /* oxlint-disable no-await-in-loop -- one page */
    await page.emulateMedia({ colorScheme })
    await page.mouse.move(0, 0)
    await settled(page)
    await page.screenshot({ path })
    const { size } = await stat(path)
    /* oxlint-enable no-await-in-loop */
    if (size > limit) throw new Error(`${path} has ${size} bytes, more than ${limit}: show less in it`)
    console.log(`${path}: ${size} bytes`)
  }
  await page.emulateMedia({ colorScheme: 'light' })
}
