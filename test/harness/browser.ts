/** A browser in miniature: follows redirects by plain HTTP with a cookie jar. It runs no scripts and shows nothing. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'

type Cookie = { name: string; value: string; path: string }

type Init = { method?: string; headers?: Record<string, string>; body?: string }
type Answered = { status: number; headers: IncomingHttpHeaders; body: string }

export type Page = Answered & { url: string }

/** What a browser says of a page load in its window. `fetch` would say that a script asks. */
const navigation = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

export type Browser = {
  /** Opens an address and follows redirects to the page they end on. */
  open(url: string): Promise<Page>
  /** The same, stopping before the first address for which `until` is true; returns that address. */
  openUntil(url: string, until: (url: string) => boolean): Promise<string>
  post(url: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Page>
}

/** `behind` names public addresses, and the origin where each is really reached: a proxy in miniature. */
export function createBrowser(behind: Readonly<Record<string, string>> = {}): Browser {
  // Cookies know no ports: the jar is kept by host name, as browsers do.
  const jar = new Map<string, Cookie[]>()

  const cookiesFor = (url: URL): string =>
    (jar.get(url.hostname) ?? [])
      .filter((cookie) => url.pathname.startsWith(cookie.path))
      .map((cookie) => `${cookie.name}=${cookie.value}`)
      .join('; ')

  const keep = (url: URL, header: string): void => {
    const [pair = '', ...attributes] = header.split(/;\s*/)
    const name = pair.slice(0, pair.indexOf('='))
    const value = pair.slice(pair.indexOf('=') + 1)
    const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/'
    const gone = value === '' || attributes.some((one) => /^(max-age=0|expires=.*1970)/i.test(one))
    const others = (jar.get(url.hostname) ?? []).filter((one) => one.name !== name || one.path !== path)
    jar.set(url.hostname, gone ? others : [...others, { name, value, path }])
  }

  const request = async (address: string, init: Init = {}): Promise<Answered> => {
    const url = new URL(address)
    const cookie = cookiesFor(url)
    const reached = behind[url.origin]
    const headers = { ...navigation, ...(cookie && { cookie }), ...(reached && { host: url.host }), ...init.headers }
    const answer = await send(reached ? new URL(url.pathname + url.search, reached) : url, { ...init, headers })
    for (const header of answer.headers['set-cookie'] ?? []) keep(url, header)
    return answer
  }

  const follow = async (
    first: string,
    until: (url: string) => boolean,
    init?: Init,
  ): Promise<{ url: string; answer?: Answered }> => {
    let url = first
    for (let hop = 0; hop < 20; hop += 1) {
      if (until(url)) return { url }
      const answer = await request(url, hop === 0 ? init : undefined)
      const { location } = answer.headers
      if (answer.status < 300 || answer.status > 399 || !location) return { url, answer }
      url = new URL(location, url).href
    }
    throw new Error('more than 20 redirects')
  }

  const toPage = ({ url, answer }: { url: string; answer?: Answered }): Page => {
    if (!answer) throw new Error('no page')
    return { url, ...answer }
  }

  return {
    open: async (url) => toPage(await follow(url, () => false)),
    post: async (url, form, headers = {}) =>
      toPage(
        await follow(url, () => false, {
          method: 'POST',
          body: new URLSearchParams(form).toString(),
          headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        }),
      ),
    openUntil: async (url, until) => {
      const end = await follow(url, until)
      if (end.answer) {
        throw new Error(`ended on ${end.url.split('?')[0]} with ${end.answer.status}: ${end.answer.body}`)
      }
      return end.url
    },
  }
}

/** One visit with a fresh browser, until an address that `until` accepts. */
export function followRedirects(url: string, options: { until: (url: string) => boolean }): Promise<string> {
  return createBrowser().openUntil(url, options.until)
}

function send(url: URL, { method = 'GET', headers = {}, body }: Init): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
    })
    request.on('error', reject)
    request.end(body)
  })
}
