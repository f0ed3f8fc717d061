/** The third step: the requests that bring and renew the token, changed in every part and tried for real. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { person, startAuthorizationServer, type AuthorizationServer } from '../harness/authorization-server.ts'
import { axe, fitsWindow, refused, settled, shot } from '../harness/chromium.ts'
import { title, webStage, type WebStage } from './stage.ts'
import { field, goOn, give, jobGets, saved, tokenStep } from './walk.ts'

let server: AuthorizationServer
let stage: WebStage
beforeAll(async () => {
  server = await startAuthorizationServer()
  stage = await webStage({ allow: [server.host, server.host.replace('127.0.0.1', 'localhost')] })
})
afterAll(async () => {
  await stage.close()
  await server.close()
})

/** The request as it would be sent now, once everything typed is kept. */
async function request(page: Page): Promise<string> {
  await page.getByText('Up to date').waitFor()
  return page.getByRole('group', { name: 'Its text' }).innerText()
}

const press = (page: Page, button: string) => page.getByRole('button', { name: button, exact: true }).click()

it('is one value as table and as text, in query, headers and body; what is seen is what is sent', async () => {
  const { basic } = server.clients
  await stage.visit(
    async ({ page }) => {
      await page
        .getByRole('textbox', { name: /^curl command/ })
        .fill(`curl -u rehearsal:rehearsal-secret -d grant_type=client_credentials ${server.tokenUrl}`)
      await goOn(page)
      await field(page, 'Name of the connection').fill('tuned')
      await field(page, /^Client id/i).fill(basic.id)
      await give(page, /^Client secret/i, basic.secret)
      await saved(page)
      await press(page, 'Next: tokens')
      await tokenStep(page)

      for (const [part, name, value] of [
        ['Query', 'via', 'table'],
        ['Headers', 'x-trace', 'one'],
        ['Body', 'audience', 'https://api.example.com/?a=b&c'],
      ] as const) {
        const group = page.getByRole('group', { name: part, exact: true })
        await group.getByRole('textbox', { name: `${part}: name of one more` }).fill(name)
        await press(page, `Add to ${part}`)
        await group.getByRole('textbox', { name, exact: true }).fill(value)
        await group.getByText('Text', { exact: true }).click()
        const text = group.getByRole('textbox', { name: `${part} as text` })
        await expect.poll(() => text.inputValue()).toContain(name)
        await text.fill((await text.inputValue()).replace(name, `${name}-2`))
        await group.getByText('Table', { exact: true }).click()
        expect(await group.getByRole('textbox', { name: `${name}-2`, exact: true }).inputValue()).toBe(value)
        expect(await group.getByRole('textbox', { name, exact: true }).count()).toBe(0)
      }
      const shown = await request(page)
      expect(shown).toContain(`POST ${server.tokenUrl}?via-2=table`)
      expect(shown).toContain('x-trace-2: one')
      expect(shown).toContain('audience-2=https%3A%2F%2Fapi.example.com%2F%3Fa%3Db%26c')
      expect(shown).toMatch(/authorization: Basic \[redacted\]/i)
      await axe(page)
      await page.setViewportSize({ width: 360, height: 700 })
      await settled(page)
      await fitsWindow(page)
      await page.setViewportSize({ width: 1280, height: 900 })

      // The proof of the client moves into the body and back.
      await page.getByRole('switch', { name: 'HTTP Basic' }).click({ force: true })
      await expect.poll(() => request(page)).toMatch(/client_secret=(\[|%5B)redacted/)
      expect(await request(page)).not.toMatch(/authorization: Basic/i)
      await press(page, 'Put back: HTTP Basic')
      await expect.poll(() => request(page)).toMatch(/authorization: Basic \[redacted\]/i)

      // Half of an address is not kept, and what is wrong with it is said.
      await field(page, /^Token URL$/).fill('http:/')
      await field(page, /^Token URL$/).blur()
      await page.getByRole('alert').getByText('This is not kept yet').waitFor()
      await press(page, 'Put back: Token URL')
      await page.getByText('This is not kept yet').waitFor({ state: 'detached' })

      // Another host is listed with its address; the secret does not follow by itself.
      const moved = server.tokenUrl.replace('127.0.0.1', 'localhost')
      await field(page, /^Token URL$/).fill(moved)
      await field(page, /^Token URL$/).blur()
      const again = page.getByRole('status').filter({ hasText: 'Give this again' })
      await again
        .getByLabel(/^Client secret/)
        .first()
        .fill(basic.secret)
      await again
        .getByLabel(/^Client secret/)
        .first()
        .blur()
      await again.waitFor({ state: 'detached' })
      expect(await request(page)).toContain(`POST ${moved}?via-2=table`)

      await press(page, 'Call Bearer Token Endpoint')
      await page.getByText('Call Bearer Token Endpoint worked').waitFor()
      expect(server.matching({ endpoint: 'token' }).at(-1)?.parameters).toMatchObject({
        'audience-2': 'https://api.example.com/?a=b&c',
        grant_type: 'client_credentials',
      })
      await press(page, 'Show request and answer')
      const answer = page.getByRole('region', { name: 'Answer' })
      await answer.getByText(/"token_type": "Bearer"/).waitFor()
      expect(await answer.innerText()).toMatch(/"access_token": "\[redacted\]"/)
      await page.getByText(/The access token expires/).waitFor()
      await axe(page)
      await shot(page, 'walk-token')
      await jobGets(stage, page, 'tuned')

      // Found again: what was changed is there after a reload, and can be put back.
      await page.reload()
      const headers = page.getByRole('group', { name: 'Headers', exact: true })
      expect(await headers.getByRole('textbox', { name: 'x-trace-2', exact: true }).inputValue()).toBe('one')
      await page.getByRole('button', { name: 'Leave out x-trace-2' }).click()
      await expect.poll(() => request(page)).not.toContain('x-trace-2')
    },
    {
      at: '/connect?service=custom#curl',
      expects: [refused(400), refused(422)],
      secrets: () => ['rehearsal-secret', basic.secret],
    },
  )
})

it('takes a refresh token from elsewhere, and renews with it', async () => {
  const { basic } = server.clients
  const { refresh_token: token } = await password(server)
  await stage.visit(
    async ({ page }) => {
      await page.getByRole('textbox', { name: 'Issuer URL' }).fill(server.issuer)
      await goOn(page)
      await field(page, 'Name of the connection').fill('brought')
      await field(page, /^Client id/i).fill(basic.id)
      await give(page, /^Client secret/i, basic.secret)
      await saved(page)
      await page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name: 'Tokens' }).click()
      await tokenStep(page)
      await page.getByRole('link', { name: 'Authorize first' }).waitFor()
      await page.getByRole('tab', { name: 'Refresh token settings' }).click()
      await page.getByText('Once there is a token that can be renewed, the renewal is tried here.').waitFor()
      await give(page, 'A refresh token from elsewhere', token)
      const renew = page.getByRole('button', { name: 'Call the Refresh Token Endpoint' })
      await renew.waitFor()
      expect(await request(page)).toMatch(/refresh_token=(\[|%5B)redacted/)
      await axe(page)
      // What the page sends counts: the server may renew by itself too, as a token that is brought is due at once.
      const sent: string[] = []
      page.on('request', (one) => one.url().endsWith('/renew') && sent.push(one.url()))
      await renew.dblclick()
      await page.getByText('Call the Refresh Token Endpoint worked').waitFor()
      expect(sent.length).toBe(1)
      await page.getByText(/There is a refresh token/).waitFor()
      await axe(page)
      await shot(page, 'walk-refresh')
      await jobGets(stage, page, 'brought')
    },
    { at: '/connect?service=custom#issuer', secrets: () => [token, basic.secret] },
  )
})

it('runs the test request of the service, and says who is connected', async () => {
  await stage.make('known')
  await stage.api('issueToken', { params: { name: 'known' } })
  await stage.visit(
    async ({ page }) => {
      await title(page, 'Authorize known again').waitFor()
      await page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name: 'Tokens' }).click()
      await tokenStep(page)
      await press(page, 'Run the test request')
      await page.getByText('Run the test request worked').waitFor()
      await press(page, 'Show request and answer')
      await page
        .getByRole('region', { name: 'Request' })
        .getByText(/GET .*\/api\/me/)
        .waitFor()
      await axe(page)
    },
    { at: '/connect?from=known' },
  )
})

/** A refresh token that another program was given. */
async function password({ tokenUrl, clients: { basic } }: AuthorizationServer): Promise<{ refresh_token: string }> {
  const word = (text: string) => new URLSearchParams([['', text]]).toString().slice(1)
  const answer = await fetch(tokenUrl, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${word(basic.id)}:${word(basic.secret)}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'password', username: person.id, password: person.password }),
  })
  return (await answer.json()) as { refresh_token: string } // oidc-provider's own answer
}
