/**
 * What goes over the wire to a service, as text. Each request is written as the vendor's page has it and compared with
 * what the rehearsal's socket received, put back to the vendor's host. The order of fields says nothing, so it is not
 * compared; how they are encoded is. Words that are made anew each time stand as `<code>`, `<access>`, `<refresh>`,
 * `<state>` and the like; behind one, a service's own signs keep their encoding.
 *
 * Which scopes are asked for and which test request is made is the definition's choice: of those the texts hold what was
 * chosen. What is refused is the vendor's; how it is told of a request that is malformed is the rehearsal's own, where
 * the vendor may answer with another status.
 */
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadService } from '../../src/rehearsal/index.ts'
import { rehearsalStage, walk, type RehearsalStage, type WalkOptions } from '../harness/rehearse.ts'

/** Where the answer comes back, as it stands in a request. */
export const back = 'https%3A%2F%2Fevergrant.example.test%2Foauth%2Fcallback'
/** Client id and secret of the rehearsal as HTTP Basic: `rehearsal:rehearsal-secret`. */
export const basic = 'authorization: Basic cmVoZWFyc2FsOnJlaGVhcnNhbC1zZWNyZXQ='
export const form = 'content-type: application/x-www-form-urlencoded'

type Expected = {
  way: string
  options?: WalkOptions
  /** Every request of the way in order, each once, with the header fields that the vendor asks for. */
  sends: string
}

/** A request that the vendor would refuse; the status, and a word of the answer or of where it leads. */
type Refused = [title: string, request: string, status: number, words: string]

type Signed = { header: Record<string, unknown>; claims: Record<string, unknown> }

/** Tests of one service. What it gives is the assertions that were sent in the ways above. */
export function speaks(id: string, ways: readonly Expected[], refusals: readonly Refused[]): () => readonly Signed[] {
  let stage: RehearsalStage
  let raws: string[] = []
  const signed: Signed[] = []

  beforeAll(async () => {
    stage = await rehearsalStage([await loadService(id)], { tap: (raw) => void raws.push(raw) })
  })
  afterAll(() => stage.close())

  describe('sends what the pages of the service ask for', () => {
    it.each(ways)('$way', async ({ way, options, sends }) => {
      raws = []
      const { provider } = stage.rehearsal.service(id)
      await walk(provider, way, stage, { without: ['lose', 'refuse'], ...options })
      signed.push(...raws.flatMap(assertionsIn))
      const received = raws.flatMap((raw) => atVendor(raw, id)).map(canonical)
      expect([...new Set(received)]).toEqual(parts(sends).map(canonical))
    })
  })

  describe('is refused where the vendor refuses', () => {
    it.each(refusals)('%s', async (_, request, status, words) => {
      const answer = await say(request)
      expect(answer.text).toContain(words)
      expect(answer.status).toBe(status)
    })
  })

  function say(request: string): Promise<{ status: number; text: string }> {
    const [line = '', ...rest] = request.trim().split('\n')
    const [method, address = ''] = line.split(' ')
    const { host, pathname, search } = new URL(address)
    const [fields, body] = [rest.filter(isField), rest.filter((one) => !isField(one)).join('')]
    const headers = Object.fromEntries(fields.map((one) => [nameOf(one), one.slice(nameOf(one).length + 2)]))
    return new Promise((resolve, reject) => {
      const target = `${stage.rehearsal.origin}/${id}/${host}${pathname}${search}`
      const asked = httpRequest(target, { method, headers }, (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => (text += chunk))
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: answer.headers.location ?? text }))
      })
      asked.on('error', reject)
      asked.end(body)
    })
  }

  return () => signed
}

const isField = (line: string): boolean => /^[A-Za-z][\w-]*: /.test(line)
const nameOf = (field: string): string => field.slice(0, field.indexOf(':'))

/** The requests of a text; blank lines are for the eye. */
function parts(text: string): string[] {
  return text.trim().split(/\n(?=(?:GET|POST|DELETE) https:)/)
}

/** Says nothing of the protocol: lengths, and what browsers and HTTP clients add by themselves. */
const dull = /^(host|connection|content-length|user-agent|accept|accept-encoding|sec-fetch-\w+|cookie): /i

const made: readonly [RegExp, string][] = [
  [/\bcode_[\w-]{20,}/g, '<code>'],
  [/\bat_[\w-]{20,}/g, '<access>'],
  [/\brt_[\w-]{20,}/g, '<refresh>'],
  [/\bdc_[\w-]{20,}/g, '<device>'],
  [/(\bstate=)[^&\s]{22,}/g, '$1<state>'],
  [/(\bcode_verifier=)[\w-]{43,128}(?=&|$)/gm, '$1<verifier>'],
  [/(\bcode_challenge=)[\w-]{43}(?=&|$)/gm, '$1<challenge>'],
  [/(\bappsecret_proof=)[0-9a-f]{64}/g, '$1<proof>'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<jwt>'],
]

/** A request as it went to the vendor; none where it was for the rehearsal's own pages. */
function atVendor(raw: string, id: string): string[] {
  const [line = '', ...rest] = raw.split('\n')
  const [method, target = ''] = line.split(' ')
  if (!target.startsWith(`/${id}/`) || !/^[^/?]+\./.test(target.slice(id.length + 2))) return []
  const told = rest.filter((one) => !dull.test(one)).map((one) => (isField(one) ? lowerName(one) : one))
  const text = [`${method} https://${target.slice(id.length + 2)}`, ...told].join('\n')
  return [made.reduce((written, [pattern, word]) => written.replaceAll(pattern, word), text)]
}

const lowerName = (field: string): string => nameOf(field).toLowerCase() + field.slice(nameOf(field).length)

/** Fields of header, query and form in alphabetical order, without blank lines. */
function canonical(text: string): string {
  const [line = '', ...rest] = text.split('\n').filter((one) => one.trim() !== '')
  const [address = '', query] = line.split('?')
  const body = rest.filter((one) => !isField(one)).map((one) => (one.startsWith('{') ? one : inOrder(one)))
  return [
    query === undefined ? line : `${address}?${inOrder(query)}`,
    ...rest.filter(isField).toSorted(),
    ...body,
  ].join('\n')
}

const inOrder = (fields: string): string => fields.split('&').toSorted().join('&')

function assertionsIn(raw: string): Signed[] {
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown> // a JWT of ours
  return [...raw.matchAll(/assertion=(eyJ[\w-]+)\.([\w-]+)\./g)].map(([, header = '', claims = '']) => ({
    header: read(header),
    claims: read(claims),
  }))
}
