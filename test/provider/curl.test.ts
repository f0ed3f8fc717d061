import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { EvergrantError } from '../../src/errors.ts'
import { draftFromCurl, type CurlSettings } from '../../src/provider/curl.ts'
import { parseDefinition } from '../../src/provider/schema.ts'

const draft = (curl: string, settings: Partial<CurlSettings> = {}) =>
  draftFromCurl(curl, { day: '2026-11-22', ...settings })
const secretsOf = (found: ReturnType<typeof draft>) =>
  Object.fromEntries(Object.entries(found.secrets).map(([name, value]) => [name, value.open()]))
const faultsOf = (curl: string) => {
  try {
    draft(curl)
    return []
  } catch (error) {
    return (error as EvergrantError).facts.faults ?? []
  }
}

describe('a service from a curl command', () => {
  it('knows the client in the body, and keeps its secret apart', () => {
    const found = draft(
      `curl -X POST https://login.example.com/token -d grant_type=client_credentials -d client_id=etl \\
         -d client_secret=canary-secret --data-urlencode 'scope=api.read api.write' -d audience=https://api.example.com`,
    )
    const { definition } = found
    expect(parseDefinition(definition)).toMatchObject({ ok: true })
    expect(definition.client.auth).toEqual(['client_secret_post'])
    expect(definition.ways['client_credentials']?.token).toEqual({
      see: [],
      url: 'https://login.example.com/token',
      body: { form: { grant_type: 'client_credentials', 'scope?': '{scope}', audience: 'https://api.example.com' } },
    })
    expect(definition.scopes).toMatchObject({ separator: ' ', preset: ['api.read', 'api.write'] })
    expect(found.values).toEqual({ client_id: 'etl' })
    expect(secretsOf(found)).toEqual({ client_secret: 'canary-secret' })
    expect(inspect(found, { depth: 20 })).not.toContain('canary')
  })
  it.each([
    ['-u', `curl -u 'my id:canary:1' https://a.example/t -d grant_type=client_credentials`],
    [
      'an Authorization header',
      `curl https://a.example/t -d grant_type=client_credentials -H 'Authorization: Basic ${btoa('my+id:canary%3A1'.replace('+', '%20'))}'`,
    ],
    ['a user in front of the host', `curl 'https://my%20id:canary%3A1@a.example/t' -d grant_type=client_credentials`],
  ])('knows HTTP Basic by %s', (_, curl) => {
    const found = draft(curl)
    expect(found.definition.client.auth).toEqual(['client_secret_basic'])
    expect(JSON.stringify(found.definition)).not.toMatch(/canary|my.?id/)
    expect([found.values, secretsOf(found)]).toEqual([{ client_id: 'my id' }, { client_secret: 'canary:1' }])
  })
  it('makes a refresh token grant the renewal, and with the token request beside it both', () => {
    const alone = draft(`curl -d 'grant_type=refresh_token&refresh_token=canary' -u a:b https://a.example/t | jq .`)
    expect(parseDefinition(alone.definition)).toMatchObject({ ok: true })
    expect(alone.definition.ways['pasted']?.renewal).toMatchObject({
      by: 'refresh_token',
      call: { body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } } },
    })
    expect(secretsOf(alone)).toEqual({ client_secret: 'b', refresh_token: 'canary' })
    const both = draft(
      `curl https://a.example/t -d grant_type=authorization_code -d code=X -d redirect_uri=https://me.example/cb -d client_id=i -d client_secret=s
       curl https://a.example/renew -d grant_type=refresh_token -d refresh_token=R -d client_id=i -d client_secret=s`,
      { authorizationUrl: 'https://a.example/authorize' },
    )
    const way = both.definition.ways['authorization_code']
    expect(parseDefinition(both.definition)).toMatchObject({ ok: true })
    expect(way?.token?.body).toEqual({
      form: { grant_type: 'authorization_code', code: '{code}', redirect_uri: '{redirect_uri}' },
    })
    expect([way?.renewal.call?.url, way?.authorize?.pkce]).toEqual(['https://a.example/renew', 'off'])
    expect(both.values).toEqual({ client_id: 'i', redirect_uri: 'https://me.example/cb' })
  })
  it('writes the renewal of a code in the shape of the request, with its verifier', () => {
    const { definition } = draft(
      `curl https://a.example/t --json '{"grantType":"authorization_code","code":"X","codeVerifier":"V","appId":"i","appSecret":"s","format":"v2"}'`,
    )
    const way = definition.ways['authorization_code']
    expect(definition.client).toMatchObject({
      auth: ['client_secret_post'],
      id: { param: 'appId' },
      secret: { param: 'appSecret' },
    })
    expect(way?.token?.body).toEqual({
      json: { grantType: 'authorization_code', code: '{code}', codeVerifier: '{code_verifier}', format: 'v2' },
    })
    expect(way?.renewal.call?.body).toEqual({
      json: { grantType: 'refresh_token', format: 'v2', refresh_token: '{refresh_token}' },
    })
    expect(way?.authorize?.pkce).toBe('required')
  })
  it('keeps what it does not know, and makes values of what looks secret', () => {
    const found = draft(
      `curl 'https://a.example/v2/auth?tenant=5&trace=Zm9vYmFyMTIzNDU2Nzg5MGFiYw' -H 'X-Api-Key: canary1' -H 'Accept: text/json' \\
       -H 'Content-Type: application/json' --data-raw '{"grant_type":"password","username":"ada","password":"canary2","deep":{"pin":"canary3","n":1}}'`,
    )
    const token = found.definition.ways['password']?.token
    expect(parseDefinition(found.definition)).toMatchObject({ ok: true })
    expect(token).toMatchObject({
      query: { tenant: '5', trace: '{trace}' },
      headers: { 'x-api-key': '{x_api_key}', accept: 'text/json' },
      body: { json: { username: '{user_name}', password: '{password}', deep: { pin: '{pin}', n: 1 } } },
    })
    expect(found.definition.values).toMatchObject({ x_api_key: { label: 'x-api-key', secret: true } })
    expect(secretsOf(found)).toEqual({
      password: 'canary2',
      x_api_key: 'canary1',
      pin: 'canary3',
      trace: 'Zm9vYmFyMTIzNDU2Nzg5MGFiYw',
    })
  })
  it('takes a bearer in front of a token request as a secret value', () => {
    const found = draft(`curl -X POST https://a.example/token -H 'Authorization: Bearer canary-token'`)
    expect(found.definition.ways['client_credentials']?.token?.auth).toEqual({ header: 'Bearer {authorization_token}' })
    expect(secretsOf(found)).toEqual({ authorization_token: 'canary-token' })
    expect(found.warnings.join()).toContain('there is no grant_type')
  })
  it('takes a grant that nobody knows for one that can be asked for again', () => {
    const found = draft(`curl https://a.example/t -u a:b -d grant_type=constructor`)
    expect(Object.keys(found.definition.ways)).toEqual(['client_credentials'])
    expect(found.warnings.join()).toContain('nobody knows grant_type constructor')
  })
  it('takes placeholders of a manual as what is still to be given', () => {
    const found = draft(
      `curl --url 'https://{yourDomain}/oauth/$TENANT/token' -d client_id=YOUR_CLIENT_ID -d client_secret=<secret> -d grant_type=client_credentials`,
    )
    expect(parseDefinition(found.definition)).toMatchObject({ ok: true })
    expect([found.values, found.secrets]).toEqual([{}, {}])
    expect(found.definition.ways['client_credentials']?.token?.url).toBe('https://{your_domain}/oauth/{tenant}/token')
    expect(found.definition.values).toMatchObject({ your_domain: { shape: 'domain' }, tenant: { shape: 'slug' } })
  })
  it('moves data into the query with -G, and the client with it', () => {
    const { definition } = draft(
      `curl -sG https://a.example/t -d client_id=1 -d client_secret=2 -d grant_type=client_credentials`,
    )
    expect(definition.client.auth).toEqual(['query'])
    expect(definition.ways['client_credentials']?.token).toMatchObject({
      method: 'GET',
      query: { grant_type: 'client_credentials' },
    })
  })
  it('signs anew where a signed assertion was pasted', () => {
    const found = draft(
      `curl https://a.example/t -d grant_type=client_credentials -d client_id=i -d client_assertion=eyJhbGciOiJSUzI1NiJ9.e30.x -d client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer`,
    )
    expect(found.definition.client).toMatchObject({ auth: ['private_key_jwt'] })
    expect(JSON.stringify([found.definition, found.values])).not.toContain('eyJ')
    expect(found.secrets).toEqual({})
  })
  it('names everything that it cannot take over at once, and no value of it', () => {
    const faults = faultsOf(`curl -F file=@canary --frobnicate canary -d @canary -H @canary https://a.example/t`)
    expect(faults.map(({ path }) => path)).toEqual(['-F', '--frobnicate', 'curl', '-H', '--data'])
    expect(JSON.stringify(faults)).not.toContain('canary')
  })
  it.each([
    ['wget https://a.example', 'there is no curl command'],
    ['curl', 'no address'],
    ['curl -X', 'no value'],
    ['curl https://a.example -I', 'headers alone'],
  ])('refuses %s', (curl, why) => {
    expect(
      faultsOf(curl)
        .map(({ problem }) => problem)
        .join(),
    ).toContain(why)
  })
})
