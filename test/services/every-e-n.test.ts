import { everyWay } from './every.ts'

await everyWay(/^[e-n]/)
