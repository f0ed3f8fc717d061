import type { Secret } from '../secret.ts'

/**
 * A request as a plain value: nothing is sent by making one. Secrets stay tagged, so the same value gives the wire
 * request and the masked preview.
 */
export type Call = {
  method: 'POST' | 'GET' | 'PUT' | 'DELETE'
  /** Without query; parts that came from secrets are tagged. */
  url: Text
  query: readonly (readonly [name: string, value: Text])[]
  /** Lower-case names. */
  headers: readonly (readonly [name: string, value: Text])[]
  body?: { type: string; text: Text }
  redirects: 'refuse' | 'inside_hosts'
  /** True if any secret stands in it: then the host must match the provider's token hosts. */
  holdsSecret: boolean
}

/** Text that may hold secrets in the middle, already encoded for its place. */
export type Text = readonly (string | Secret)[]
