/** The device grant (RFC 8628): a code shown here is typed in elsewhere, while we ask until it is done. */
import type { WireResponse } from '../../deps.ts'
import { Secret } from '../../secret.ts'
import { asText, lookUp, readBody, type AnswerError } from '../answer.ts'
import type { CallTemplate } from '../call-template.ts'
import { readEnd } from '../end.ts'
import { cleanWords, readError } from '../error-body.ts'
import type { Failure } from '../failure.ts'
import type { RequestGrant } from './grant.ts'

/** Section 3.4. */
export const deviceCode = {
  name: 'device_code',
  grantType: 'urn:ietf:params:oauth:grant-type:device_code',
  needs: ['device_code'],
  template: (tokenUrl) => ({
    url: tokenUrl,
    auth: 'client',
    body: {
      form: { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: '{device_code}' },
    },
  }),
} as const satisfies RequestGrant

/** The request for the codes (section 3.1). */
export function deviceTemplate(deviceUrl: string): CallTemplate {
  return { url: deviceUrl, auth: 'client', body: { form: { 'scope?': '{scope}' } } }
}

export type DeviceAnswer =
  | {
      kind: 'device'
      deviceCode: Secret
      userCode: string
      verificationUri: string
      /** With the user code inside; shown only when the person asks for it. */
      verificationUriComplete?: string
      /** Epoch milliseconds. */
      expiresAt: number
      /** Seconds between polls. */
      interval: number
    }
  | AnswerError

/** Seconds. Section 3.2: the interval if none is given. */
const defaultInterval = 5
/** Seconds. Section 3.5: what `slow_down` adds, for good. */
const slowerBy = 5
const longestInterval = 120
/** Required by the RFC; where it is missing the codes are given up after this. */
const defaultLifeMs = 600_000

/** Reads the answer to the device authorization request (section 3.2). Never throws. `now` is epoch milliseconds. */
export function readDeviceAnswer(response: WireResponse, now: number): DeviceAnswer {
  const body = readBody(response)
  const value = 'value' in body ? body.value : undefined
  const error = readError(response, body)
  if (error) return { kind: 'error', status: response.status, body: value, ...error }
  const deviceCode = asText(lookUp(value, 'device_code'))
  const userCode = asText(lookUp(value, 'user_code'))
  // Google wrote it `verification_url` before there was an RFC, and still does.
  const uri = webAddress(lookUp(value, 'verification_uri')) ?? webAddress(lookUp(value, 'verification_url'))
  if (!deviceCode || !userCode || uri === undefined) {
    return { kind: 'error', status: response.status, code: 'no_device_code', body: value, unreadable: true }
  }
  const complete = webAddress(lookUp(value, 'verification_uri_complete'))
  const { end } = readEnd(lookUp(value, 'expires_in'), 's', now)
  return {
    kind: 'device',
    deviceCode: new Secret(deviceCode),
    userCode: cleanWords(userCode, 64),
    verificationUri: uri,
    ...(complete !== undefined && { verificationUriComplete: complete }),
    expiresAt: typeof end === 'number' ? end : now + defaultLifeMs,
    interval: readInterval(lookUp(value, 'interval')),
  }
}

/**
 * Seconds until the next poll after one that brought no token, by section 3.5: as before while the person is at it,
 * 5 s slower for good after `slow_down`, twice as slow after no answer. Undefined means stop: everything else is an end.
 */
export function nextPoll(interval: number, failure: Pick<Failure, 'kind' | 'code'>): number | undefined {
  if (failure.code === 'authorization_pending') return interval
  if (failure.code === 'slow_down') return interval + slowerBy
  const lost = failure.kind === 'transient' || failure.kind === 'unknown_outcome' || failure.kind === 'not_sent'
  return lost ? Math.max(interval, Math.min(interval * 2, longestInterval)) : undefined
}

function readInterval(value: unknown): number {
  const seconds = Number(asText(value) ?? Number.NaN)
  return seconds > 0 ? Math.min(seconds, longestInterval) : defaultInterval
}

function webAddress(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined
  return /^https?:$/.test(new URL(value).protocol) ? value : undefined
}
