import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { relayHtml, relayPage } from '../../src/redirect/relay.ts'

describe('the relay page', () => {
  test('is the same as docs/relay.html', async () => {
    await expect(relayHtml).toMatchFileSnapshot('../../docs/relay.html')
  })

  test('allows its own style and script by hash, and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(relayHtml)?.[1] ?? ''
    const hashOf = (tag: string): string => {
      const text = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(relayHtml)?.[1] ?? ''
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    }
    expect(policy.split('; ').sort()).toEqual(
      [
        "default-src 'none'",
        `style-src ${hashOf('style')}`,
        `script-src ${hashOf('script')}`,
        "base-uri 'none'",
        "form-action 'none'",
      ].sort(),
    )
  })

  test('sends nothing, loads nothing and links nowhere', () => {
    expect(relayHtml).not.toMatch(
      /https?:|\/\/|src=|href=|<form|fetch|XMLHttp|sendBeacon|WebSocket|innerHTML|location\s*=|\.submit/,
    )
  })

  test('empties the address bar before it shows anything', () => {
    expect(relayHtml.indexOf('history.replaceState')).toBeLessThan(relayHtml.indexOf('getElementById'))
  })

  test('is served without a trace', () => {
    expect(relayPage().headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'") as string,
    })
  })
})
