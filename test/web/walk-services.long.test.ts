/** Ways through the wizard that ask for something of their own, each to a token that a job gets with a key of the page. */
import { generateKeyPairSync } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAuthorizationServer, type AuthorizationServer } from '../harness/authorization-server.ts'
import { axe } from '../harness/chromium.ts'
import { accepted } from '../harness/definition.ts'
import { freePort } from '../harness/evergrant.ts'
import { consent, webStage, type WebStage } from './stage.ts'
import { choose, comeBackTo, field, fromNothing, give, goOn, jobGets, saved, start, tokenStep } from './walk.ts'

let server: AuthorizationServer
let stage: WebStage
beforeAll(async () => {
  server = await startAuthorizationServer({ consent: 'pages' })
  stage = await webStage({ allow: [server.host] })
})
afterAll(async () => {
  await stage.close()
  await server.close()
})

const call = async (page: Page) => {
  await page.getByRole('button', { name: 'Next: tokens' }).click()
  await tokenStep(page)
  await page.getByRole('button', { name: 'Call Bearer Token Endpoint' }).click()
  await page.getByText('Call Bearer Token Endpoint worked').waitFor()
}

describe('a service of the catalogue', () => {
  it('NetSuite machine to machine, with a key and a certificate that were made elsewhere', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 3072 })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const line = pem.split('\n')[5] ?? ''
    await stage.press('netsuite', { pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(), key_id: 'abc' })
    await stage.visit(
      async ({ page }) => {
        await choose(page, 'NetSuite (rehearsal)', /^Machine to machine \(certificate\)/, 'ns-brought')
        await field(page, /^Client id/i).fill('rehearsal')
        await field(page, /^Account id/i).fill('1234567_SB1')
        await field(page, /^Certificate id/i).fill('abc')
        await page.getByText('Upload or paste').click()
        const chooser = page.waitForEvent('filechooser')
        await page.getByRole('button', { name: 'Key from a file' }).click()
        await (await chooser).setFiles({ name: 'key.pem', mimeType: 'text/plain', buffer: Buffer.from(pem) })
        await saved(page)
        await page.getByPlaceholder('Kept. Type to replace it.').waitFor()
        await axe(page)
        await call(page)
        await jobGets(stage, page, 'ns-brought')
      },
      { at: '/connect', secrets: () => [line] },
    )
  })
})

describe('a service of its own', () => {
  it('from nothing, played by the rehearsal, with its page of consent', async () => {
    await stage.visit(
      async ({ page }) => {
        await fromNothing(page, {
          name: 'bare',
          authorizationUrl: `${stage.rehearsal}/authorize`,
          tokenUrl: `${stage.rehearsal}/token`,
        })
        await field(page, /^Client id/i).fill('rehearsal')
        await give(page, /^Client secret/i, 'rehearsal-secret')
        await comeBackTo(page, `http://127.0.0.1:${await freePort()}/callback`)
        await saved(page)
        const tab = await start(page)
        await axe(page)
        await consent(tab, 'Allow')
        await tokenStep(page)
        await jobGets(stage, page, 'bare')
      },
      { at: '/connect?service=custom#nothing' },
    )
  })

  it('from a curl command, played by the rehearsal', async () => {
    await stage.visit(
      async ({ page }) => {
        await page
          .getByRole('textbox', { name: /^curl command/ })
          .fill(`curl -u rehearsal:rehearsal-secret -d grant_type=client_credentials ${stage.rehearsal}/token`)
        await goOn(page)
        await field(page, 'Name of the connection').fill('curled')
        await saved(page)
        await call(page)
        await jobGets(stage, page, 'curled')
      },
      { at: '/connect?service=custom#curl', secrets: () => ['rehearsal-secret'] },
    )
  })

  it('by its issuer, with PKCE, through the pages of a real authorization server', async () => {
    const { post } = server.clients
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('textbox', { name: 'Issuer URL' }).fill(server.issuer)
        await goOn(page)
        await field(page, 'Name of the connection').fill('real')
        await field(page, /^Client id/i).fill(post.id)
        await give(page, /^Client secret/i, post.secret)
        await page.getByRole('radio', { name: `${stage.evergrant.url}/oauth/callback` }).check()
        for (const scope of [/^openid/, /^api.read/]) await page.getByRole('checkbox', { name: scope }).check()
        await saved(page)
        const tab = await start(page)
        await tab.getByPlaceholder('Enter any login').fill('grace')
        await tab.getByPlaceholder('and password').fill('any')
        await tab.getByRole('button', { name: 'Sign-in' }).click()
        await tab.getByRole('button', { name: 'Continue' }).click()
        await tokenStep(page)
        const token = await jobGets(stage, page, 'real')
        expect(await accepted(server, token)).toBe(true)
        const asked = server.matching({ endpoint: 'authorize' }).find(({ parameters }) => parameters['code_challenge'])
        expect(asked?.parameters['code_challenge_method']).toBe('S256')
      },
      {
        at: '/connect?service=custom#issuer',
        // Its pages ask for a font.
        expects: [/fonts\.googleapis\.com/],
        secrets: () => [post.secret, ...server.log.flatMap(({ parameters }) => parameters['code_verifier'] ?? [])],
      },
    )
  })
})
