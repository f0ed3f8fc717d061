/** What comes from outside: words of a service are text and never markup, and secrets stay on the server. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { person, startAuthorizationServer, type AuthorizationServer } from '../harness/authorization-server.ts'
import { axe, refused, settled } from '../harness/chromium.ts'
import { connect, definitionFor, readToken } from '../harness/definition.ts'
import { title, webStage, type WebStage } from './stage.ts'

let server: AuthorizationServer
let stage: WebStage
beforeAll(async () => {
  server = await startAuthorizationServer({ rotation: 'strict' })
  stage = await webStage({ allow: [server.host] })
})
afterAll(async () => {
  await stage.close()
  await server.close()
})

const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script>'

it('the words of a service are text wherever they appear', async () => {
  const definition = { ...definitionFor(server), id: 'hostile', name: `Evil ${markup}` }
  await stage.api('createProvider', { body: { definition } })
  await stage.api('createConnection', {
    body: {
      name: 'hostile',
      provider: 'hostile',
      grant: 'machine',
      client: { id: '<b>client</b>', secret: 'nothing' },
      scopes: [markup.replaceAll(' ', '/').replaceAll('"', "'")],
    },
  })
  server.interfere({
    answer: {
      status: 400,
      body: JSON.stringify({ error: 'invalid_scope', error_description: markup }),
      headers: { 'content-type': 'application/json' },
    },
  })
  await stage.visit(
    async ({ page, open }) => {
      await page.getByRole('button', { name: 'Get a token' }).click()
      await page.getByText('The token request failed').waitFor()
      await page
        .getByText(/<script>document.title=2<.script>/)
        .first()
        .waitFor()
      await axe(page)
      for (const path of [
        '/connections/hostile',
        '/connections/hostile?tab=attempts',
        '/connections/hostile?tab=timeline',
        '/connections/hostile?tab=settings',
        '/?search=hostile',
        '/services?search=hostile',
        '/services/hostile',
        '/connect?service=hostile',
        '/activity',
        '/connections/hostile/authorize',
      ]) {
        await open(path)
        await page.getByRole('heading', { level: 1 }).waitFor()
        await settled(page)
        expect(await page.locator('img[src="x"], main script, main b:text-is("client")').count(), path).toBe(0)
        expect(await page.title(), path).not.toMatch(/^[12]/)
      }
    },
    { at: '/connections/hostile' },
  )
})

it('secrets are in no page, answer, storage or address, whatever is done with them', async () => {
  const { basic } = server.clients
  await connect(stage.evergrant, {
    name: 'quiet',
    definition: definitionFor(server),
    grant: 'person',
    client: { ...basic, secret: 'canary-first-secret-0123456789' },
  })
  const served: string[] = []
  const sent = (name: string) => server.log.flatMap(({ parameters }) => parameters[name] ?? [])
  await stage.visit(
    async ({ page, open, got }) => {
      // The wrong secret first: what fails is told in more words than what works.
      const authorize = async () => {
        await page.getByRole('button', { name: /^Authorize/ }).click()
        const dialog = page.getByRole('dialog')
        const tab = page.waitForEvent('popup')
        await dialog.getByRole('button', { name: /^Open/ }).click()
        await tab
        return dialog
      }
      const failed = await authorize()
      await failed.getByText('The authorization failed').waitFor()
      await failed.getByText('invalid_client').waitFor()
      await axe(page)

      await open('/connections/quiet?tab=settings')
      await page.getByRole('textbox', { name: 'Client secret' }).fill(basic.secret)
      await page.getByRole('button', { name: 'Save changes' }).click()
      await page.getByText('Nothing is changed.').waitFor()
      await open('/connections/quiet')
      const worked = await authorize()
      await worked.getByText('quiet is authorized').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Renew now' }).click()
      await page.getByText('The renewal worked').waitFor()
      served.push((await readToken(stage.evergrant, 'quiet')).json.access_token)
      await page.getByRole('button', { name: 'Test', exact: true }).click()
      await page.getByText('The test worked').waitFor()
      for (const tab of ['use', 'attempts', 'timeline', 'callers', 'settings']) {
        await open(`/connections/quiet?tab=${tab}`)
        await settled(page)
      }
      for (const path of ['/', '/activity', '/keys', '/connect', '/settings']) {
        await open(path)
        await title(page, /./).waitFor()
        await settled(page)
      }
      expect(sent('refresh_token').length).toBeGreaterThan(0)
      expect((await got()).length).toBeGreaterThan(50)
    },
    {
      at: '/connections/quiet',
      expects: [refused(400), refused(401), refused(502)],
      secrets: () => [
        basic.secret,
        'canary-first-secret-0123456789',
        person.password,
        ...sent('refresh_token'),
        ...sent('code_verifier'),
        ...served,
      ],
    },
  )
})
