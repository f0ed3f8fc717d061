/**
 * A real Chromium before a real server: one browser for a test file, one context for a visit. A visit fails on whatever
 * a person would not see and should not happen: an error on the console, a violated policy, a request to another host.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inflate } from '@sparticuz/chromium'
import axeCore, { type Result } from 'axe-core'
import { chromium, type Browser, type BrowserContext, type Page, type Response } from 'playwright-core'
import { expect } from 'vitest'

export type VisitOptions = {
  width?: number
  height?: number
  scheme?: 'light' | 'dark'
  /** Where to go first, after signing in. Without it the visit begins on an empty page, signed in all the same. */
  at?: string
  /** A stranger: not signed in. */
  stranger?: true
  /** Messages on the console that belong to what is tested, such as the refusal of a request. */
  expects?: readonly RegExp[]
  /** What no answer, storage or address may hold. Asked for at the end, when all of them are known. */
  secrets?: () => readonly string[]
}

/** What a visit has got from the server, for tests that look at it. */
export type Got = { url: string; status: number; type: string; size: number; body: string }

export type Visit = {
  page: Page
  context: BrowserContext
  /** Opens an address of the server, signed in. */
  open(path: string): Promise<void>
  /** Every answer so far, except streams. */
  got(): Promise<Got[]>
}

export type Chromium = Awaited<ReturnType<typeof startChromium>>

/** Where the pages are, and how one gets a link that signs in. */
export type Host = { url: string; signInLink(): Promise<string> }

/** What a browser says on the console of an answer that is no success; tests that refuse something expect one. */
export const refused = (status: number): RegExp => new RegExp(`status of ${status} `)

/** What it says while the server is away. */
export const gone = [/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE/]

export async function startChromium(host: Host) {
  const browser = await launch()

  /** One person at one browser window. */
  async function visit(body: (visit: Visit) => Promise<void>, options: VisitOptions = {}): Promise<void> {
    const { width = 1280, height = 900, scheme = 'light', expects = [] } = options
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'UTC',
    })
    const faults = watch(context, expects)
    const answers: Promise<Got | undefined>[] = []
    const addresses = new Set<string>()
    context.on('response', (response) => answers.push(read(response)))
    context.on('page', (page) => page.on('framenavigated', (frame) => addresses.add(frame.url())))
    // A key that is made may take ten seconds on a busy machine.
    context.setDefaultTimeout(20_000)
    const got = async () => (await Promise.all(answers)).filter((one) => one !== undefined)
    try {
      if (!options.stranger) await signIn(context, host)
      const page = await context.newPage()
      const open = async (path: string) => {
        await page.goto(new URL(path, host.url).href)
      }
      if (options.at !== undefined) await open(options.at)
      await body({ page, context, open, got })
      expect(faults, 'on the console and on the wire').toEqual([])
      const secrets = options.secrets?.() ?? []
      if (secrets.length > 0) await holdsNone(context, await got(), addresses, secrets)
    } finally {
      await context.close()
    }
  }

  return { visit, browser, close: () => browser.close() }
}

