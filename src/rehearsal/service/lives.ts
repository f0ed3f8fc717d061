/** How long what a way gives lives, and what happens to a used credential: the facts of the file as rules of the ledger. */
import type { Example } from '../../provider/example.ts'
import type { Life, Provider, Renewal, Way } from '../../provider/provider.ts'
import type { Rules } from '../ledger.ts'

const unitSeconds = { s: 1, h: 3600, d: 86_400 } as const
/** Seconds of an access token about which nothing is known. */
const usualSeconds = 3600
const usualCodeSeconds = 600

/** What is unknown is played as the worst. */
export function rulesOf(provider: Provider, way: Way, speed: number): Rules {
  const { renewal } = way
  const seconds = secondsOf(way.access, provider) ?? usualSeconds
  const [idle, hard] = [secondsOf(renewal.ends?.idle, provider), secondsOf(renewal.ends?.hard, provider)]
  const fromRenewal = renewal.ends?.from === 'renewal'
  const idleSeconds = fromRenewal ? smaller(idle, hard) : idle
  return {
    authorize: { codeSeconds: way.authorize?.codeLife ?? usualCodeSeconds },
    access: {
      seconds,
      diesWithRenewal: renewal.oldAccess === 'dies' || renewal.oldAccess === 'unknown',
    },
    refresh: {
      with: [],
      ...rotationOf(renewal),
      ...(isFinite(idleSeconds) && { idleSeconds }),
      ...(!fromRenewal && isFinite(hard) && { hardSeconds: hard }),
    },
    ...(renewal.by === 'exchange_access_token' && {
      exchange: {
        grantType: '',
        parameter: '',
        seconds,
        ...(renewal.age !== undefined && { youngestSeconds: renewal.age }),
        ...(renewal.within !== undefined && { lastSeconds: renewal.within }),
      },
    }),
    speed,
  }
}

function rotationOf({
  rotates,
  grace = 0,
  reuse = 'unknown',
}: Renewal): Pick<Rules['refresh'], 'rotation' | 'graceSeconds' | 'afterGrace'> {
  if (rotates === 'never') return { rotation: 'R0', graceSeconds: 0 }
  const kills = reuse === 'kills_grant' || reuse === 'unknown'
  if (grace > 0) return { rotation: 'R2', graceSeconds: grace, afterGrace: kills ? 'R4' : 'R3' }
  if (reuse === 'harmless') return { rotation: 'R2', graceSeconds: Infinity }
  return { rotation: kills ? 'R4' : 'R3', graceSeconds: 0 }
}

/** A lifetime that the customer sets at the service is what the file proposes. */
export function secondsOf(life: Life | undefined, provider: Provider): number | undefined {
  if (typeof life === 'number') return life
  if (life === 'never') return Infinity
  if (typeof life !== 'object') return undefined
  const set = Number(provider.values?.[life.input]?.default)
  return set > 0 ? set * unitSeconds[life.unit] : undefined
}

/** The life that an example's answer states. */
export function statedSeconds(example: Example | undefined): number | undefined {
  const becomes = example?.becomes
  return becomes && 'accessToken' in becomes && typeof becomes.expires === 'number' ? becomes.expires : undefined
}

const isFinite = (seconds: number | undefined): seconds is number => seconds !== undefined && Number.isFinite(seconds)

const smaller = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
