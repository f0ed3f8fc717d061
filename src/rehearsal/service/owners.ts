/** Which way gave what, and by which ledger: the same address often serves several ways. */
import type { Ledger } from '../ledger.ts'
import type { Shaped } from './shape.ts'
import type { Kind } from './sites.ts'

export type Owner = {
  ways: readonly string[]
  ledger: Ledger
  /** The call that gave it: the first token of a way may be exchanged by the very request that renews later ones. */
  from?: Kind
}

/** The credentials that say which way a request belongs to, the surest first. */
const credentials = ['code', 'device_code', 'refresh_token', 'token'] as const

export function ownerOf(shaped: Shaped, owners: ReadonlyMap<string, Owner>): Owner | undefined {
  for (const name of credentials) {
    const value = shaped.captured[name]
    const owner = typeof value === 'string' ? owners.get(value) : undefined
    if (owner) return owner
  }
  return undefined
}

/** The call that was meant, among those of its address, and the ways that it may as well have been. */
export function choose(
  all: readonly Shaped[],
  owners: ReadonlyMap<string, Owner>,
  played: string | undefined,
): { shaped: Shaped; ways: readonly string[] } {
  const isPlayed = ({ site }: Shaped) => site.wayName === played
  const sorted = [...all].sort(
    (one, other) => one.faults.length - other.faults.length || Number(isPlayed(other)) - Number(isPlayed(one)),
  )
  const sound = sorted.filter(({ faults }) => faults.length === 0)
  const fits = sound.filter((one) => ownerOf(one, owners)?.ways.includes(one.site.wayName) ?? true)
  const first = fits[0]
  if (first) {
    const wanted = ownerOf(first, owners)?.from === 'token' ? 'step' : 'renewal'
    const best = fits.find(({ site }) => site.kind === wanted && site.wayName === first.site.wayName) ?? first
    const same = fits.filter(({ site }) => site.kind === best.site.kind && site.name === best.site.name)
    return { shaped: best, ways: [...new Set(same.map(({ site }) => site.wayName))] }
  }
  const foreign = sound[0]
  if (foreign) {
    const owner = ownerOf(foreign, owners)
    const own = sorted.find(({ site }) => site.kind === foreign.site.kind && owner?.ways.includes(site.wayName))
    return { shaped: own ?? foreign, ways: owner?.ways ?? [] }
  }
  const nearest = sorted.filter(({ faults }) => faults.length === sorted[0]!.faults.length)
  const shaped = nearest.find((one) => ownerOf(one, owners)?.ways.includes(one.site.wayName)) ?? sorted[0]!
  return { shaped, ways: [shaped.site.wayName] }
}