/** Collects what a person does not see. */
function watch(context: BrowserContext, expects: readonly RegExp[]): string[] {
  const faults: string[] = []
  const note = (text: string) => {
    if (!expects.some((one) => one.test(text))) faults.push(text)
  }
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      note(`${message.type()}: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (error) => note(`page error: ${error.error().stack ?? error.error().message}`))
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    const isHere = protocol === 'data:' || protocol === 'blob:' || ['127.0.0.1', 'localhost'].includes(hostname)
    if (!isHere) note(`request to another host: ${request.url()}`)
  })
  return faults
}

/** The session is a cookie of the context: signed in as people are, by the form behind the link. */
async function signIn(context: BrowserContext, { url, signInLink }: Host): Promise<void> {
  const token = new URL(await signInLink()).searchParams.get('token') ?? ''
  const answer = await context.request.post(new URL('/signin', url).href, {
    form: { token },
    headers: { origin: new URL(url).origin },
    maxRedirects: 0,
  })
  expect(answer.status(), 'signing in').toBe(303)
}

async function read(response: Response): Promise<Got | undefined> {
  const type = response.headers()['content-type'] ?? ''
  if (type.startsWith('text/event-stream')) return undefined
  // A page that was left behind takes its answers along.
  const body = await response.text().catch(() => '')
  const sizes = await response
    .request()
    .sizes()
    .catch(() => undefined)
  return { url: response.url(), status: response.status(), type, size: sizes?.responseBodySize ?? 0, body }
}

/** Looks for secrets where a script, a history or an extension would find them. */
async function holdsNone(
  context: BrowserContext,
  answers: readonly Got[],
  addresses: ReadonlySet<string>,
  secrets: readonly string[],
): Promise<void> {
  const pages = context.pages().filter((page) => page.url().startsWith('http'))
  const kept = await Promise.all(
    pages.map(async (page) => [
      await page.content(),
      await page.evaluate(() =>
        JSON.stringify([
          Object.entries(localStorage),
          Object.entries(sessionStorage),
          document.cookie,
          history.state,
          [...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value),
        ]),
      ),
    ]),
  )
  const places: (readonly [string, string])[] = [
    ...answers.map(({ url, body }) => [url, body] as const),
    ...[...addresses].map((address) => ['an address', address] as const),
    ...kept.flatMap((texts, index) => texts.map((text) => [`page ${index + 1}`, text] as const)),
  ]
  const found = places.flatMap(([place, text]) =>
    // The secret itself is not for the report of a test.
    secrets.flatMap((secret, index) => (spellings(secret).some((one) => text.includes(one)) ? [[place, index]] : [])),
  )
  expect(found, 'a secret (by its number) is in').toEqual([])
}

/** As it is, and as it would stand in an address, in JSON and in HTML. */
function spellings(secret: string): string[] {
  const html = secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), html]
}

const everything = {
  type: 'tag',
  values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
} as const
/** What may differ from one colour scheme to the other. */
const ofColours = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } as const

/** WCAG 2.2 A and AA and best practice, in both colour schemes; the page is left in the one it was in. */
export async function axe(page: Page): Promise<void> {
  await page.evaluate(axeCore.source)
  const found: string[] = []
  const scheme = await page.evaluate(() => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'))
  for (const one of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: one })
    await settled(page)
    const { violations } = await page.evaluate(
      async ([only]) => {
        const { axe: here } = globalThis as unknown as { axe: typeof axeCore }
        return await here.run(document, { runOnly: { ...only, values: [...only.values] }, resultTypes: ['violations'] })
      },
      [one === 'light' ? everything : ofColours] as const,
    )
    found.push(...violations.map((violation) => `${one}: ${inWords(violation)}`))
  }
  await page.emulateMedia({ colorScheme: scheme })
  expect(found, `axe on ${new URL(page.url()).pathname}`).toEqual([])
}

function inWords({ id, help, nodes }: Result): string {
  const where = nodes
    .slice(0, 5)
    .map(({ html, failureSummary }) => `\n    ${html.slice(0, 240)}\n    ${failureSummary}`)
  return `${id}: ${help} (${nodes.length})${where.join('')}`
}

/** Fonts are there, nothing moves, and no place is held any more for what is being read. */
export async function settled(page: Page): Promise<void> {
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' })
  await page.evaluate(async () => {
    await document.fonts.ready
    await Promise.all(
      document
        .getAnimations()
        // A loader turns for ever.
        .filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)
        .map((one) => one.finished.catch(() => undefined)),
    )
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  })
}

/** The page is no wider than its window. */
export async function fitsWindow(page: Page): Promise<void> {
  const { window: seen, content } = await page.evaluate(() => ({
    window: document.documentElement.clientWidth,
    content: document.documentElement.scrollWidth,
  }))
  expect(content, `width of ${new URL(page.url()).pathname}`).toBeLessThanOrEqual(seen)
}

/** A picture in the folder that EVERGRANT_SHOTS names; nothing where it names none. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['EVERGRANT_SHOTS']
  if (folder === undefined || folder === '') return
  await settled(page)
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

/**
 * `@sparticuz/chromium` is for Linux x64. It takes whatever file lies at `$TMPDIR/chromium` for its own, so it is unpacked
 * beside the packages, where nobody else writes. Elsewhere an installed Chrome is used.
 */
async function launch(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return chromium.launch({ channel: 'chrome', args })
  const folder = await unpacked()
  return chromium.launch({ executablePath: join(folder, 'chromium'), args, env: environment(folder) })
}

const args = [
  // Whatever is asked of another host fails here, and is seen by the visit.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
  '--font-render-hinting=none',
  '--disable-gpu',
]

const packages = join(import.meta.dirname, '../../node_modules')

/** The folder with the browser; unpacked by whoever needs it first. */
async function unpacked(): Promise<string> {
  const manifest = await readFile(join(packages, '@sparticuz/chromium/package.json'), 'utf8')
  const { version } = JSON.parse(manifest) as { version: string } // npm's format
  const folder = join(packages, '.cache', `evergrant-chromium-${version}`)
  if (existsSync(folder)) return folder
  await mkdir(join(packages, '.cache'), { recursive: true })
  const making = await mkdtemp(`${folder}.`)
  const { TMPDIR } = process.env
  process.env['TMPDIR'] = making
  // Where to is read before anything is waited for.
  const done = parts.map((part) => inflate(join(packages, '@sparticuz/chromium/bin', part)))
  if (TMPDIR === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = TMPDIR
  await Promise.all(done)
  await writeFile(join(making, 'fonts.conf'), ownFonts)
  // Whole or not at all; where another worker was first, its folder stays.
  await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }))
  return folder
}

/**
 * The package's own configuration looks for fonts where they are on its author's machines. This one looks beside itself,
 * so that a moved checkout still has letters.
 */
const ownFonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts/fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
`

const parts = ['chromium.br', 'fonts.tar.br', 'al2023.tar.br']

/** Its own fonts, so that pages look the same everywhere; its own libraries only where the machine has none. */
function environment(folder: string): Record<string, string> {
  const common = { PATH: process.env['PATH'] ?? '', HOME: folder, FONTCONFIG_FILE: join(folder, 'fonts.conf') }
  const brought = { ...common, LD_LIBRARY_PATH: join(folder, 'al2023/lib') }
  const found = [common, brought].find((env) => {
    return spawnSync(join(folder, 'chromium'), ['--version'], { env, stdio: 'ignore' }).status === 0
  })
  if (found === undefined) throw new Error('the browser of the tests does not run on this machine')
  return found
}
