import type { Grant } from './grant.ts'

/** A token that is put together from other values, such as `{client_id}|{client_secret}`. No request. */
export const literal = { name: 'literal', needs: [] } as const satisfies Grant
