/** Connecting services in the wizard, each as a person would, from the list to a token that a job gets. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAuthorizationServer, type AuthorizationServer } from '../harness/authorization-server.ts'
import { axe, fitsWindow, gone, refused, settled, shot } from '../harness/chromium.ts'
import { freePort } from '../harness/evergrant.ts'
import { readToken } from '../harness/definition.ts'
import { consent, title, webStage, type WebStage } from './stage.ts'
import { choose, comeBackTo, field, give, goOn, jobGets, paste, saved, settings, start, tokenStep } from './walk.ts'

let server: AuthorizationServer
let stage: WebStage
beforeAll(async () => {
  server = await startAuthorizationServer()
  stage = await webStage({ allow: [server.host] })
})
afterAll(async () => {
  await stage.close()
  await server.close()
})

const gets = async (name: string) => {
  const { status, text } = await readToken(stage.evergrant, name)
  expect([status, status === 200 ? '' : text]).toEqual([200, ''])
}

/** The next exchange of a code is refused. */
const refuseCode = (error: string, words: string) =>
  server.interfere({
    grant: 'authorization_code',
    answer: {
      status: 400,
      body: JSON.stringify({ error, error_description: words }),
      headers: { 'content-type': 'application/json' },
    },
  })

describe('a person authorizes', () => {
  it('QuickBooks Online, by a listener on this machine; refused, with a wrong secret, and then right', async () => {
    await stage.visit(
      async ({ page }) => {
        await choose(page, 'QuickBooks Online (rehearsal)', undefined, 'qb')
        await axe(page)
        await shot(page, 'wizard-qb')
        await field(page, /^Client id/i).fill('rehearsal')
        await give(page, /^Client secret/i, 'wrong-secret')
        await page.getByRole('combobox', { name: 'Keys' }).click()
        await page.getByRole('option', { name: /^Development keys/ }).click()
        await comeBackTo(page, `http://localhost:${await freePort()}/callback`)

        await consent(await start(page), 'Refuse')
        await page.getByRole('alert').getByText('The authorization did not work').waitFor()
        await page.getByText('access_denied').first().waitFor()
        await axe(page)
        await consent(await start(page), 'Allow')
        await page.getByText('invalid_client').first().waitFor()
        await shot(page, 'wizard-wrong-secret')
        await give(page, /^Client secret/i, 'rehearsal-secret')
        await consent(await start(page), 'Allow')
        await tokenStep(page)
        await gets('qb')
      },
      { at: '/connect', expects: [refused(400)], secrets: () => ['wrong-secret'] },
    )
  })

  it('Facebook, by a listener that goes away by itself, where jobs get the token of a page that the person chose', async () => {
    const address = `http://localhost:${await freePort()}/callback`
    await stage.visit(
      async ({ page }) => {
        await choose(page, 'Facebook (rehearsal)', /^A page, through a person \(/, 'fb')
        await field(page, /^App id/i).fill('rehearsal')
        await give(page, /^App secret/i, 'rehearsal-secret')
        await comeBackTo(page, address)
        const tab = await start(page)
        await consent(tab, 'Allow')
        await tab.getByRole('heading', { level: 1 }).waitFor()
        expect(tab.url()).not.toContain('code=')
        await tokenStep(page)
        await page.getByText('Page is not chosen yet', { exact: true }).waitFor()
        await settled(page)
        await axe(page)
        expect(await page.getByRole('heading', { name: 'Use it' }).count()).toBe(0)
        await page.getByRole('combobox', { name: 'Page' }).click()
        await page.getByRole('option').first().click()
        await page.getByRole('button', { name: 'Choose', exact: true }).click()
        const token = await jobGets(stage, page, 'fb')
        const { inputs } = await stage.api('showConnection', { params: { name: 'fb' } })
        expect([token.length > 0, inputs?.['page_id']]).toEqual([true, expect.stringMatching(/^\d+$/)])
        await expect
          .poll(() =>
            fetch(address).then(
              () => 'answers',
              () => 'gone',
            ),
          )
          .toBe('gone')
      },
      { at: '/connect' },
    )
  })

  it('Google Cloud, by the relay page, whose answer is pasted; nonsense is told apart', async () => {
    await stage.visit(
      async ({ page }) => {
        await choose(page, 'Google Cloud (rehearsal)', /^A person \(web client\)/, 'sheets')
        await field(page, /^Client id/i).fill('rehearsal')
        await give(page, /^Client secret/i, 'rehearsal-secret')
        const relay = `${stage.evergrant.url}/oauth/code`
        await page.getByRole('radio', { name: relay }).check()
        const tab = await start(page)
        await consent(tab, 'Allow')
        await tab.getByRole('heading', { name: 'The answer has arrived' }).waitFor()
        expect(tab.url()).toBe(relay)
        await axe(tab)
        const answer = await tab.getByRole('textbox', { name: 'The whole address' }).inputValue()
        await paste(page, `${relay}?error=`)
        await page.getByRole('alert').first().waitFor()
        await paste(page, answer)
        await tokenStep(page)
        await gets('sheets')
      },
      { at: '/connect', expects: [refused(400), refused(422)] },
    )
  })

  it('a service of its own by its issuer: a refused scope, a code that expired, then right, renewed and done again', async () => {
    const { basic } = server.clients
    await stage.visit(
      async ({ page, open, context }) => {
        await page.getByRole('textbox', { name: 'Issuer URL' }).fill(server.issuer)
        await axe(page)
        await goOn(page)
        await page.getByRole('textbox', { name: 'Name of the connection' }).fill('own')
        await field(page, /^Client id/i).fill(basic.id)
        await give(page, /^Client secret/i, basic.secret)
        await page.getByRole('radio', { name: new RegExp(`${stage.evergrant.url}/oauth/callback`) }).check()
        await page.getByRole('button', { name: 'Type them' }).click()
        await page.getByRole('textbox', { name: 'Scopes, typed' }).fill('openid offline_access')
        await saved(page)
        for (const [error, words] of [
          ['invalid_scope', 'this client may not ask for that'],
          ['invalid_grant', 'the code has expired'],
        ] as const) {
          refuseCode(error, words)
          await start(page)
          await page.getByRole('alert').getByText(words).waitFor()
          await page.getByRole('alert').getByText(error).waitFor()
        }

        // What is typed is found again after a reload, in a second tab, and from the list of what was begun.
        await page.reload()
        expect(await field(page, /^Client id/i).inputValue()).toBe(basic.id)
        const other = await context.newPage()
        await other.goto(page.url())
        expect(await field(other, /^Client id/i).inputValue()).toBe(basic.id)
        await other.close()

        await start(page)
        await tokenStep(page)
        await gets('own')
        await page.getByRole('heading', { name: 'Use it' }).waitFor()
        await settled(page)
        await axe(page)
        await shot(page, 'wizard-tokens')
        await page.getByRole('tab', { name: 'Refresh token settings' }).click()
        await page.getByRole('button', { name: 'Call the Refresh Token Endpoint' }).click()
        await page.getByText('Call the Refresh Token Endpoint worked').waitFor()
        await settled(page)
        await axe(page)
        await page.setViewportSize({ width: 360, height: 700 })
        await settled(page)
        await fitsWindow(page)
        await page.setViewportSize({ width: 1280, height: 900 })
        await page.goBack()
        await settings(page)

        await open('/connect?from=own')
        await title(page, 'Authorize own again').waitFor()
        await start(page)
        await tokenStep(page)
        await gets('own')
      },
      {
        at: '/connect?service=custom#issuer',
        expects: [refused(400), refused(502)],
        secrets: () => [
          basic.secret,
          ...server.log.flatMap(({ parameters }) => parameters['refresh_token'] ?? []),
          ...server.log.flatMap(({ parameters }) => parameters['code_verifier'] ?? []),
        ],
      },
    )
  })
})

describe('nobody needs to authorize', () => {
  const call = async (page: Page) => {
    await page.getByRole('button', { name: 'Next: tokens' }).click()
    await tokenStep(page)
    await page.getByRole('button', { name: 'Call Bearer Token Endpoint' }).click()
  }
  const worked = (page: Page) => page.getByText('Call Bearer Token Endpoint worked').waitFor()

  it('Google Cloud, with the key file of a service account', async () => {
    const keyFile = await (await fetch(`${stage.rehearsal}/google-cloud/key-file.json`)).text()
    const line = (JSON.parse(keyFile) as { private_key: string }).private_key.split('\n')[3] ?? ''
    expect(line.length).toBeGreaterThan(40)
    await stage.visit(
      async ({ page }) => {
        await choose(page, 'Google Cloud (rehearsal)', /^Service account \(key file\)/, 'gc')
        const chooser = page.waitForEvent('filechooser')
        await page.getByRole('button', { name: 'Take it from a file' }).click()
        const buffer = Buffer.from(keyFile)
        await (await chooser).setFiles({ name: 'key.json', mimeType: 'application/json', buffer })
        await saved(page)
        await axe(page)
        await call(page)
        await worked(page)
        await gets('gc')
        await shot(page, 'wizard-google')
      },
      { at: '/connect', secrets: () => [line] },
    )
  })

  it('NetSuite machine to machine, with a key that is made here and registered there', async () => {
    await stage.visit(
      async ({ page }) => {
        await choose(page, 'NetSuite (rehearsal)', /^Machine to machine \(certificate\)/, 'ns')
        await field(page, /^Client id/i).fill('rehearsal')
        await field(page, /^Account id/i).fill('1234567_SB1')
        await field(page, /^Certificate id/i).fill('abc')
        await page.getByRole('button', { name: 'Make a key' }).click()
        const shown = page.getByText(/BEGIN CERTIFICATE/)
        await shown.waitFor()
        await call(page)
        await page.getByText('Call Bearer Token Endpoint failed').waitFor()
        await axe(page)
        await page.goBack()
        await stage.press('netsuite', { pem: (await shown.textContent()) ?? '' })
        await call(page)
        await worked(page)
        await gets('ns')
      },
      { at: '/connect' },
    )
  })

  it('DayForce, with a user and a password: a wrong one first', async () => {
    await stage.visit(
      async ({ page }) => {
        await choose(page, 'DayForce (rehearsal)', undefined, 'hr')
        await field(page, /^Company id/i).fill('acme')
        await field(page, /^User name/i).fill('ada')
        await give(page, /^Password/i, 'wrong-password')
        await call(page)
        await page.getByText('Call Bearer Token Endpoint failed').waitFor()
        await shot(page, 'wizard-wrong-password')
        await page.goBack()
        await give(page, /^Password/i, 'rehearsal-password')
        await call(page)
        await worked(page)
        await gets('hr')
      },
      { at: '/connect', secrets: () => ['wrong-password'] },
    )
  })

  it('a service of its own from nothing, while the server is started again', async () => {
    const { basic } = server.clients
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('textbox', { name: 'Name of the connection' }).fill('bare')
        await page
          .getByRole('switch', { name: 'This service requires client-flow authorization' })
          .click({ force: true })
        await page.getByRole('textbox', { name: 'Token URL' }).fill(server.tokenUrl)
        await axe(page)
        await goOn(page)
        await field(page, /^Client id/i).fill(basic.id)
        await give(page, /^Client secret/i, basic.secret)
        await saved(page)
        await stage.evergrant.restart()
        await call(page)
        await worked(page)
        await gets('bare')
      },
      { at: '/connect?service=custom', expects: gone, secrets: () => [basic.secret] },
    )
  })
})
