/** A request and its answer as text on the wire, from a vendor's page, with what they must become. */
export type Example = {
  title: string
  /** Where it was read. */
  address: string
  /** `page`: the page shows this text (shortened tokens apart). `described`: written from what the page says in words. */
  from: 'page' | 'described'
  way: string
  /** `authorize`, `device`, `token`, `renewal`, `revoke`, `introspect`, or the name of a step or of a probe (`probe` without one). */
  call: string
  given: {
    clientId?: string
    clientSecret?: string
    typed?: Record<string, string>
    callback?: Record<string, string>
    /** What earlier answers brought. */
    answer?: Record<string, string>
    scopes?: string[]
    redirectUri?: string
    userName?: string
    password?: string
    /** `code`, `state`, `code_challenge`, `code_verifier`, `device_code`, `assertion`, ... */
    flow?: Record<string, string>
    token?: string
    refreshToken?: string
  }
  /** Request line, header fields, an empty line, the body. For `authorize`: the address, on one line. */
  request: string
  /** Status line, header fields, an empty line, the body. For `authorize`: the address the browser ends on. */
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
    /** An answer without a token: what `take` and the callback bring; who-am-I of a probe. */
    | { values: Record<string, string>; who?: string }
    /** `means` as a failure is told: `dead`, `transient`, `client`, `configuration`, `denied`, `too_young`, ... */
    | { error: string; means?: string }
}
