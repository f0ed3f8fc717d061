/** The worked example of docs/custom-services.md: what is written there is what happens. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readTokenAnswer } from '../../src/oauth/answer.ts'
import { buildCall, toWire } from '../../src/oauth/call.ts'
import type { CallTemplate } from '../../src/oauth/call-template.ts'
import { classifyAnswer } from '../../src/oauth/failure.ts'
import { resolveValues } from '../../src/provider/values.ts'
import { parseDefinition } from '../../src/provider/schema.ts'
import { secret } from '../../src/secret.ts'
import { comparable, readResponse, wireText } from '../providers/example-text.ts'

const guide = readFileSync('docs/custom-services.md', 'utf8')
const blocks = (language: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((found) => found[1] ?? '')

const [definition] = blocks('yaml').map((text) => parseDefinition(parse(text)))
if (definition?.ok !== true) throw new Error(`the guide's definition has faults: ${JSON.stringify(definition)}`)
const { provider } = definition
const way = provider.ways['person']
const [tokenRequest = '', tokenAnswer = '', renewalRequest = '', refusal = ''] = blocks('http')

async function sent(template: CallTemplate | undefined, given: Record<string, string>) {
  if (template === undefined) throw new Error('the guide has no such call')
  const { values } = resolveValues(provider, 'person', { typed: {}, secrets: {} })
  const call = await buildCall(
    template,
    { ...values, client_id: 'etl', client_secret: secret('s3cret'), ...given },
    {
      client: { id: 'etl', method: 'none' },
      defaultAuth: 'client',
      now: 0,
      randomBytes: (size) => new Uint8Array(size),
    },
  )
  return comparable(wireText(toWire(call, { deadlineMs: 1000 })))
}

describe('the guide', () => {
  it('sends the token request that it shows', async () => {
    const given = { code: 'c0de', redirect_uri: 'https://jobs.example/oauth/callback' }
    expect(await sent(way?.token, given)).toEqual(comparable(tokenRequest))
  })

  it('reads the nested answer', () => {
    const response = readResponse(tokenAnswer)
    const answer = readTokenAnswer(response, { ...(way?.token?.take && { take: way.token.take }) })
    if (answer.kind !== 'tokens') throw new Error('the answer was taken for an error')
    const { accessToken, refreshToken, expiresAt, idleEnd, values, warnings } = answer.tokens
    expect([accessToken.open(), refreshToken?.open(), values, warnings]).toEqual([
      't1',
      'r1',
      { company: '4711' },
      ['token_type_missing'],
    ])
    expect(expiresAt).toBe(response.sentAt + 3_600_000)
    expect(idleEnd).toBe(Date.parse('2026-12-22T12:00:00Z'))
  })

  it('renews by another request', async () => {
    expect(await sent(way?.renewal.call, { refresh_token: 'r1' })).toEqual(comparable(renewalRequest))
  })

  it('takes a refusal with status 200 for the end of the grant', () => {
    const response = readResponse(refusal)
    const answer = readTokenAnswer(response, {})
    if (answer.kind !== 'error') throw new Error('the refusal was taken for a token')
    expect(classifyAnswer(response, answer, provider.errors ?? [], 'renew')).toMatchObject({
      kind: 'dead',
      remedy: 'Authorize again.',
    })
  })
})
