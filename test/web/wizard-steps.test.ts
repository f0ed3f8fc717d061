/** The first two steps of the wizard: choosing a service, describing it, and the person's consent. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { axe, fitsWindow, refused, settled, shot } from '../harness/chromium.ts'
import { consent, title, webStage, type WebStage } from './stage.ts'

let stage: WebStage
beforeAll(async () => {
  stage = await webStage()
})
afterAll(() => stage.close())

const start = (page: Page) => page.getByRole('button', { name: /^Start client authorization flow/ })
const saved = (page: Page) => page.getByText('Saved. You can leave and come back.').waitFor()
const draftOf = (page: Page) => new URL(page.url()).pathname.split('/').at(-1) ?? ''

describe('choosing a service', () => {
  it('finds it by another of its names, and says what to know of it', async () => {
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('searchbox', { name: 'Find a service' }).fill('suitetalk')
        await page.getByText('2 found').waitFor()
        await settled(page)
        await axe(page)
        await page.getByRole('link', { name: 'NetSuite', exact: true }).click()
        await title(page, 'Connect NetSuite').waitFor()
        await page.getByRole('radio', { name: /^A person \(/ }).click()
        await page.getByText('It is renewed with a refresh token, without a person.').waitFor()
        await axe(page)
        await fitsWindow(page)
        await shot(page, 'wizard-service')
      },
      { at: '/connect' },
    )
  })

  it('reads a curl command, whose secret does not come back', async () => {
    const secret = 'k7Tq0Zr9Wc3Lm5'
    await stage.visit(
      async ({ page }) => {
        await page
          .getByRole('textbox', { name: /^curl command/ })
          .fill(`curl -u client-7:${secret} -d grant_type=client_credentials https://login.example.com/token`)
        await page.getByRole('button', { name: 'Continue' }).click()
        await title(page, 'Connect login.example.com').waitFor()
        await expect.poll(() => page.getByLabel('Client id').inputValue()).toBe('client-7')
        await expect.poll(() => page.getByLabel('Name of the connection').inputValue()).toBe('login-example-com')
        expect(await page.getByRole('textbox', { name: 'Client secret' }).getAttribute('placeholder')).toBe(
          'Kept. Type to replace it.',
        )
        await axe(page)
        await saved(page)
      },
      { at: '/connect?service=custom#curl', secrets: () => [secret] },
    )
  })
})

describe('the authorization', () => {
  it('is begun by a click, waits over a reload, and goes on to the tokens by itself', async () => {
    await stage.visit(
      async ({ page, context }) => {
        await page.getByLabel('Name of the connection').fill('bases')
        await page.getByRole('button', { name: 'Continue' }).click()
        await page.getByLabel('Client id').fill('rehearsal')
        await page.getByRole('textbox', { name: 'Client secret' }).fill('rehearsal-secret')
        await page.getByRole('checkbox', { name: 'schema.bases:read' }).click()
        await saved(page)
        expect(await page.content()).not.toContain('value="rehearsal-secret"')
        await page.getByText('Drawn anew each time; an answer that does not carry it is refused.').waitFor()
        await settled(page)
        await axe(page)
        await fitsWindow(page)
        const tab = context.waitForEvent('page')
        await start(page).click()
        await page.getByText('Waiting for Airtable (rehearsal).').waitFor()
        const { settings } = await stage.api('showDraft', { params: { id: draftOf(page) } })
        expect(settings.client).toEqual({ id: 'rehearsal', secret: '[set]' })
        await page.reload()
        await page.getByText('Waiting for Airtable (rehearsal).').waitFor()
        await axe(page)
        await shot(page, 'wizard-waiting')
        await consent(await tab, 'Allow')
        await page.waitForURL('**step=token')
        const { state, scopes } = await stage.api('showConnection', { params: { name: 'bases' } })
        expect({ state, scopes }).toEqual({ state: 'active', scopes: ['data.records:read'] })
        // Going back loses nothing.
        await page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name: 'Authorization' }).click()
        expect(await page.getByRole('checkbox', { name: 'schema.bases:read' }).isChecked()).toBe(false)
        await page.getByText('Go on to the tokens, or authorize again.').waitFor()
      },
      { at: '/connect?service=rehearsal-airtable' },
    )
  })

  it('says what is missing at its field, and leads there', async () => {
    await stage.visit(
      async ({ page, context }) => {
        await page.getByRole('button', { name: 'Continue' }).click()
        const tab = context.waitForEvent('page')
        await start(page).click()
        await page.getByRole('alert').getByText('A value is missing').waitFor()
        await expect.poll(async () => (await tab).isClosed()).toBe(true)
        await page.getByRole('button', { name: 'Change Client id' }).click()
        expect(await page.getByLabel('Client id').evaluate((field) => field === document.activeElement)).toBe(true)
        expect(await page.getByLabel('Client id').getAttribute('aria-invalid')).toBe('true')
        await axe(page)
      },
      { at: '/connect?service=rehearsal-airtable', expects: [refused(400)] },
    )
  })

  it('takes one more parameter by its name, and shows it in what will be opened', async () => {
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('button', { name: 'Continue' }).click()
        await page.getByLabel('Client id').fill('rehearsal')
        await page.getByRole('button', { name: 'Address and parameters' }).click()
        const name = page.getByRole('textbox', { name: 'Parameters: name of one more' })
        await name.fill('state')
        await page.getByText('state is there already.').waitFor()
        await name.fill('prompt')
        await name.press('Enter')
        await page.getByRole('textbox', { name: 'prompt', exact: true }).fill('login')
        await page.getByText(/[?&]prompt=login/).waitFor()
        expect(await name.evaluate(isCut)).toBe(false)
        await axe(page)
        await shot(page, 'wizard-parameters')
      },
      { at: '/connect?service=rehearsal-airtable' },
    )
  })

  it('tells the words of a service that refuses', async () => {
    await stage.visit(
      async ({ page, context }) => {
        await page.getByRole('button', { name: 'Continue' }).click()
        await page.getByLabel('Client id').fill('rehearsal')
        await page.getByRole('textbox', { name: 'Client secret' }).fill('rehearsal-secret')
        const tab = context.waitForEvent('page')
        await start(page).click()
        await consent(await tab, 'Refuse')
        await page.getByRole('alert').getByText('The authorization did not work').waitFor()
        await page.getByText('access_denied').waitFor()
        await axe(page)
        await shot(page, 'wizard-refused')
      },
      { at: '/connect?service=rehearsal-airtable', expects: [refused(400)] },
    )
  })

  it('shows a code large enough to be read aloud', async () => {
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('radio', { name: /code typed in elsewhere/ }).click()
        await page.getByRole('button', { name: 'Continue' }).click()
        await page.getByLabel('Application (client) id').fill('rehearsal')
        await page.getByLabel('Tenant').fill('contoso.onmicrosoft.com')
        await page.getByRole('button', { name: 'Get a code' }).click()
        const code = page.getByText(/^[A-Z]{4}-[A-Z]{4}$/)
        await code.waitFor()
        expect(await code.evaluate((text) => parseFloat(getComputedStyle(text).fontSize))).toBeGreaterThan(30)
        await axe(page)
      },
      { at: '/connect?service=rehearsal-microsoft' },
    )
  })

  it('G2: warns of codes that somebody sent, wherever it shows one', async () => {
    const warning = /^.*Enter a code only if you asked for it yourself, never one that somebody sent you\.$/
    await stage.api('createConnection', {
      body: {
        name: 'by-code',
        provider: 'rehearsal-microsoft',
        grant: 'device_code',
        client: { id: 'rehearsal' },
        inputs: { tenant: 'contoso.onmicrosoft.com' },
      },
    })
    await stage.visit(
      async ({ page, open }) => {
        await page
          .getByRole('main')
          .getByRole('button', { name: /^Authorize/ })
          .first()
          .click()
        const dialog = page.getByRole('dialog')
        await dialog.getByRole('button', { name: 'Get a code' }).click()
        await dialog.getByText(warning).waitFor()
        await axe(page)
        await open('/connect?from=by-code')
        await page.getByRole('button', { name: 'Get a code' }).click()
        await page.getByText(warning).waitFor()
      },
      { at: '/connections/by-code' },
    )
  })

  it('makes a key whose certificate is registered before the rest is known', async () => {
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('button', { name: 'Continue' }).click()
        await page.getByLabel('Client id (consumer key)').fill('rehearsal')
        await page.getByRole('button', { name: 'Make a key' }).click()
        await page.getByText('The key is made. Register this certificate:').waitFor()
        expect(await page.getByText('BEGIN CERTIFICATE').count()).toBe(1)
        expect(await page.content()).not.toContain('PRIVATE KEY-----')
        await axe(page)
      },
      { at: '/connect?service=rehearsal-netsuite' },
    )
  })
})

describe('authorizing again', () => {
  it('opens the same screen with everything that is there', async () => {
    await stage.visit(
      async ({ page }) => {
        await title(page, 'Authorize bases again').waitFor()
        expect(await page.getByLabel('Client id').inputValue()).toBe('rehearsal')
        expect(await page.getByRole('textbox', { name: 'Client secret' }).getAttribute('placeholder')).toBe(
          'Kept. Type to replace it.',
        )
      },
      { at: '/connect?from=bases' },
    )
  })
})

/** Whether it lies in something that grew out of its frame. */
function isCut(element: Element): boolean {
  const around = element.parentElement
  if (around === null) return false
  const isOut = around.scrollHeight > around.clientHeight + 1 && getComputedStyle(around).overflowY === 'hidden'
  return isOut || isCut(around)
}
