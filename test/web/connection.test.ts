/** One connection, as a person sees it over its life: authorized, used, in trouble, authorized again, removed. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axe, fitsWindow, gone, refused, settled, shot } from '../harness/chromium.ts'
import { freePort } from '../harness/evergrant.ts'
import { consent, title, webStage, type WebStage } from './stage.ts'

let stage: WebStage
const service = 'QuickBooks Online (rehearsal)'
beforeAll(async () => {
  stage = await webStage()
  await make('books')
})
afterAll(() => stage.close())

async function make(name: string): Promise<void> {
  await stage.api('createConnection', {
    body: {
      name,
      provider: 'rehearsal-quickbooks-online',
      client: { id: 'rehearsal', secret: 'rehearsal-secret' },
      inputs: { environment: 'sandbox' },
      redirect_uri: `http://localhost:${await freePort()}/callback`,
    },
  })
}

/** Goes through the dialogue; what the service is told is up to the test. */
async function authorize(page: Page, answer: 'Allow' | 'Refuse', name: RegExp = /^Authorize/): Promise<void> {
  await page.getByRole('main').getByRole('button', { name }).first().click()
  const tab = page.waitForEvent('popup')
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `Open ${service}` })
    .click()
  await consent(await tab, answer)
}

const state = (page: Page, words: string) => page.getByRole('main').getByText(words, { exact: true }).first()
const sent = async (name: string) => (await stage.api('listAttempts', { params: { name } })).attempts.length
const tabs = ['Overview', 'Use it', 'Attempts', 'Timeline', 'Callers', 'Settings']

describe('a connection that nobody has authorized yet', () => {
  it('is told at once when the person refuses, and can be tried again', async () => {
    await stage.visit(
      async ({ page }) => {
        await title(page, 'books').waitFor()
        await axe(page)
        await authorize(page, 'Refuse')
        const dialog = page.getByRole('dialog', { name: 'Authorize books' })
        await dialog.getByRole('alert').getByText('The authorization failed').waitFor()
        await dialog.getByText('access_denied').waitFor()
        await axe(page)
        const tab = page.waitForEvent('popup')
        await dialog.getByRole('button', { name: 'Try again' }).click()
        await consent(await tab, 'Allow')
        await dialog.getByText('books is authorized').waitFor()
        await axe(page)
        await shot(page, 'authorized')
        await dialog.getByRole('button', { name: 'Close' }).last().click()
        await dialog.waitFor({ state: 'detached' })
        await state(page, 'Working').waitFor()
      },
      { at: '/connections/books', expects: [refused(400)] },
    )
  })
})

