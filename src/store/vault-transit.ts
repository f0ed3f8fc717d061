/**
 * Two calls of the transit secrets engine of HashiCorp Vault (and OpenBao), which encrypts with a key that it never gives
 * out: `POST /v1/MOUNT/encrypt/NAME` and `.../decrypt/NAME` with the token in `X-Vault-Token`; plaintext is base64,
 * errors are a list of texts.
 * Source: developer.hashicorp.com/vault/api-docs/secret/transit and /vault/api-docs (read 2026-11-22).
 */
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { EvergrantError } from '../errors.ts'
import type { Secret } from '../secret.ts'

export type Transit = {
  /** Origin, such as `https://vault.example.com:8200`. */
  address: string
  mount: string
  key: string
  token: Secret
  /** PEM, besides the built-in authorities. */
  ca?: string
}

const deadlineMs = 10_000
const limitBytes = 65_536

/** Gives Vault's text for these bytes (`vault:v1:...`). */
export async function transitEncrypt(transit: Transit, bytes: Uint8Array): Promise<string> {
  const { ciphertext } = await call(transit, 'encrypt', { plaintext: Buffer.from(bytes).toString('base64') })
  if (typeof ciphertext === 'string' && ciphertext.startsWith('vault:')) return ciphertext
  throw failed(transit, 'its answer holds no ciphertext')
}

export async function transitDecrypt(transit: Transit, ciphertext: string): Promise<Buffer> {
  const { plaintext } = await call(transit, 'decrypt', { ciphertext })
  if (typeof plaintext === 'string') return Buffer.from(plaintext, 'base64')
  throw failed(transit, 'its answer holds no plaintext')
}

async function call(transit: Transit, verb: 'encrypt' | 'decrypt', body: object): Promise<Record<string, unknown>> {
  const { status, text } = await post(transit, verb, JSON.stringify(body)).catch((cause: unknown) => {
    throw failed(transit, `it cannot be reached (${reasonOf(cause)})`, cause)
  })
  const answer = parse(text)
  if (status === 200 && typeof answer?.['data'] === 'object' && answer['data'] !== null)
    return answer['data'] as Record<string, unknown> // an object by the line before
  const errors = Array.isArray(answer?.['errors']) ? answer['errors'].map(String).join('; ') : ''
  // The words of Vault name paths and policies, never what was sent.
  throw failed(transit, `${verb} was answered with ${status}${errors === '' ? '' : `: ${errors.slice(0, 300)}`}`)
}

function post({ address, mount, key, token, ca }: Transit, verb: string, body: string) {
  const url = new URL(`/v1/${mount}/${verb}/${encodeURIComponent(key)}`, address)
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const options = {
      method: 'POST',
      // One question a start: no connection is kept open for another.
      agent: false,
      headers: {
        'x-vault-token': token.open(),
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
      signal: AbortSignal.timeout(deadlineMs),
      ...(ca === undefined ? {} : { ca }),
    }
    const request = (url.protocol === 'http:' ? requestHttp : requestHttps)(url, options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length > limitBytes) request.destroy(new Error('the answer is too long'))
      })
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    request.on('error', reject)
    request.end(body)
  })
}

function failed({ address }: Transit, why: string, cause?: unknown): EvergrantError {
  return new EvergrantError('key_missing', {
    detail: `Vault at ${address} does not open the key file: ${why}`,
    remedy: 'check EVERGRANT_KEY_WRAP, that Vault is unsealed, and that the token may use this key of transit',
    cause,
  })
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason'
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return `no answer within ${deadlineMs / 1000} s`
  return 'code' in error ? String(error.code) : error.message
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
