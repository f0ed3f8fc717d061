/** RFC 7396, as the pages need it: what is shown before the server has it, and several changes as one. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mergePatch as ofServer } from '../../src/provider/apply.ts'
import { joinPatches, mergePatch } from '../../web/src/server/merge-patch.ts'

const object = (...leaves: unknown[]) =>
  fc.letrec<{ tree: unknown; object: Record<string, unknown> }>((tie) => ({
    tree: fc.oneof({ maxDepth: 3 }, fc.constantFrom(...leaves), tie('object')),
    object: fc.dictionary(fc.constantFrom('x', 'y', 'z'), tie('tree'), { noNullPrototype: true }),
  })).object
const settings = object('a', 'b', 1)
const patch = object(null, 'a', 'b', 1)

it('makes the same of a value as the server does', () => {
  fc.assert(
    fc.property(settings, patch, (target, change) => {
      expect(mergePatch(target, change)).toEqual(ofServer(target, change))
    }),
  )
})

it('makes the same of two changes joined as of one after the other', () => {
  fc.assert(
    fc.property(settings, patch, patch, (target, first, second) => {
      fc.pre(!begunAnew(first, second))
      expect(mergePatch(target, joinPatches(first, second))).toEqual(mergePatch(mergePatch(target, first), second))
    }),
  )
})

/** No merge patch can say: take away what is there, and begin an object in its place. */
function begunAnew(first: unknown, second: unknown): boolean {
  if (typeof second !== 'object' || second === null) return false
  if (typeof first !== 'object' || first === null) return true
  const before = new Map(Object.entries(first))
  return Object.entries(second).some(([name, value]) => before.has(name) && begunAnew(before.get(name), value))
}
