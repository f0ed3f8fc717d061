/** Our cookies: HttpOnly, Lax, bound to the host; the `__Host-` prefix only works under https. */
import type { FastifyReply } from 'fastify'

export type Cookies = {
  session: string
  /** One cookie a flow, so that two flows in one browser do not disturb each other. */
  flow(authorizationId: string): string
  set(reply: FastifyReply, name: string, value: string, maxAgeSeconds: number): void
  clear(reply: FastifyReply, name: string): void
}

export function createCookies(https: boolean): Cookies {
  const prefix = https ? '__Host-' : ''
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure: https } as const
  return {
    session: `${prefix}evergrant_session`,
    flow: (id) => `${prefix}evergrant_flow_${id.replaceAll(/[^\w-]/g, '')}`,
    set: (reply, name, value, maxAge) => void reply.setCookie(name, value, { ...options, maxAge }),
    clear: (reply, name) => void reply.clearCookie(name, options),
  }
}
