/** What a service refuses: its words, the likely cause, and the field to change one click away. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  startAuthorizationServer,
  type AuthorizationServer,
  type Interference,
} from '../harness/authorization-server.ts'
import { axe, gone, refused, settled, shot } from '../harness/chromium.ts'
import { definitionFor } from '../harness/definition.ts'
import { webStage, type WebStage } from './stage.ts'
import { field, jobGets, saved, settings, start, tokenStep } from './walk.ts'

let server: AuthorizationServer
let stage: WebStage
beforeAll(async () => {
  server = await startAuthorizationServer()
  stage = await webStage({ allow: [server.host] })
  await stage.api('createProvider', {
    body: { definition: { ...definitionFor(server), id: 'ledger', name: 'Ledger' } },
  })
})
afterAll(async () => {
  await stage.close()
  await server.close()
})

const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>'

const json = { 'content-type': 'application/json' }
const says = (status: number, error: string, words: string): Interference => ({
  answer: {
    status,
    body: JSON.stringify({ error, error_description: words }),
    headers: json,
  },
})

/** The answer, what the page quotes of it, what it tells besides, and the field that it leads to. */
const refusals: [Interference, string, RegExp, RegExp?][] = [
  [says(401, 'invalid_client', `wrong secret ${hostile}`), hostile, /or its secret is wrong/, /^Change Client secret/],
  [says(400, 'invalid_scope', 'not yours'), 'not yours', /may not ask for it/, /^Change Scopes/i],
  [says(400, 'redirect_uri_mismatch', 'unknown'), 'unknown', /not registered at the service/, /^Change Redirect URI/i],
  [says(400, 'invalid_grant', 'the code has expired'), 'the code has expired', /has ended, was used already/],
  [{ answer: { status: 503, body: 'down for repairs' } }, 'http_503', /has trouble, or is down/],
  [{ answer: { status: 200, body: '<html>Welcome</html>' } }, 'html_answer', /no answer of a token endpoint/],
  [{ answer: { status: 200, body: '{"hello":"you"}', headers: json } }, 'no_access_token', /no answer of a token/],
  [{ drop: 'before' }, 'reset', /the connection broke before/],
]

/** The way that somebody would follow: the button beside the refusal, then the field under the cursor. */
async function follow(page: Page, label: RegExp): Promise<void> {
  await page
    .getByRole('button', { name: label })
    .or(page.getByRole('link', { name: label }))
    .first()
    .click()
  await settings(page)
  const focused = () => page.evaluate(() => document.activeElement?.closest('[id^="field-"]')?.id ?? '')
  await expect.poll(focused).not.toBe('')
}

describe('a person authorizes, and the exchange of the code is refused', () => {
  it('told in the words of the service each time, until it works', async () => {
    const { basic } = server.clients
    const { id } = await stage.api('createDraft', {
      body: {
        provider: 'ledger',
        grant: 'person',
        name: 'person',
        client: { id: basic.id, secret: basic.secret },
        redirect_uri: `${stage.evergrant.url}/oauth/callback`,
      },
    })
    const alert = (page: Page) => page.getByRole('alert').filter({ hasText: 'The authorization did not work' })
    await stage.visit(
      async ({ page }) => {
        await settings(page)
        for (const [interference, words, cause, change] of refusals) {
          server.interfere({ grant: 'authorization_code', ...interference, times: 9 })
          const tab = await start(page)
          await tab.getByRole('heading', { level: 1, name: /is not authorized/ }).waitFor()
          await alert(page).getByText(words).first().waitFor()
          await alert(page).getByText(cause).waitFor()
          if (change !== undefined) await follow(page, change)
          await tab.close()
          server.heal()
        }
        expect(await page.locator('main img, main script').count()).toBe(0)
        await axe(page)
        await shot(page, 'walk-refused')
        await start(page)
        await tokenStep(page)
        await jobGets(stage, page, 'person')
      },
      {
        at: `/connect/${id}?step=authorization`,
        expects: [refused(400), refused(401), refused(502)],
        secrets: () => [basic.secret],
      },
    )
  })
})

describe('nobody needs to authorize, and the request is refused', () => {
  it('on the step of the tokens, with a link to what is to be changed', async () => {
    const { basic } = server.clients
    const { id } = await stage.api('createDraft', {
      body: { provider: 'ledger', grant: 'machine', name: 'machine', client: { id: basic.id, secret: 'wrong' } },
    })
    const call = (page: Page) => page.getByRole('button', { name: 'Call Bearer Token Endpoint' }).click()
    const failed = (page: Page) => page.getByRole('status').filter({ hasText: 'Call Bearer Token Endpoint failed' })
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('button', { name: 'Next: tokens' }).click()
        await tokenStep(page)
        await call(page)
        await failed(page).getByText('invalid_client').first().waitFor()
        await axe(page)
        await follow(page, /^Change Client secret/)
        await page.keyboard.type(basic.secret)
        await page.keyboard.press('Tab')
        await saved(page)
        await page.getByRole('button', { name: 'Next: tokens' }).click()
        await tokenStep(page)
        for (const [interference, words] of [
          [says(400, 'invalid_scope', hostile), hostile],
          [{ answer: { status: 500, body: hostile } }, 'http_500'],
          [{ drop: 'before' }, 'reset'],
        ] as [Interference, string][]) {
          server.interfere({ grant: 'client_credentials', ...interference, times: 9 })
          await call(page)
          await failed(page).getByText(words).first().waitFor()
          await settled(page)
          await page
            .getByRole('button', { name: /^(Close|Dismiss)/ })
            .first()
            .click()
          server.heal()
        }
        expect(await page.locator('main img, main script').count()).toBe(0)
        await call(page)
        await page.getByText('Call Bearer Token Endpoint worked').waitFor()
        await jobGets(stage, page, 'machine')
        expect(await field(page, 'Token URL').count()).toBe(1)
      },
      {
        at: `/connect/${id}?step=authorization`,
        expects: [...gone, refused(400), refused(401), refused(502)],
        secrets: () => [basic.secret],
      },
    )
  })
})
