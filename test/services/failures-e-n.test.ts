import { everyFailure } from './failures.ts'

await everyFailure(/^[e-n]/)
