import { z } from 'zod'
import { epochSeconds } from './time.ts'

/** A sign-in link's word, or an admin key. */
export const signIn = z
  .union([z.strictObject({ token: z.string().min(1).max(256) }), z.strictObject({ key: z.string().min(1).max(256) })])
  .meta({ id: 'SignIn' })

export const session = z
  .object({ signed_in_at: epochSeconds, expires_at: epochSeconds })
  .meta({ id: 'Session', description: 'The id travels in an HttpOnly cookie.' })

export const signInLink = z
  .object({ url: z.string().meta({ description: 'Works once.' }), expires_at: epochSeconds })
  .meta({ id: 'SignInLink' })
