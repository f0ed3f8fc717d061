/** Rules that can be taken out, to see that the model would notice. */
export const mutations = {
  no_spool: 'what was received is in no journal',
  no_second_request: 'a lost answer is not asked for again',
  no_hold: 'an expired claim is taken over at once where reuse kills',
  late_start: 'a request is sent however old its claim is',
  no_takeover_at_start: 'a node does not know its own claims after a restart',
  no_late_answers: 'what comes after its claim has passed on is dropped',
} as const

export type Mutation = keyof typeof mutations
