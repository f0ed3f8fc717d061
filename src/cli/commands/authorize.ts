import { authorize } from '../authorize/flow.ts'
import type { Call } from '../command.ts'

export async function run(call: Call): Promise<number> {
  return authorize(call, call.given.required('name'), call.given.text('redirect-uri'))
}
