/** API keys, what is known of services, what happened and the settings, as a person finds them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axe, fitsWindow, settled, shot } from '../harness/chromium.ts'
import { title, webStage, type WebStage } from './stage.ts'

let stage: WebStage
beforeAll(async () => {
  stage = await webStage()
  await stage.make('books')
  await stage.api('issueToken', { params: { name: 'books' } })
})
afterAll(() => stage.close())

describe('an API key', () => {
  it('is made once however often the button is pressed, shown once, used by a job, and revoked', async () => {
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('heading', { name: 'No key yet' }).waitFor()
        await page.getByRole('button', { name: 'Make a key' }).first().click()
        const form = page.getByRole('region', { name: 'A new key' })
        const name = form.getByRole('textbox', { name: 'Name' })
        expect(await name.evaluate((field) => field === document.activeElement)).toBe(true)
        await name.fill('nightly <b>load</b>')
        const make = form.getByRole('button', { name: 'Make the key' })
        expect(await make.isDisabled()).toBe(true)
        await form.getByRole('combobox', { name: 'Connections' }).click()
        await page.getByRole('option', { name: 'books' }).click()
        await page.keyboard.press('Escape')
        await axe(page)
        await shot(page, 'key-new')
        await make.dblclick()
        const made = page.getByRole('status').filter({ hasText: 'Copy it now' })
        await made.waitFor()
        expect((await stage.api('listKeys')).keys.length).toBe(1)
        const key = /eg_\S+/.exec(await made.innerText())?.[0] ?? ''
        await axe(page)
        await shot(page, 'key-made')
        const answer = await stage.evergrant.http('/v1/connections/books/token', { key })
        expect(answer.status).toBe(200)
        await made.getByRole('button', { name: 'I have it' }).click()
        await page.getByRole('heading', { name: 'nightly <b>load</b>' }).waitFor()
        expect(await page.content()).not.toContain(key)
        await page.getByRole('button', { name: /^Revoke/ }).click()
        await page.getByRole('dialog').getByRole('button', { name: 'Revoke the key' }).click()
        await page.getByText('Every key has ended or was revoked.').waitFor()
        expect((await stage.evergrant.http('/v1/connections/books/token', { key })).status).toBe(401)
        await axe(page)
      },
      { at: '/keys' },
    )
  })
})

describe('a job', () => {
  it('is told how to use a connection, with the key that it needs, in the words of many tools', async () => {
    await stage.visit(
      async ({ page }) => {
        const tools = page.getByRole('tabpanel', { name: 'Use it' }).getByRole('tab')
        await tools.first().waitFor()
        for (const tool of await tools.all()) {
          await tool.click()
          await page
            .getByRole('tabpanel', { name: await tool.innerText(), exact: true })
            .getByText('books')
            .first()
            .waitFor()
        }
        await page.getByRole('button', { name: 'Make a key for this connection' }).click()
        await page.getByRole('button', { name: 'Make the key' }).click()
        await page.getByText('Copy it now').waitFor()
        await axe(page)
        const { keys } = await stage.api('listKeys')
        const living = keys.filter((key) => key.revoked_at === undefined)
        expect(living.map(({ connections, verbs }) => [connections, verbs])).toEqual([[['books'], ['token']]])
      },
      { at: '/connections/books?tab=use' },
    )
  })
})

describe('the services', () => {
  it('are found by name, and each tells what is known of it', async () => {
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('searchbox', { name: 'Search the services' }).fill('quickb')
        await page.getByRole('link', { name: 'QuickBooks Online', exact: true }).click()
        await title(page, 'QuickBooks Online').waitFor()
        for (const tab of ['Overview', 'Ways to connect', 'Errors', 'Sources and doubts', 'Definition']) {
          await page.getByRole('tab', { name: tab }).click()
          await page.getByRole('tabpanel', { name: tab }).waitFor()
          await settled(page)
          await axe(page)
          await shot(page, `service-${tab}`)
          await page.setViewportSize({ width: 360, height: 700 })
          await settled(page)
          await fitsWindow(page)
          await page.setViewportSize({ width: 1280, height: 900 })
        }
      },
      { at: '/services' },
    )
  })

  it("of one's own are copied, changed as text with every fault named, and removed", async () => {
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('button', { name: 'Copy to change' }).click()
        const dialog = page.getByRole('dialog')
        await dialog.getByRole('textbox', { name: 'Id' }).fill('my-books')
        await dialog.getByRole('textbox', { name: 'Name' }).fill('My <i>books</i>')
        await axe(page)
        await dialog.getByRole('button', { name: 'Make the copy' }).click()
        await title(page, 'My <i>books</i>').waitFor()
        await page.getByRole('tab', { name: 'Definition' }).click()
        await page.getByRole('button', { name: 'Edit' }).click()
        const text = page.getByRole('textbox', { name: 'Definition of my-books' })
        await text.waitFor()
        const before = await text.inputValue()
        await text.fill(before.replace('category:', 'kategory:'))
        await page.getByRole('button', { name: 'Keep', exact: true }).click()
        await page
          .getByText(/kategory/)
          .first()
          .waitFor()
        await axe(page)
        await shot(page, 'service-faults')
        await text.fill(before.replace(/^category: .*$/m, 'category: mine'))
        await page.getByRole('button', { name: 'Keep', exact: true }).click()
        await page.getByText('Different from its original').waitFor()
        await axe(page)
        await page.getByRole('button', { name: 'Remove' }).click()
        await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click()
        await page.waitForURL('**/services')
        expect(await page.getByRole('link', { name: /My <i>/ }).count()).toBe(0)
      },
      { at: '/services/quickbooks-online', expects: [/status of (400|404|422)/] },
    )
  })
})

describe('what happened', () => {
  it('is told as it happens, in a page for everything', async () => {
    await stage.visit(
      async ({ page }) => {
        await title(page, 'Activity').waitFor()
        await settled(page)
        await stage.api('changeConnection', { params: { name: 'books' }, body: { name: 'ledger' } })
        await page.getByRole('main').getByText('ledger').first().waitFor()
        await axe(page)
        await shot(page, 'activity')
        await page.setViewportSize({ width: 360, height: 700 })
        await settled(page)
        await fitsWindow(page)
      },
      { at: '/activity' },
    )
  })
})

describe('the settings of the server', () => {
  it('are good to read', async () => {
    await stage.visit(
      async ({ page }) => {
        await title(page, 'Settings').waitFor()
        await settled(page)
        await axe(page)
        await page
          .getByRole('main')
          .getByText(/version/i)
          .first()
          .waitFor()
      },
      { at: '/settings' },
    )
  })
})