describe('a connection that works', () => {
  it.each(tabs)('shows %s, to everybody and in a narrow window', async (tab) => {
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('tab', { name: tab }).click()
        await page.getByRole('tabpanel', { name: tab }).waitFor()
        await settled(page)
        await axe(page)
        await shot(page, `connection-${tab}`)
        await page.setViewportSize({ width: 360, height: 700 })
        await settled(page)
        await fitsWindow(page)
        await shot(page, `connection-${tab}-narrow`)
      },
      { at: '/connections/books' },
    )
  })

  it('is renewed and tested by a button, once however often it is pressed, and the report takes the focus', async () => {
    await stage.visit(
      async ({ page }) => {
        const before = await sent('books')
        await page.getByRole('button', { name: 'Renew now' }).dblclick()
        await page.getByText('The renewal worked').waitFor()
        expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('The renewal worked')
        expect(await sent('books')).toBe(before + 1)
        await page.getByRole('button', { name: 'Show request and answer' }).click()
        await page.getByText(/"refresh_token"/).waitFor()
        await axe(page)
        await page.getByRole('button', { name: 'Test', exact: true }).click()
        await page.getByText('The test worked').waitFor()
      },
      { at: '/connections/books' },
    )
  })

  it('shows its access token to somebody who has just signed in, and forgets it', async () => {
    await stage.visit(
      async ({ page }) => {
        const more = page.getByRole('button', { name: 'More' })
        await more.click()
        await page.getByRole('menuitem', { name: 'Show the access token' }).click()
        const dialog = page.getByRole('dialog', { name: 'Show the access token' })
        expect(await dialog.textContent()).not.toMatch(/at_\w/)
        await dialog.getByRole('button', { name: 'Show it' }).click()
        await dialog.getByText(/^at_\S+/).waitFor()
        await axe(page)
        await page.keyboard.press('Escape')
        await dialog.waitFor({ state: 'detached' })
        expect(await page.content()).not.toMatch(/at_\w{8}/)
        // Focus comes back with the end of the animation, which may be a moment after the dialog has gone.
        await expect.poll(() => more.evaluate((button) => button === document.activeElement)).toBe(true)
      },
      { at: '/connections/books' },
    )
  })

  it('A15: marks what was granted without being asked for', async () => {
    await stage.api('createConnection', {
      body: {
        name: 'wide',
        provider: 'rehearsal-pinterest',
        grant: 'app',
        client: { id: 'rehearsal', secret: 'rehearsal-secret' },
        scopes: ['boards:read'],
      },
    })
    await stage.press('pinterest', { fault: 'scope_narrower' })
    await stage.api('renewToken', { params: { name: 'wide' } })
    await stage.visit(
      async ({ page }) => {
        const scopes = page.getByRole('tabpanel').getByRole('listitem')
        await scopes.filter({ hasText: /^read/ }).getByText('granted without being asked for').waitFor()
        await scopes.filter({ hasText: 'boards:read' }).getByText('not granted').waitFor()
      },
      { at: '/connections/wide' },
    )
  })

  it('is suspended and resumed, and a second tab sees it by itself', async () => {
    await stage.visit(
      async ({ page, context }) => {
        const other = await context.newPage()
        await other.goto(page.url())
        await state(other, 'Working').waitFor()
        for (const [item, words] of [
          ['Suspend', 'Suspended'],
          ['Resume', 'Working'],
        ] as const) {
          await page.getByRole('button', { name: 'More' }).click()
          await page.getByRole('menuitem', { name: item }).click()
          await state(page, words).waitFor()
          await state(other, words).waitFor()
        }
      },
      { at: '/connections/books' },
    )
  })

  it('is found again with the tab that was open, by address and by the back button', async () => {
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('tab', { name: 'Attempts' }).click()
        await page.waitForURL('**/connections/books?tab=attempts')
        await page.reload()
        await page.getByRole('tab', { name: 'Attempts', selected: true }).waitFor()
        await page.getByRole('tab', { name: 'Timeline' }).click()
        await page.goBack()
        await page.getByRole('tab', { name: 'Attempts', selected: true }).waitFor()
        await page.goBack()
        await page.getByRole('tab', { name: 'Overview', selected: true }).waitFor()
      },
      { at: '/connections/books' },
    )
  })
})

describe('settings', () => {
  it('are changed in one go, and a change that cannot be is told at its field', async () => {
    await make('draught')
    await stage.visit(
      async ({ page }) => {
        const name = page.getByRole('textbox', { name: 'Name', exact: true })
        const save = page.getByRole('button', { name: 'Save changes' })
        await page.getByText('Nothing is changed.').waitFor()
        expect(await save.isDisabled()).toBe(true)
        await name.fill('Not A Name')
        await save.click()
        await page
          .getByRole('alert')
          .or(page.getByText(/lower-case/i))
          .first()
          .waitFor()
        await axe(page)
        await name.fill('books')
        await save.click()
        await page
          .getByText(/books.*(exists|already)|already.*books/i)
          .first()
          .waitFor()
        await name.fill('draft')
        await page.getByRole('textbox', { name: 'Client secret' }).fill('rehearsal-secret')
        await page.getByText('2 changes').waitFor()
        await save.dblclick()
        await title(page, 'draft').waitFor()
        await page.getByText('Nothing is changed.').waitFor()
        expect(new URL(page.url()).pathname).toBe('/connections/draft')
      },
      {
        at: '/connections/draught?tab=settings',
        // The news that it changed may come before the page knows the new name.
        expects: [/status of (400|404|409|422)/],
      },
    )
  })
})

