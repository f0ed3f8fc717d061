/** The real program with its built pages, the services it plays, and a browser before it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { vi } from 'vitest'
import { createApi, type Api } from '../harness/api-client.ts'
import { startChromium, type Chromium } from '../harness/chromium.ts'
import { freePort, startEvergrant, type Evergrant, type StartOptions } from '../harness/evergrant.ts'

// A walk is many steps, and every one may wait for a slow machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

export type WebStage = {
  evergrant: Evergrant
  /** Where the services are played. */
  rehearsal: string
  /** As the person at the machine of the server. */
  api: Api
  /** Makes connections that need nobody, of the service that is always played. */
  make(...names: string[]): Promise<void>
  visit: Chromium['visit']
  /** Asks the service for trouble, by a button of its console. */
  press(service: string, form: Record<string, string>): Promise<void>
  close(): Promise<void>
}

export async function webStage(options: Pick<StartOptions, 'allow'> = {}): Promise<WebStage> {
  if (!existsSync(join(import.meta.dirname, '../../dist/web/index.html')))
    throw new Error('the pages are not built: `npm run build` makes them, and `npm test` does so by itself')
  const port = await freePort()
  const rehearsal = `http://127.0.0.1:${port}`
  const evergrant = await startEvergrant({
    ...options,
    env: { EVERGRANT_REHEARSE: 'on', EVERGRANT_REHEARSE_PORT: String(port) },
  })
  const api = createApi({ socketPath: evergrant.socket })
  const chromium = await startChromium({
    url: evergrant.url,
    signInLink: async () => (await api('createSignInLink')).url,
  })
  return {
    evergrant,
    rehearsal,
    api,
    async make(...names) {
      const client = { id: 'rehearsal', secret: 'rehearsal-secret' }
      const made = { provider: 'rehearsal', grant: 'client_credentials', client }
      for (let first = 0; first < names.length; first += 50)
        await Promise.all(
          names.slice(first, first + 50).map((name) => api('createConnection', { body: { name, ...made } })),
        )
    },
    visit: chromium.visit,
    async press(service, form) {
      const answer = await fetch(`${rehearsal}/${service}/console`, { method: 'POST', body: new URLSearchParams(form) })
      if (!answer.ok) throw new Error(`the console of ${service} answers with ${answer.status}`)
    },
    async close() {
      await chromium.close()
      api.close()
      await evergrant.close()
    },
  }
}

/** The heading of the page, which says where one is. */
export const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })

/** Answers the question of a service in the tab that it opened in, and waits until the service sent it back. */
export async function consent(tab: Page, answer: 'Allow' | 'Refuse'): Promise<void> {
  const button = tab.getByRole('button', { name: answer })
  await button.click()
  await button.waitFor({ state: 'detached' })
}

/** `load-0000` to `load-0999`. */
export const thousand = Array.from({ length: 1000 }, (_, index) => `load-${String(index).padStart(4, '0')}`)
