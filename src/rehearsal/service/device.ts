/** Device authorization (RFC 8628): codes, the page where a person types one, and polling by the rules. */
import type { RandomBytes } from '../../deps.ts'
import type { Scopes } from '../../provider/provider.ts'
import { refusal, type Refusal } from '../ledger.ts'
import { consentPage, page, type Shown } from '../pages.ts'
import type { Consent } from './authorize.ts'
import { withMeanings } from './scope.ts'
import { known } from './sites.ts'

type Row = {
  userCode: string
  ways: readonly string[]
  scope: readonly string[]
  endsAt: number
  /** Milliseconds that must lie between two polls. */
  interval: number
  polledAt?: number
  /** Polls that were told to wait: somebody has to type the code, even where consent is automatic. */
  waited: number
  decided?: 'allowed' | 'refused'
}

export type Devices = ReturnType<typeof createDevices>

export function createDevices(world: {
  name: string
  now: () => number
  randomBytes: RandomBytes
  consent: () => Consent
  scopes: (wayName: string) => Scopes | undefined
}) {
  const rows = new Map<string, Row>()

  function start(about: { ways: readonly string[]; scope: readonly string[]; lifeMs: number; interval: number }): {
    deviceCode: string
    userCode: string
  } {
    const deviceCode = `dc_${Buffer.from(world.randomBytes(24)).toString('base64url')}`
    const userCode = Array.from(world.randomBytes(8), (byte) => 'BCDFGHJKLMNPQRSTVWXZ'[byte % 20]).join('')
    const { ways, scope, lifeMs, interval } = about
    rows.set(deviceCode, {
      userCode: `${userCode.slice(0, 4)}-${userCode.slice(4)}`,
      ways,
      scope,
      endsAt: world.now() + lifeMs,
      interval,
      waited: 0,
    })
    return { deviceCode, userCode: rows.get(deviceCode)!.userCode }
  }

  /** Section 3.5. */
  function poll(deviceCode: string): Row | Refusal {
    const row = rows.get(deviceCode)
    if (!row) return refusal('invalid_grant', 'no such device code')
    if (row.endsAt <= world.now()) return refusal('expired_token', 'the codes have expired')
    // A tenth is left to clocks and timers.
    const hasty = row.polledAt !== undefined && world.now() - row.polledAt < row.interval * 0.9
    row.polledAt = world.now()
    if (hasty) {
      row.interval += 5000
      return refusal('slow_down', 'ask less often')
    }
    if (row.decided === undefined && world.consent() !== 'page' && row.waited > 0)
      row.decided = world.consent() === 'automatic' ? 'allowed' : 'refused'
    if (row.decided === 'refused') return refusal('access_denied', 'the person said no')
    if (row.decided === undefined) {
      row.waited += 1
      return refusal('authorization_pending', 'nobody has typed the code yet')
    }
    rows.delete(deviceCode)
    return row
  }

  return {
    start,
    poll,
    ways: (deviceCode: string): readonly string[] | undefined => rows.get(deviceCode)?.ways,
    /** The page where the code is typed, then the two buttons. */
    page(path: string, query: URLSearchParams, form: URLSearchParams | undefined): Shown {
      const typed = (form?.get('user_code') ?? query.get('user_code') ?? '').trim().toUpperCase()
      const id = form?.get('request') ?? undefined
      const row = id === undefined ? undefined : rows.get(id)
      if (row) {
        row.decided = form?.get('answer') === 'allow' ? 'allowed' : 'refused'
        return page(200, row.decided === 'allowed' ? 'Allowed' : 'Refused', 'Go back to the device.')
      }
      const found = [...rows].find(
        ([, one]) => one.userCode.replace('-', '') === typed.replace('-', '') && typed !== '',
      )
      if (!found) {
        const words = typed === '' ? 'Type the code that the device shows.' : 'No such code. Type it again.'
        return page(
          200,
          `${world.name} (rehearsal)`,
          words,
          `<form method="post" action="${path}"><div class="row"><input name="user_code" aria-label="code" autocomplete="off" autofocus><button class="main">Go on</button></div></form>`,
        )
      }
      const [deviceCode, { ways, scope }] = found
      const scopes = withMeanings(scope, world.scopes(ways[0] ?? ''))
      return consentPage({ service: world.name, who: known.userName, client: known.id, scopes }, path, deviceCode)
    },
  }
}
