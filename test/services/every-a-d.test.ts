import { everyWay } from './every.ts'

await everyWay(/^[0-9a-d]/)
