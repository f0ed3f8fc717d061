/** Coming in: the sign-in link, where it leads, what a browser is sent first, and going out again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axe, fitsWindow, refused, settled, shot } from '../harness/chromium.ts'
import { title, webStage, type WebStage } from './stage.ts'

let stage: WebStage
beforeAll(async () => {
  stage = await webStage()
})
afterAll(() => stage.close())

const link = async () => (await stage.api('createSignInLink')).url

describe('the sign-in link', () => {
  it('signs in once, and leads to the connections', async () => {
    await stage.visit(
      async ({ page, context }) => {
        const url = await link()
        await page.goto(url)
        await axe(page)
        await shot(page, 'sign-in')
        await page.getByRole('button', { name: 'Sign in' }).click()
        await title(page, 'Connections').waitFor()
        expect(new URL(page.url()).search).toBe('')
        await context.clearCookies()
        await page.goto(url)
        await page.getByRole('button', { name: 'Sign in' }).click()
        await title(page, 'Not signed in').waitFor()
        await axe(page)
      },
      { stranger: true, expects: [refused(401)] },
    )
  })

  it('leads back to where somebody wanted to go', async () => {
    await stage.visit(
      async ({ page, open }) => {
        await open('/keys?x=1')
        await title(page, 'Sign in').waitFor()
        const wanted = new URL(page.url()).searchParams.get('next') ?? ''
        expect(wanted).toBe('/keys?x=1')
        await page.goto(`${await link()}&next=${encodeURIComponent(wanted)}`)
        await page.getByRole('button', { name: 'Sign in' }).click()
        await title(page, 'API keys').waitFor()
      },
      { stranger: true },
    )
  })
})

describe('the first page', () => {
  it('is empty with one thing to do, and good to read in both schemes', async () => {
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('heading', { name: 'Nothing is connected yet' }).waitFor()
        await axe(page)
        await shot(page, 'empty')
        await page.getByRole('main').getByRole('link', { name: 'Connect a service' }).first().click()
        await page.waitForURL('**/connect')
      },
      { at: '/' },
    )
  })

  it('takes less than 300 KB', async () => {
    await stage.visit(
      async ({ page, got }) => {
        await title(page, 'Connections').waitFor()
        await page.waitForLoadState('load')
        const files = await got()
        const bytes = files.reduce((sum, { size }) => sum + size, 0)
        expect(files.length).toBeGreaterThan(3)
        expect(files.every(({ size }) => size > 0)).toBe(true)
        expect(bytes).toBeLessThan(300_000)
      },
      { at: '/' },
    )
  })

  it('can be gone through by keyboard alone: the first stop skips to the page', async () => {
    await stage.visit(
      async ({ page }) => {
        await title(page, 'Connections').waitFor()
        await page.keyboard.press('Tab')
        expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the page')
        await page.keyboard.press('Enter')
        expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
        await page.keyboard.press('Tab')
        await page.keyboard.press('Enter')
        await page.waitForURL('**/connect')
      },
      { at: '/' },
    )
  })
})

describe('every page', () => {
  const menu = {
    'Connect a service': '/connect',
    Services: '/services',
    'API keys': '/keys',
    Activity: '/activity',
    Settings: '/settings',
    Connections: '/',
  }

  it('is reached by the menu in a narrow window, and fits into it', async () => {
    await stage.visit(
      async ({ page }) => {
        await title(page, 'Connections').waitFor()
        for (const [name, path] of Object.entries(menu)) {
          await page.getByRole('button', { name: 'Menu' }).click()
          await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click()
          await page.waitForURL(`**${path}`)
          await page.getByRole('heading', { level: 1 }).waitFor()
          await settled(page)
          await fitsWindow(page)
        }
      },
      { at: '/', width: 360, height: 700 },
    )
  })

  it.each(Object.values(menu))('%s is good to read in both schemes', async (path) => {
    await stage.visit(
      async ({ page }) => {
        await page.getByRole('heading', { level: 1 }).waitFor()
        await axe(page)
        await shot(page, `page-${path.slice(1) || 'home'}`)
      },
      { at: path },
    )
  })

  it('says so where there is none, and leads on', async () => {
    await stage.visit(
      async ({ page }) => {
        const links = page.getByRole('main').getByRole('link')
        await links.first().waitFor()
        await axe(page)
        await links.first().click()
        await title(page, 'Connections').waitFor()
      },
      { at: '/connections/books/no/such/page' },
    )
  })
})

describe('the policy', () => {
  it('lets no script and no style in that is not of the pages, and no form out', async () => {
    const blocked: string[] = []
    await stage.visit(
      async ({ page }) => {
        await page.exposeFunction('blocked', (what: string) => blocked.push(what))
        await title(page, 'Connections').waitFor()
        await page.evaluate(async () => {
          addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
            ;(globalThis as unknown as { blocked(what: string): void }).blocked(effectiveDirective)
          })
          const div = document.createElement('div')
          div.innerHTML = '<img src="x" onerror="document.title = 1"><p style="color: red">x</p>'
          document.body.append(div)
          const script = document.createElement('script')
          script.text = 'document.title = 2'
          const style = document.createElement('style')
          style.textContent = 'body { display: none }'
          const frame = document.createElement('iframe')
          frame.src = '/keys'
          document.body.append(script, style, frame)
          await fetch('http://127.0.0.1:9/').catch(() => undefined)
        })
        await expect
          .poll(() => blocked.toSorted())
          .toEqual(
            expect.arrayContaining([
              'connect-src',
              'script-src-attr',
              'script-src-elem',
              'style-src-attr',
              'style-src-elem',
            ]),
          )
        expect(await page.title()).toBe('Connections - Evergrant')
      },
      { at: '/', expects: [/Content Security Policy|status of 404|Framing/] },
    )
  })

  it('is kept by every page of the server that is no script', async () => {
    await stage.visit(
      async ({ page, open }) => {
        for (const path of ['/docs', '/oauth/code?code=a&state=b', '/oauth/callback?code=a&state=b']) {
          await open(path)
          await page.getByRole('heading', { level: 1 }).first().waitFor()
          await axe(page)
        }
      },
      { expects: [refused(400), refused(404)] },
    )
  })
})
