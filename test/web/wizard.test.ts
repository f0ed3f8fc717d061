/** Connecting services in the wizard, each as a person would, from the list to a token that a job gets. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAuthorizationServer, type AuthorizationServer } from '../harness/authorization-server.ts'
import { axe, fitsWindow, gone, refused, settled, shot } from '../harness/chromium.ts'
import { freePort } from '../harness/evergrant.ts'
import { readToken } from '../harness/definition.ts'
import { consent, title, webStage, type WebStage } from './stage.ts'

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

/** From the list of services to the second step. */
async function choose(page: Page, service: string, way: RegExp | undefined, name: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'Find a service' }).fill(service)
  await page.getByRole('link', { name: service, exact: true }).click()
  await title(page, `Connect ${service}`).waitFor()
  if (way) await page.getByRole('radio', { name: way }).click()
  await page.getByRole('textbox', { name: 'Name of the connection' }).fill(name)
  await axe(page)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { level: 2, name: 'Settings' }).waitFor()
}

const fill = (page: Page, label: RegExp, text: string) => page.getByLabel(label).first().fill(text)

async function give(page: Page, label: RegExp, secret: string): Promise<void> {
  const field = page.getByLabel(label).first()
  await field.fill(secret)
  await field.blur()
}

async function start(page: Page, button = 'Start client authorization flow'): Promise<Page> {
  const tab = page.waitForEvent('popup')
  await page.getByRole('button', { name: button }).click()
  return tab
}

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

const tokenStep = (page: Page) => page.waitForURL(/step=token/)

