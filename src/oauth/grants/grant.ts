import type { CallTemplate } from '../call-template.ts'

/**
 * A grant as its RFC writes it, for services that no provider file describes. Provider files bring their own requests
 * and use the name alone.
 */
export type Grant = {
  name: string
  /** The value of `grant_type` on the wire; absent where no token request is made. */
  grantType?: string
  /** Names of the values its request cannot do without. */
  needs: readonly string[]
  /** The token request; absent where the token is given, not asked for. */
  template?: (tokenUrl: string) => CallTemplate
}

/** A grant with a token request. */
export type RequestGrant = Grant & Required<Pick<Grant, 'grantType' | 'template'>>
