import { everyWay } from './every.ts'

await everyWay(/^[o-z]/)