describe('a person authorizes', () => {
  it('QuickBooks Online, by a listener on this machine; refused, with a wrong secret, and then right', async () => {
    await stage.visit(
      async ({ page }) => {
        await choose(page, 'QuickBooks Online (rehearsal)', undefined, 'qb')
        await axe(page)
        await shot(page, 'wizard-qb')
        await fill(page, /^Client id/i, 'rehearsal')
        await give(page, /^Client secret/i, 'wrong-secret')
        await page.getByRole('combobox', { name: 'Keys' }).click()
        await page.getByRole('option', { name: /^Development keys/ }).click()
        await page.getByRole('radio', { name: 'Another address' }).check()
        await fill(page, /^Address/, `http://localhost:${await freePort()}/callback`)

        await consent(await start(page), 'Refuse')
        await page.getByRole('alert').getByText('The authorization did not work').waitFor()
        await page.getByText('access_denied').first().waitFor()
        await axe(page)
        await consent(await start(page), 'Allow')
        await page.getByText('invalid_client').first().waitFor()
        await axe(page)
        await shot(page, 'wizard-wrong-secret')
        await give(page, /^Client secret/i, 'rehearsal-secret')
        await consent(await start(page), 'Allow')
        await tokenStep(page)
        await gets('qb')
      },
      { at: '/connect', expects: [refused(400)], secrets: () => ['wrong-secret'] },
    )
  })

  it('Facebook, coming back to a listener that goes away by itself', async () => {
    const address = `http://localhost:${await freePort()}/callback`
    await stage.visit(
      async ({ page }) => {
        await choose(page, 'Facebook (rehearsal)', /^A person \(/, 'fb')
        await fill(page, /^App id/i, 'rehearsal')
        await give(page, /^App secret/i, 'rehearsal-secret')
        await page.getByRole('radio', { name: 'Another address' }).check()
        await fill(page, /^Address/, address)
        const tab = await start(page)
        await consent(tab, 'Allow')
        await tab.getByRole('heading', { level: 1 }).waitFor()
        expect(tab.url()).not.toContain('code=')
        await tokenStep(page)
        await gets('fb')
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
        await fill(page, /^Client id/i, 'rehearsal')
        await give(page, /^Client secret/i, 'rehearsal-secret')
        const relay = `${stage.evergrant.url}/oauth/code`
        await page.getByRole('radio', { name: relay }).check()
        const tab = await start(page)
        await consent(tab, 'Allow')
        await tab.getByRole('heading', { name: 'The answer has arrived' }).waitFor()
        expect(tab.url()).toBe(relay)
        await axe(tab)
        const answer = await tab.getByRole('textbox', { name: 'The whole address' }).inputValue()
        const paste = page.getByRole('textbox', { name: 'Does the browser stay elsewhere?' })
        const use = page.getByRole('button', { name: 'Use what is pasted' })
        await paste.fill(`${relay}?error=`)
        await use.click()
        await page.getByRole('alert').first().waitFor()
        await axe(page)
        await paste.fill(answer)
        await use.click()
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
        await page.getByRole('button', { name: 'Continue' }).click()
        await page.getByRole('heading', { level: 2, name: 'Settings' }).waitFor()
        await page.getByRole('textbox', { name: 'Name of the connection' }).fill('own')
        await fill(page, /^Client id/i, basic.id)
        await give(page, /^Client secret/i, basic.secret)
        await page.getByRole('radio', { name: new RegExp(`${stage.evergrant.url}/oauth/callback`) }).check()
        await page.getByRole('button', { name: 'Type them' }).click()
        await page.getByRole('textbox', { name: 'Scopes, typed' }).fill('openid offline_access')
        await page.getByText('Saved.').waitFor()
        for (const [error, words] of [
          ['invalid_scope', 'this client may not ask for that'],
          ['invalid_grant', 'the code has expired'],
        ] as const) {
          refuseCode(error, words)
          await start(page)
          await page.getByRole('alert').getByText(words).waitFor()
          await page.getByRole('alert').getByText(error).waitFor()
        }
        await axe(page)

        // What is typed is found again after a reload, in a second tab, and from the list of what was begun.
        await page.reload()
        expect(
          await page
            .getByLabel(/^Client id/i)
            .first()
            .inputValue(),
        ).toBe(basic.id)
        const other = await context.newPage()
        await other.goto(page.url())
        expect(
          await other
            .getByLabel(/^Client id/i)
            .first()
            .inputValue(),
        ).toBe(basic.id)
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
        await page.getByRole('heading', { level: 2, name: 'Settings' }).waitFor()

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
        await page.getByText('Saved.').waitFor()
        await axe(page)
        await call(page)
        await worked(page)
        await gets('gc')
        await axe(page)
        await shot(page, 'wizard-google')
      },
      { at: '/connect', secrets: () => [line] },
    )
  })

  it('NetSuite machine to machine, with a key that is made here and registered there', async () => {
    await stage.visit(
      async ({ page }) => {
        await choose(page, 'NetSuite (rehearsal)', /^Machine to machine \(certificate\)/, 'ns')
        await fill(page, /^Client id/i, 'rehearsal')
        await fill(page, /^Account id/i, '1234567_SB1')
        await fill(page, /^Certificate id/i, 'abc')
        await page.getByRole('button', { name: 'Make a key' }).click()
        const shown = page.getByText(/BEGIN CERTIFICATE/)
        await shown.waitFor()
        await axe(page)
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
        await fill(page, /^Company id/i, 'acme')
        await fill(page, /^User name/i, 'ada')
        await give(page, /^Password/i, 'wrong-password')
        await call(page)
        await page.getByText('Call Bearer Token Endpoint failed').waitFor()
        await axe(page)
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
        await page.getByRole('button', { name: 'Continue' }).click()
        await page.getByRole('heading', { level: 2, name: 'Settings' }).waitFor()
        await fill(page, /^Client id/i, basic.id)
        await give(page, /^Client secret/i, basic.secret)
        await page.getByText('Saved.').waitFor()
        await stage.evergrant.restart()
        await call(page)
        await worked(page)
        await gets('bare')
      },
      { at: '/connect?service=custom', expects: gone, secrets: () => [basic.secret] },
    )
  })
})
