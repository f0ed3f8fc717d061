/**
 * The shapes a request is written in before its values are known. Provider files, user definitions and the wizard's
 * third step all speak these types; `call.ts` turns one into a plain request.
 */

/** One pass of `{name}`, no expressions, encoded for where it stands. `{scope}` is joined, `{scopes}` is a list in JSON. */
export type Template = string

/** Ordered fields. A key that ends in `?` drops out when its value names something missing. */
export type Fields = Record<string, Template>

export type Json = Template | number | boolean | null | Json[] | { [key: string]: Json }

/** RFC 7591 / IANA names, and `query` for services that want the credentials there. */
export type ClientAuthMethod =
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'client_secret_jwt'
  | 'private_key_jwt'
  | 'tls_client_auth'
  | 'query'
  | 'none'

/**
 * Where a value stands in an answer and in which unit: `expires` style targets understand `s` (seconds from now),
 * `ms` (milliseconds from now), `epoch` (seconds since 1970), `date` (ISO 8601) and `duration` (`3600s`).
 * `at` lists alternatives, first found wins; a path is dotted, list indexes are numbers (`data.0.id`).
 * `zero: 'never'` reads 0 as "no end"; `as` says what a service's own words mean (`{ bot: 'Bearer' }`).
 */
export type Take =
  | string
  | {
      at: string[]
      unit?: 's' | 'ms' | 'epoch' | 'date' | 'duration'
      zero?: 'never'
      as?: Record<string, string>
    }

/** One shape for every request: token, renewal, step, probe, revocation, introspection, list to pick from. */
export type CallTemplate = {
  /** POST unless said. */
  method?: 'POST' | 'GET' | 'PUT' | 'DELETE'
  url: Template
  /**
   * How this request proves who asks. `client` (the default of token requests) uses the client's method; `none` adds
   * nothing; `header` is a literal Authorization header, such as `Bearer {token}`; a method name forces that method;
   * `user` sends `user_name` and `password` as HTTP Basic.
   */
  auth?: 'client' | 'none' | 'user' | ClientAuthMethod | { header: Template }
  headers?: Fields
  query?: Fields
  body?: { form: Fields } | { json: Json } | { text: Template; type?: string }
  /** `refuse` is the default; `inside_hosts` follows within the provider's host patterns and keeps Authorization. */
  redirects?: 'refuse' | 'inside_hosts'
  /**
   * What to read beyond the RFC's members, which are read without being named. Targets: `access_token`,
   * `refresh_token`, `token_type`, `scope`, `expires`, `idle_end`, `hard_end`, or the name of a value.
   */
  take?: Record<string, Take>
}
