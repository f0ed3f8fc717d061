/** A browser in miniature: follows redirects by plain HTTP with a cookie jar. It runs no scripts and shows nothing. */

type Cookie = { name: string; value: string; path: string }

export type Page = { url: string; status: number; headers: Headers; body: string }

export type Browser = {
  /** Opens an address and follows redirects to the page they end on. */
  open(url: string): Promise<Page>
  /** The same, stopping before the first address for which `until` is true; returns that address. */
  openUntil(url: string, until: (url: string) => boolean): Promise<string>
  post(url: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Page>
}

export function createBrowser(): Browser {
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

  const request = async (address: string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(address)
    const cookie = cookiesFor(url)
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie && { cookie }), ...(init.headers as Record<string, string>) },
    })
    for (const header of response.headers.getSetCookie()) keep(url, header)
    return response
  }

  const follow = async (
    first: string,
    until: (url: string) => boolean,
    init?: RequestInit,
  ): Promise<{ url: string; response?: Response }> => {
    let url = first
    for (let hop = 0; hop < 20; hop += 1) {
      if (until(url)) return { url }
      const response = await request(url, hop === 0 ? init : undefined)
      const location = response.headers.get('location')
      if (response.status < 300 || response.status > 399 || !location) return { url, response }
      await response.arrayBuffer()
      url = new URL(location, url).href
    }
    throw new Error('more than 20 redirects')
  }

  const toPage = async ({ url, response }: { url: string; response?: Response }): Promise<Page> => {
    if (!response) throw new Error('no page')
    return { url, status: response.status, headers: response.headers, body: await response.text() }
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
      if (end.response) {
        throw new Error(`ended on ${end.url.split('?')[0]} with ${end.response.status}: ${await end.response.text()}`)
      }
      return end.url
    },
  }
}

/** One visit with a fresh browser, until an address that `until` accepts. */
export function followRedirects(url: string, options: { until: (url: string) => boolean }): Promise<string> {
  return createBrowser().openUntil(url, options.until)
}
