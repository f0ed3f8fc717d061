import { everyFailure } from './failures.ts'

await everyFailure(/^[o-z]/)
