/** What stays and what is asked again over the life of a connection: authorized again, moved, looked into. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startAuthorizationServer, type AuthorizationServer } from '../harness/authorization-server.ts'
import { axe, refused, settled, shot } from '../harness/chromium.ts'
import { connect, definitionFor } from '../harness/definition.ts'
import { title, webStage, type WebStage } from './stage.ts'
import { jobGets, settings, start, tokenStep } from './walk.ts'

let server: AuthorizationServer
let stage: WebStage
beforeAll(async () => {
  server = await startAuthorizationServer({ accessSeconds: 3600 })
  stage = await webStage({ allow: [server.host] })
  await connect(stage.evergrant, {
    name: 'kept',
    definition: definitionFor(server),
    grant: 'person',
    client: server.clients.basic,
    more: { scopes: ['openid', 'api.read'], overrides: { name: 'My service' } },
  })
})
afterAll(async () => {
  await stage.close()
  await server.close()
})

const show = () => stage.api('showConnection', { params: { name: 'kept' } })

it('authorizing again keeps everything else: the settings, the secret, and the key of the job', async () => {
  await stage.visit(
    async ({ page, open }) => {
      await title(page, 'Authorize kept again').waitFor()
      await settings(page)
      await start(page)
      await tokenStep(page)
      const first = await jobGets(stage, page, 'kept')
      const before = await show()
      await open('/connect?from=kept')
      await settings(page)
      await title(page, 'Authorize kept again').waitFor()
      await start(page)
      await tokenStep(page)
      await settled(page)
      const after = await show()
      const lasting = ['client', 'scopes', 'redirect_uri', 'created_at', 'provider_name', 'grant', 'way'] as const
      for (const part of lasting) expect(after[part], part).toEqual(before[part])
      expect(after.provider_name).toBe('My service')
      expect(after.generation).toBeGreaterThan(before.generation ?? 0)
      expect(await jobGets(stage, page, 'kept')).not.toBe(first)
    },
    { at: '/connect?from=kept', secrets: () => [server.clients.basic.secret] },
  )
})

/** The sessions were begun a quarter of an hour ago. */
function age(): void {
  const database = new DatabaseSync(join(stage.evergrant.home, 'evergrant.db'))
  database.prepare(`UPDATE session SET created_at = created_at - 900000 WHERE kind = 'session'`).run()
  database.close()
}

const reveal = async (page: Page) => {
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Show the access token' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Show it' }).click()
}

it('an access token is shown to nobody who signed in long ago, and that it was shown is told', async () => {
  await stage.visit(
    async ({ page, open }) => {
      await title(page, 'kept').waitFor()
      age()
      await reveal(page)
      await page.getByRole('alert').getByText('Sign in again first').waitFor()
      await axe(page)
      const { access_token: token } = (await stage.evergrant.request('/v1/connections/kept/token')).json as {
        access_token: string
      }
      expect(await page.content()).not.toContain(token)
      await page.getByRole('link', { name: 'Sign in again' }).click()
      await title(page, 'Sign in').waitFor()
      const next = new URL(page.url()).searchParams.get('next') ?? ''
      await page.goto(`${(await stage.api('createSignInLink')).url}&next=${encodeURIComponent(next)}`)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await title(page, 'kept').waitFor()
      await reveal(page)
      await page.getByRole('dialog').getByText(token).waitFor()
      await open('/activity')
      await page
        .getByRole('main')
        .getByText(/shown to a person/)
        .first()
        .waitFor()
      await axe(page)
    },
    { at: '/connections/kept', expects: [refused(401), refused(403)] },
  )
})

it('a request that is sent to another host takes the secret along only if it is given again', async () => {
  const here = new URL(server.tokenUrl).host
  const other = `localhost:${new URL(server.tokenUrl).port}`
  const overrides = {
    name: 'My service',
    hosts: { token: [here, other] },
    ways: { person: { token: { url: `http://${other}/token` } } },
  }
  await stage.visit(
    async ({ page }) => {
      const secret = page.getByRole('textbox', { name: 'Client secret' })
      const save = page.getByRole('button', { name: 'Save changes' })
      await page.getByRole('textbox', { name: 'Overrides' }).fill(JSON.stringify(overrides))
      await save.click()
      await expect.poll(() => secret.evaluate((element) => element === document.activeElement)).toBe(true)
      expect((await show()).provider_name).toBe('My service')
      await settled(page)
      await axe(page)
      await shot(page, 'walk-other-host')
      await secret.fill(server.clients.basic.secret)
      await save.click()
      await page.getByText('Nothing is changed.').waitFor()
    },
    {
      at: '/connections/kept?tab=settings',
      expects: [/status of (400|403|409|422)/],
      secrets: () => [server.clients.basic.secret],
    },
  )
})
