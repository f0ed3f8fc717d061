/** Several tabs of one browser, a person without a mouse, and where faults lead. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gone, refused, settled } from '../harness/chromium.ts'
import { title, webStage, type WebStage } from './stage.ts'

let stage: WebStage
beforeAll(async () => {
  stage = await webStage()
})
afterAll(() => stage.close())

describe('five tabs of one browser', () => {
  it('hear of what happens by one stream, also when the tab that listens is closed', async () => {
    await stage.visit(
      async ({ context, page }) => {
        let streams = 0
        context.on('request', (request) => {
          if (new URL(request.url()).pathname === '/v1/events' && request.resourceType() === 'eventsource') streams += 1
        })
        await page.goto(stage.evergrant.url)
        await page.getByRole('heading', { name: 'Nothing is connected yet' }).waitFor()
        const others = await Promise.all(
          [1, 2, 3, 4].map(async () => {
            const other = await context.newPage()
            await other.goto(stage.evergrant.url)
            await other.getByRole('heading', { name: 'Nothing is connected yet' }).waitFor()
            return other
          }),
        )
        await stage.make('first')
        for (const tab of [page, ...others]) await tab.getByRole('row', { name: /first/ }).waitFor()
        expect(streams).toBe(1)
        await page.close()
        await expect.poll(() => streams).toBe(2)
        await stage.make('second')
        for (const tab of others) await tab.getByRole('row', { name: /second/ }).waitFor()
      },
      { at: '/' },
    )
  })

  it('say so while the server is away', async () => {
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('row', { name: /first/ }).waitFor()
        await stage.evergrant.kill()
        await page.getByText('The server is not heard').waitFor()
        await stage.evergrant.restart()
        await page.getByText('The server is not heard').waitFor({ state: 'detached', timeout: 20_000 })
      },
      { at: '/', expects: [...gone, /Failed to load resource/] },
    )
  })
})

/** As somebody without a mouse comes to something. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let presses = 0; presses < 80; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${String(target)} cannot be reached with the Tab key`)
}

/** Waits until something has the focus by itself. */
async function focused(target: Locator): Promise<void> {
  await expect.poll(() => hasFocus(target)).toBe(true)
}

const hasFocus = (target: Locator) => target.evaluate((element) => element === document.activeElement)

it('the whole wizard goes without a mouse, and the focus is where something came', async () => {
  await stage.visit(
    async ({ page }) => {
      await tabTo(
        page,
        page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Connect a service' }),
      )
      await page.keyboard.press('Enter')
      await focused(title(page, 'Connect a service'))
      await tabTo(page, page.getByRole('searchbox', { name: 'Find a service' }))
      await page.keyboard.type('rehearsal service')
      await tabTo(page, page.getByRole('link', { name: 'Rehearsal service', exact: true }))
      await page.keyboard.press('Enter')
      await focused(title(page, 'Connect Rehearsal service'))
      const way = page.getByRole('radio', { name: /^A person authorizes/ })
      if ((await way.count()) > 0 && !(await way.isChecked())) {
        await tabTo(page, page.getByRole('radio', { checked: true }))
        await way.press('Space')
      }
      await tabTo(page, page.getByRole('textbox', { name: 'Name of the connection' }))
      await page.keyboard.press('ControlOrMeta+a')
      await page.keyboard.type('by-keys')
      await page.keyboard.press('Enter')
      await page.waitForURL(/\/connect\/[0-9a-f-]+/)

      // Nothing is given yet: the cursor goes to the first thing that is missing.
      const start = page.getByRole('button', { name: 'Start client authorization flow' })
      await tabTo(page, start)
      await page.keyboard.press('Enter')
      await page.getByRole('alert').first().waitFor()
      await focused(page.getByLabel(/^Client id/))
      await page.keyboard.type('rehearsal')
      await tabTo(page, page.getByLabel(/^Client secret/).first())
      await page.keyboard.type('rehearsal-secret')
      await tabTo(page, start)
      const opened = page.waitForEvent('popup')
      await page.keyboard.press('Enter')
      const tab = await opened
      await tabTo(tab, tab.getByRole('button', { name: 'Allow' }))
      await tab.keyboard.press('Enter')

      await page.waitForURL(/step=token/)
      await focused(page.getByRole('heading', { name: 'Step 3 of 3: Tokens' }))
      await tabTo(page, page.getByRole('button', { name: 'Use it' }))
      await page.keyboard.press('Enter')
      expect(await hasFocus(page.getByRole('heading', { name: 'Use it' }))).toBe(true)
      await page.getByRole('button', { name: 'Copy the snippet for curl' }).waitFor()
    },
    { at: '/', expects: [refused(400)] },
  )
})

describe('a redirect URI', () => {
  it('that the service would refuse is not given to be registered; the one that is sent is', async () => {
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('button', { name: 'Continue' }).click()
        const guide = page.getByRole('region', { name: /^Register at/ })
        await guide.getByText('No redirect URI to register yet').waitFor()
        expect(await guide.getByRole('button', { name: 'Copy the redirect URI' }).count()).toBe(0)
        await guide.getByRole('button', { name: 'Change Keys' }).click()
        expect(await hasFocus(page.getByRole('combobox', { name: 'Keys' }))).toBe(true)
        await page.getByRole('combobox', { name: 'Keys' }).click()
        await page.getByRole('option', { name: /^Development keys/ }).click()
        await guide.getByText('http://localhost:8765/callback', { exact: true }).waitFor()
        await guide.getByRole('button', { name: 'Copy the redirect URI' }).waitFor()
        expect(await page.getByRole('radio', { name: 'http://localhost:8765/callback' }).isChecked()).toBe(true)

        // A warning leads to its field.
        await page.getByRole('checkbox', { name: 'com.intuit.quickbooks.accounting' }).uncheck()
        await page.getByRole('checkbox', { name: 'openid' }).check()
        await settled(page)
        const warning = page.getByRole('listitem').filter({ hasText: 'Change Scopes' }).first()
        await warning.getByRole('button', { name: 'Change Scopes' }).click()
        expect(await page.evaluate(() => document.activeElement?.closest('fieldset')?.id)).toBe('field-scopes')
      },
      { at: '/connect?service=rehearsal-quickbooks-online' },
    )
  })
})
