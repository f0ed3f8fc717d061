/** The part of oidc-provider 9 that the test authorization server uses; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export type Context = {
    req: IncomingMessage & { body?: unknown }
    res: ServerResponse
    method: string
    path: string
    status: number
    body: unknown
    respond: boolean
    set(name: string, value: string): void
    get(name: string): string
    oidc: {
      client: { clientId: string; clientAuthMethod: string; grantTypeAllowed(name: string): boolean }
      params: Record<string, string | undefined>
    }
  }

  type Payload = Record<string, unknown>

  class Token {
    constructor(fields: Payload)
    readonly expiration: number
    readonly tokenType: string
    readonly isExpired: boolean
    readonly accountId?: string
    readonly clientId: string
    readonly scope?: string
    save(): Promise<string>
  }

  class Grant extends Token {
    addOIDCScope(scope: string): void
  }

  class DeviceCode extends Token {
    error?: string
    params: { scope?: string }
    grantId?: string
  }

  type Findable<T> = { new (fields: Payload): T; find(value: string): Promise<T | undefined> }

  export default class Provider {
    constructor(issuer: string, configuration: Payload)
    readonly Grant: Findable<Grant>
    readonly AccessToken: Findable<Token>
    readonly ClientCredentials: Findable<Token>
    readonly RefreshToken: Findable<Token>
    readonly DeviceCode: { findByUserCode(code: string): Promise<DeviceCode | undefined> }
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): this
    on(event: string, listener: (...values: never[]) => void): this
    callback(): (request: IncomingMessage, response: ServerResponse) => void
    registerGrantType(name: string, handler: (context: Context) => Promise<void>, parameters: string[]): void
    interactionDetails(
      request: IncomingMessage,
      response: ServerResponse,
    ): Promise<{ uid: string; params: Record<string, string>; prompt: { name: string } }>
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: Payload): Promise<void>
  }

  export const errors: Record<
    'InvalidGrant' | 'InvalidRequest',
    new (detail: string) => Error & { error_description?: string }
  >
}
