/** Steps that walks through the wizard share, each as a person takes it. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { title, type WebStage } from './stage.ts'

/** The field of this label; labels of secrets are also those of their buttons. */
export const field = (page: Page, label: string | RegExp) => page.getByLabel(label).first()

export const saved = (page: Page) => page.getByText('Saved. You can leave and come back.').waitFor()

/** A secret goes to the server once its field is left. */
export async function give(page: Page, label: string | RegExp, secret: string): Promise<void> {
  await field(page, label).fill(secret)
  await field(page, label).blur()
}

/** From the list of services to the second step. */
export async function choose(page: Page, service: string, way: RegExp | undefined, name: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'Find a service' }).fill(service)
  await page.getByRole('link', { name: service, exact: true }).click()
  await title(page, `Connect ${service}`).waitFor()
  if (way) await page.getByRole('radio', { name: way }).click()
  await page.getByRole('textbox', { name: 'Name of the connection' }).fill(name)
  await goOn(page)
}

/** From the first step to the second. */
export async function goOn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click()
  await settings(page)
}

export const settings = (page: Page) => page.getByRole('heading', { level: 2, name: 'Settings' }).waitFor()

/** A service of one's own where a person agrees. */
export async function fromNothing(
  page: Page,
  { name, authorizationUrl, tokenUrl }: { name: string; authorizationUrl: string; tokenUrl: string },
): Promise<void> {
  await page.getByRole('textbox', { name: 'Name of the connection' }).fill(name)
  await page.getByRole('textbox', { name: 'Authorization URL' }).fill(authorizationUrl)
  await page.getByRole('textbox', { name: 'Token URL' }).fill(tokenUrl)
  await goOn(page)
}

/** Begins the authorization; the tab where the service asks. */
export async function start(page: Page): Promise<Page> {
  const tab = page.waitForEvent('popup')
  await page.getByRole('button', { name: /^(Start client authorization flow|Start again)/ }).click()
  return tab
}

/** Where the browser comes back to, typed. */
export async function comeBackTo(page: Page, address: string): Promise<void> {
  await page.getByRole('radio', { name: 'Another address' }).check()
  await field(page, /^Address/).fill(address)
}

export async function paste(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Does the browser stay elsewhere?' }).fill(text)
  await page.getByRole('button', { name: 'Use what is pasted' }).click()
}

export const tokenStep = (page: Page) => page.waitForURL(/step=token/)

/** Makes a key on the page, and asks for the token with it as a job does: all that a job needs comes from the page. */
export async function jobGets({ evergrant }: WebStage, page: Page, name: string): Promise<string> {
  await page.getByRole('button', { name: 'Make a key for this connection' }).click()
  await page.getByRole('button', { name: 'Make the key' }).click()
  const made = page.getByRole('status').filter({ hasText: 'Copy it now' })
  await made.waitFor()
  const key = /eg_\S+/.exec(await made.innerText())?.[0] ?? ''
  await made.getByRole('button', { name: 'I have it' }).click()
  const { status, json, text } = await evergrant.http(`/v1/connections/${name}/token`, { key })
  expect([status, status === 200 ? '' : text]).toEqual([200, ''])
  const { access_token: token } = json as { access_token: string }
  return token
}
