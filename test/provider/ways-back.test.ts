import { describe, expect, it } from 'vitest'
import { waysBack } from '../../src/provider/ways-back.ts'
import google from '../../src/providers/google-cloud.ts'
import instagram from '../../src/providers/instagram.ts'
import microsoft from '../../src/providers/microsoft.ts'
import hubspot from '../../src/providers/hubspot.ts'
import quickbooks from '../../src/providers/quickbooks-online.ts'
import twitter from '../../src/providers/twitter.ts'

const local = { publicUrl: 'http://127.0.0.1:7117' }
const online = { publicUrl: 'https://tokens.example.com' }

describe('before anything is chosen, a service', () => {
  it('with a person has four ways back, and none where nobody is sent anywhere', () => {
    expect(waysBack(google, 'user', local).map(({ back }) => back)).toEqual(['callback', 'loopback', 'relay', 'paste'])
    expect(waysBack(google, 'service_account', local)).toEqual([])
  })

  it('names the address to register, without the port where ports are ignored', () => {
    const [callback, loopback] = waysBack(google, 'desktop', local)
    expect(callback).toMatchObject({ works: true, register: 'http://127.0.0.1/oauth/callback' })
    expect(loopback).toMatchObject({ works: true, redirectUri: 'http://localhost', register: 'http://localhost' })
  })

  it('says what must be chosen for an address', () => {
    const loopback = waysBack(quickbooks, 'user', local)[1]
    expect(loopback).toMatchObject({ works: true, onlyWith: { environment: 'sandbox' } })
    const callback = waysBack(quickbooks, 'user', online)[0]
    expect(callback).toEqual({
      back: 'callback',
      works: true,
      redirectUri: 'https://tokens.example.com/oauth/callback',
      register: 'https://tokens.example.com/oauth/callback',
    })
  })

  it('says how this server could be reached where only https is taken, and nothing where that would not help', () => {
    expect(waysBack(instagram, 'account', local)[0]).toMatchObject({
      works: false,
      remedy: 'Run this server with EVERGRANT_PUBLIC_URL=https://HOST and register https://HOST/oauth/callback.',
    })
    const loopback = waysBack(instagram, 'account', local)[1]
    expect(loopback).toEqual({ back: 'loopback', works: false, reason: expect.stringContaining('Instagram') })
  })

  it('says that another name of this machine would do', () => {
    expect(waysBack(hubspot, 'user', local)[0]).toMatchObject({
      works: false,
      remedy:
        'Run this server with EVERGRANT_PUBLIC_URL=http://localhost:7117 and register http://localhost:7117/oauth/callback.',
    })
  })

  it('offers the relay of this server, or a page of one’s own where that is not taken', () => {
    expect(waysBack(microsoft, 'user', online)[2]).toMatchObject({
      redirectUri: 'https://tokens.example.com/oauth/code',
    })
    expect(waysBack(microsoft, 'user', local)[2]).toMatchObject({ redirectUri: 'https://HOST/PATH' })
  })

  it('has nothing to paste where codes are gone too soon', () => {
    expect(waysBack(twitter, 'user', local).map(({ works }) => works)).toEqual([true, true, false, false])
  })
})
