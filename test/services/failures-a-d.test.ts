import { everyFailure } from './failures.ts'

await everyFailure(/^[0-9a-d]/)
