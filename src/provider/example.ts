/** A request and its answer as text on the wire, from a vendor's page, with what they must become. */
export type Example = {
  title: string
  /** Where it was read. */
  address: string
  /** `page`: the page shows this text (shortened tokens apart). `described`: written from what the page says in words. */
  from: 'page' | 'described'
  way: string
  /** `token`, `renewal`, or the name of a step. */
  call: string
  given: {
    clientId?: string
    clientSecret?: string
    typed?: Record<string, string>
    callback?: Record<string, string>
    scopes?: string[]
    redirectUri?: string
    /** `code`, `code_verifier`, `assertion`, ... */
    flow?: Record<string, string>
    token?: string
    refreshToken?: string
  }
  /** Request line, header fields, an empty line, the body. */
  request: string
  /** Status line, header fields, an empty line, the body. */
  response: string
  becomes:
    | {
        accessToken: string
        refreshToken?: string
        /** Seconds from the request; a day for an absolute end. */
        expires: number | string
        idleIn?: number
        hardIn?: number
        scope?: string[]
        values?: Record<string, string>
      }
    | { error: string; means?: string }
}
