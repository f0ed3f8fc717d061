/** How the answer of a service comes back to the wizard where the browser cannot bring it by itself. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startAuthorizationServer, type AuthorizationServer } from '../harness/authorization-server.ts'
import { axe, refused } from '../harness/chromium.ts'
import { webStage, type WebStage } from './stage.ts'
import { comeBackTo, field, fromNothing, give, jobGets, paste, saved, start, tokenStep } from './walk.ts'

/** A host of somebody else, where the page lies as a file; and one where nothing lies. */
const relay = 'https://pages.example/back.html'
const nothing = 'https://app.example/nothing-here'
const html = readFileSync(join(import.meta.dirname, '../../docs/relay.html'), 'utf8')

let server: AuthorizationServer
let stage: WebStage
beforeAll(async () => {
  server = await startAuthorizationServer({ redirectUris: [relay, nothing] })
  stage = await webStage({ allow: [server.host] })
})
afterAll(async () => {
  await stage.close()
  await server.close()
})

/** Up to the address that the service sends the browser to; no such host is known here. */
async function begin(page: Page, name: string, address: string): Promise<{ tab: Page; arrived: string }> {
  const { authorizationUrl, tokenUrl, clients } = server
  await fromNothing(page, { name, authorizationUrl, tokenUrl })
  await field(page, /^Client id/i).fill(clients.basic.id)
  await give(page, /^Client secret/i, clients.basic.secret)
  await page.getByRole('textbox', { name: 'Scopes, typed' }).fill('openid api.read')
  await comeBackTo(page, address)
  await saved(page)
  const sent = page.context().waitForEvent('request', (request) => request.url().startsWith(address))
  const tab = await start(page)
  await page.getByText(/^Waiting for /).waitFor()
  return { tab, arrived: (await sent).url() }
}

it('a page on another host shows the answer and keeps it to itself; a foreign answer is refused', async () => {
  await stage.visit(
    async ({ page }) => {
      const { tab, arrived } = await begin(page, 'by-relay', relay)
      // The host answers now: a redirect itself cannot be answered for it.
      await tab.route(`${relay}*`, (route) => route.fulfill({ contentType: 'text/html', body: html }))
      await tab.goto(arrived)
      await tab.getByRole('heading', { name: 'The answer has arrived' }).waitFor()
      expect(tab.url()).toBe(relay)
      await axe(tab)
      const answer = await tab.getByRole('textbox', { name: 'The whole address' }).inputValue()
      expect(answer).toContain(`${relay}?code=`)
      await paste(page, answer.replace(/state=[^&]+/, 'state=of-another'))
      await page.getByRole('alert').first().waitFor()
      await page.getByText(/^Waiting for /).waitFor()
      await paste(page, answer)
      await tokenStep(page)
      await jobGets(stage, page, 'by-relay')
      expect(tab.url()).toBe(relay)
    },
    {
      at: '/connect?service=custom#nothing',
      expects: [
        refused(400),
        refused(422),
        /ERR_NAME_NOT_RESOLVED/,
        /request to another host: https:\/\/pages\.example/,
      ],
      secrets: () => [server.clients.basic.secret],
    },
  )
})

it.each([
  ['its query alone', 'paste-query', (address: URL) => address.search],
  ['a bare code', 'paste-code', (address: URL) => address.searchParams.get('code') ?? ''],
])('%s is pasted from a browser that ended on an error page', async (_, name, form) => {
  await stage.visit(
    async ({ page }) => {
      const { tab, arrived } = await begin(page, name, nothing)
      const address = new URL(arrived)
      expect(address.searchParams.get('code')).toBeTruthy()
      await tab.close()
      const text = form(address)
      await paste(page, text)
      await tokenStep(page)
      await jobGets(stage, page, name)
    },
    {
      at: '/connect?service=custom#nothing',
      expects: [/ERR_NAME_NOT_RESOLVED/, /request to another host: https:\/\/app\.example/],
    },
  )
})
