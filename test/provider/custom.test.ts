import { describe, expect, it } from 'vitest'
import { EvergrantError } from '../../src/errors.ts'
import { customDefinition, definitionFromMetadata } from '../../src/provider/custom.ts'
import { grantNames } from '../../src/provider/words.ts'

const day = '2026-11-22'
const tokenUrl = 'https://auth.example.com:8443/token'

describe('a custom definition', () => {
  it.each(grantNames)('is complete for the grant %s', (grant) => {
    const provider = customDefinition({
      grant,
      day,
      tokenUrl,
      authorizationUrl: 'https://login.example.com/authorize',
      deviceUrl: 'https://auth.example.com:8443/device',
      clientAuth: ['client_secret_post'],
    })
    expect(Object.keys(provider.ways)).toEqual([grant])
    expect(provider.hosts.token).toEqual(['auth.example.com:8443'])
  })
  it('keeps the settings of the client and the scopes', () => {
    const provider = customDefinition({
      grant: 'client_credentials',
      day,
      tokenUrl,
      clientAuth: ['client_secret_post'],
      idParam: 'app_id',
      scopes: ['a', 'b'],
      scopeSeparator: ',',
    })
    expect(provider.client).toMatchObject({ auth: ['client_secret_post'], id: { param: 'app_id' } })
    expect(provider.scopes).toMatchObject({ separator: ',', preset: ['a', 'b'] })
  })
  it('sends the client id under its own name to the page of the service too', () => {
    const authorizationUrl = 'https://auth.example.com/authorize'
    const provider = customDefinition({
      grant: 'authorization_code',
      day,
      tokenUrl,
      authorizationUrl,
      idParam: 'app_id',
    })
    const { params = {} } = provider.ways['authorization_code']?.authorize ?? {}
    expect([params['app_id'], params['client_id']]).toEqual(['{client_id}', undefined])
  })
  it('names everything that is wrong at once', () => {
    const call = () => customDefinition({ grant: 'authorization_code', day, tokenUrl: 'http://auth.example.com/token' })
    expect(call).toThrow(EvergrantError)
    try {
      call()
    } catch (error) {
      const places = (error as EvergrantError).facts.faults?.map((fault) => fault.path)
      expect(places).toContain('ways.authorization_code.authorize.url')
      expect(places).toContain('ways.authorization_code.token.url')
    }
  })
  it('may be plain http where that was allowed', () => {
    const settings = { grant: 'client_credentials', day, tokenUrl: 'http://erp.local:8080/token' } as const
    expect(() => customDefinition(settings)).toThrow('is not encrypted')
    expect(customDefinition({ ...settings, allowHttp: true }).hosts.token).toEqual(['erp.local:8080'])
  })
})

describe('a definition from metadata', () => {
  const metadata = {
    issuer: 'https://id.example.com',
    authorization_endpoint: 'https://id.example.com/authorize',
    token_endpoint: 'https://id.example.com/token',
    revocation_endpoint: 'https://id.example.com/revoke',
    userinfo_endpoint: 'https://id.example.com/userinfo',
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'something_new'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    scopes_supported: ['openid', 'offline_access', 'api'],
  }
  it('takes addresses, methods, PKCE and issuer from the server', () => {
    const provider = definitionFromMetadata(metadata, { day })
    expect(provider.name).toBe('id.example.com')
    expect(provider.client.auth).toEqual(['client_secret_post', 'private_key_jwt'])
    expect(provider.ways['authorization_code']?.authorize).toMatchObject({ pkce: 'required', issuer: metadata.issuer })
    expect(provider.revoke?.[0]?.url).toBe(metadata.revocation_endpoint)
    expect(provider.scopes).toMatchObject({ refresh: 'offline_access', preset: ['offline_access'] })
  })
  it('chooses the way among those the server names', () => {
    const { authorization_endpoint: _, ...machine } = metadata
    expect(Object.keys(definitionFromMetadata(machine, { day }).ways)).toEqual(['client_credentials'])
  })
  it('is not fooled by members that are no text', () => {
    expect(() => definitionFromMetadata({ token_endpoint: 7 }, { day })).toThrow(EvergrantError)
  })
})
