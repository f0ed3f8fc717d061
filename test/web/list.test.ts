/** A thousand connections in the list. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axe, fitsWindow, settled, shot } from '../harness/chromium.ts'
import { thousand, title, webStage, type WebStage } from './stage.ts'

let stage: WebStage
beforeAll(async () => {
  stage = await webStage()
  await stage.make(...thousand)
})
afterAll(() => stage.close())

describe('a thousand connections', () => {
  it('are listed with few rows in the page, and found by search, address and the end of the list', async () => {
    await stage.visit(
      async ({ page, open }) => {
        await title(page, 'Connections').waitFor()
        const rows = page.getByRole('row')
        await page.getByRole('row', { name: /load-0000/ }).waitFor()
        expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe(String(thousand.length + 1))
        expect(await rows.count()).toBeLessThan(60)
        await axe(page)
        await shot(page, 'thousand')
        await page.keyboard.press('End')
        await page.getByRole('row', { name: /load-0999/ }).waitFor()
        await page.getByRole('textbox', { name: 'Search' }).fill('load-0512')
        await page.getByText('1 connection is shown').waitFor({ state: 'attached' })
        await page.getByRole('row', { name: /load-0512/ }).waitFor()
        await page.waitForURL('**/?search=load-0512')
        await page.reload()
        await page.getByRole('row', { name: /load-0512/ }).waitFor()
        expect(await page.getByRole('textbox', { name: 'Search' }).inputValue()).toBe('load-0512')
        await page.getByRole('textbox', { name: 'Search' }).fill('nothing like it')
        await page.getByRole('heading', { name: 'Nothing fits' }).waitFor()
        await axe(page)
        await open('/')
        await page.getByRole('row', { name: /load-0000/ }).waitFor()
      },
      { at: '/' },
    )
  })

  it('fit into a narrow window', async () => {
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('link', { name: 'load-0000', exact: true }).waitFor()
        await settled(page)
        await fitsWindow(page)
        await axe(page)
        await shot(page, 'thousand-narrow')
      },
      { at: '/', width: 360, height: 700 },
    )
  })
})
