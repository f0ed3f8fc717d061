/** The wizard, interrupted: reloaded, opened twice, clicked twice, signed out, and without its server for a while. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startAuthorizationServer, type AuthorizationServer } from '../harness/authorization-server.ts'
import { axe, gone, refused, settled, shot } from '../harness/chromium.ts'
import { consent, webStage, type WebStage } from './stage.ts'
import { comeBackTo, field, fromNothing, give, jobGets, saved, settings, start, tokenStep } from './walk.ts'

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

const drafts = async () => (await stage.api('listDrafts')).drafts
const played = (name: string) => ({
  name,
  authorizationUrl: `${stage.rehearsal}/authorize`,
  tokenUrl: `${stage.rehearsal}/token`,
})

async function rehearsed(page: Page): Promise<void> {
  await field(page, /^Client id/i).fill('rehearsal')
  await give(page, /^Client secret/i, 'rehearsal-secret')
  await page.getByRole('radio', { name: `${stage.evergrant.url}/oauth/callback` }).check()
  await saved(page)
}

it('every button acts once, however often it is clicked', async () => {
  const { basic } = server.clients
  await stage.visit(
    async ({ page, context }) => {
      const before = (await drafts()).length
      await page.getByRole('textbox', { name: 'Name of the connection' }).fill('once')
      await page.getByRole('textbox', { name: 'Authorization URL' }).fill(server.authorizationUrl)
      await page.getByRole('textbox', { name: 'Token URL' }).fill(server.tokenUrl)
      await page.getByRole('button', { name: 'Continue' }).dblclick()
      await settings(page)
      expect((await drafts()).length).toBe(before + 1)
      await field(page, /^Client id/i).fill(basic.id)
      await give(page, /^Client secret/i, basic.secret)
      const relay = `${stage.evergrant.url}/oauth/code`
      await page.getByRole('radio', { name: relay }).check()
      await page.getByRole('textbox', { name: 'Scopes, typed' }).fill('openid offline_access')
      await saved(page)
      await page.getByRole('button', { name: /^Start client/ }).dblclick()
      await page.getByText(/^Waiting for /).waitFor()
      await expect.poll(() => server.count({ endpoint: 'authorize' })).toBeGreaterThan(0)
      const tab = context.pages().at(-1)
      await tab?.getByRole('heading', { name: 'The answer has arrived' }).waitFor()
      expect(context.pages().length).toBe(2)
      expect(server.matching({ endpoint: 'authorize' }).filter(({ parameters }) => parameters['state']).length).toBe(1)

      await page
        .getByRole('textbox', { name: 'Does the browser stay elsewhere?' })
        .fill((await tab?.getByRole('textbox', { name: 'The whole address' }).inputValue()) ?? '')
      await page.getByRole('button', { name: 'Use what is pasted' }).dblclick()
      await tokenStep(page)
      expect(server.count({ endpoint: 'token', grant: 'authorization_code' })).toBe(1)
      await page.getByRole('tab', { name: 'Refresh token settings' }).click()
      await page.getByRole('button', { name: 'Call the Refresh Token Endpoint' }).dblclick()
      await page.getByText('Call the Refresh Token Endpoint worked').waitFor()
      expect(server.count({ endpoint: 'token', grant: 'refresh_token' })).toBe(1)
      await jobGets(stage, page, 'once')
      expect(
        (await stage.api('listConnections')).connections.filter(({ name }) => name.startsWith('once')).length,
      ).toBe(1)
    },
    { at: '/connect?service=custom#nothing', secrets: () => [basic.secret] },
  )
})

it('what is typed in two tabs comes together; a reload and the back button lose nothing', async () => {
  await stage.visit(
    async ({ page, context }) => {
      await fromNothing(page, played('twice'))
      const other = await context.newPage()
      await other.goto(page.url())
      await settings(other)
      await field(page, /^Client id/i).fill('rehearsal')
      await saved(page)
      await give(other, /^Client secret/i, 'rehearsal-secret')
      await saved(other)
      await comeBackTo(other, 'http://127.0.0.1:1/callback')
      // Without waiting for the pause after which it is kept.
      await other.reload()
      await settings(other)
      expect(await field(other, /^Address/).inputValue()).toBe('http://127.0.0.1:1/callback')
      await other.getByRole('radio', { name: `${stage.evergrant.url}/oauth/callback` }).check()
      await saved(other)
      await other.close()
      await consent(await start(page), 'Allow')
      await tokenStep(page)
      await page.getByRole('heading', { name: 'Use it' }).waitFor()
      await page.goBack()
      await settings(page)
      expect(await field(page, /^Client id/i).inputValue()).toBe('rehearsal')
      await page.goForward()
      await page.getByRole('heading', { name: 'Use it' }).waitFor()
      await page.getByRole('textbox', { name: 'Query: name of one more' }).fill('kept')
      await page.getByRole('button', { name: 'Add to Query' }).click()
      // What may still have faults is looked at first: the browser asks before it is gone.
      const asked = page.waitForEvent('dialog')
      await page.evaluate(() => setTimeout(() => location.reload()))
      expect((await asked).type()).toBe('beforeunload')
      await (await asked).dismiss()
      await page.getByText('Up to date').waitFor()
      await page.reload()
      await page.getByRole('group', { name: 'Query', exact: true }).getByRole('textbox', { name: 'kept' }).waitFor()
      await jobGets(stage, page, 'twice')
    },
    { at: '/connect?service=custom#nothing', secrets: () => ['rehearsal-secret'] },
  )
})

it('a session that ended keeps what is typed in the page, and goes on after signing in elsewhere', async () => {
  await stage.visit(
    async ({ page, context }) => {
      await fromNothing(page, played('signed-out'))
      await field(page, /^Client id/i).fill('rehearsal')
      await saved(page)
      const { pathname } = new URL(page.url())
      await context.clearCookies()
      await give(page, /^Client secret/i, 'rehearsal-secret')
      await page.getByText('Not saved: you are signed out').waitFor()
      await axe(page)
      await shot(page, 'walk-signed-out')
      const tab = await start(page)
      await expect.poll(() => tab.isClosed()).toBe(true)
      await settled(page)
      expect(new URL(page.url()).pathname).toBe(pathname)

      const other = await context.newPage()
      await other.goto((await stage.api('createSignInLink')).url)
      await other.getByRole('button', { name: 'Sign in' }).click()
      await other.getByRole('heading', { level: 1, name: 'Connections' }).waitFor()
      await other.close()
      await page.getByRole('button', { name: 'Try again' }).click()
      await saved(page)
      await page.getByRole('radio', { name: `${stage.evergrant.url}/oauth/callback` }).check()
      await consent(await start(page), 'Allow')
      await tokenStep(page)
      await jobGets(stage, page, 'signed-out')
    },
    { at: '/connect?service=custom#nothing', expects: [refused(401)], secrets: () => ['rehearsal-secret'] },
  )
})

it('a server that is away and comes back finds what is typed, and whoever is being waited for', async () => {
  await stage.visit(
    async ({ page }) => {
      await page.getByRole('searchbox', { name: 'Find a service' }).waitFor()
      await page.getByRole('link', { name: 'From nothing' }).click()
      await fromNothing(page, played('patient'))
      await rehearsed(page)
      await stage.evergrant.kill()
      await give(page, /^Client secret/i, 'rehearsal-secret')
      await page.getByText(/^Not saved: Evergrant cannot be reached/).waitFor()
      await stage.evergrant.restart()
      await page.getByRole('button', { name: 'Try again' }).first().click()
      await saved(page)
      const tab = await start(page)
      await page.getByText(/^Waiting for /).waitFor()
      await tab.getByRole('button', { name: 'Allow' }).waitFor()
      await stage.evergrant.restart('SIGKILL')
      await page.getByText(/^Waiting for /).waitFor()
    },
    { at: '/connect', expects: gone, secrets: () => ['rehearsal-secret'] },
  )
})
