import type { Grant } from './grant.ts'

/** A token that a person made at the service and pasted here. No request; renewal, if any, is the provider file's. */
export const pasted = { name: 'pasted', needs: ['token'] } as const satisfies Grant