describe('trouble', () => {
  it('of a session that ended leads to signing in, and back', async () => {
    await stage.visit(
      async ({ page, context }) => {
        await state(page, 'Working').waitFor()
        await context.clearCookies()
        await page.getByRole('tab', { name: 'Attempts' }).click()
        await title(page, 'Sign in').waitFor()
        expect(new URL(page.url()).searchParams.get('next')).toBe('/connections/books?tab=attempts')
      },
      { at: '/connections/books', expects: [refused(401)] },
    )
  })

  it('of a name that nobody knows is said in words', async () => {
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('heading', { name: 'There is no such connection' }).waitFor()
        await axe(page)
        await shot(page, 'unknown')
      },
      { at: '/connections/nobody', expects: [refused(404)] },
    )
  })

  it('of a dead grant is told with the words of the service, and ended by authorizing again', async () => {
    await stage.press('quickbooks-online', { act: 'kill_refresh' })
    await stage.visit(
      async ({ page, open }) => {
        await page.getByRole('button', { name: 'Renew now' }).click()
        await page.getByText('The renewal failed').waitFor()
        await axe(page)
        await page.reload()
        await page.getByText('A person must authorize again').waitFor()
        await axe(page)
        await shot(page, 'dead')
        await open('/')
        const row = page.getByRole('row', { name: /books/ })
        await row.getByText('Now', { exact: true }).waitFor()
        await axe(page)
        await row.getByRole('button', { name: 'Authorize books' }).click()
        const tab = page.waitForEvent('popup')
        await page
          .getByRole('dialog')
          .getByRole('button', { name: `Open ${service}` })
          .click()
        await consent(await tab, 'Allow')
        await page.getByText('books is authorized').waitFor()
        await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
        await row.getByText('Working', { exact: true }).waitFor()
      },
      { at: '/connections/books' },
    )
  })
})

describe('removing', () => {
  it('asks for the name, revokes at the service, and leads to the list', async () => {
    await make('doomed')
    await stage.visit(
      async ({ page }) => {
        await authorize(page, 'Allow')
        await page.getByText('doomed is authorized').waitFor()
        await page.keyboard.press('Escape')
        await page.getByRole('button', { name: 'More' }).click()
        await page.getByRole('menuitem', { name: 'Remove the connection' }).click()
        const dialog = page.getByRole('dialog', { name: 'Remove doomed?' })
        const remove = dialog.getByRole('button', { name: 'Remove for good' })
        expect(await remove.isDisabled()).toBe(true)
        await axe(page)
        await dialog.getByRole('textbox', { name: 'Type doomed to confirm' }).fill('doomed')
        await remove.click()
        await page.waitForURL('**/')
        await page.getByText('doomed is removed').waitFor()
        await page.getByRole('row', { name: /books/ }).waitFor()
        expect(await page.getByRole('row', { name: /doomed/ }).count()).toBe(0)
        // Nothing of it is left behind the back button.
        await page.goBack()
        await page.getByRole('heading', { name: 'There is no such connection' }).waitFor()
      },
      { at: '/connections/doomed', expects: [refused(404)] },
    )
    const seen = await (await fetch(`${stage.rehearsal}/quickbooks-online/console`)).text()
    expect(seen).toMatch(/revoke/)
  })
})

describe('a server that was restarted', () => {
  it('is missed for a moment only: what happens from then on arrives by itself', async () => {
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('row', { name: /books/ }).waitFor()
        await stage.evergrant.restart()
        await make('later')
        await page.getByRole('row', { name: /later/ }).waitFor()
        await page.getByRole('link', { name: 'books', exact: true }).click()
        await title(page, 'books').waitFor()
        expect(await page.getByRole('alert').count()).toBe(0)
      },
      { at: '/', expects: gone },
    )
  })
})
