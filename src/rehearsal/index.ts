/**
 * Rehearsal: a local authorization server to practise against, for people and for tests.
 *
 * It is written from what real services do, not from how our protocol room works, so that a mistake there does not
 * agree with itself here. `behaviour.ts` says how a service behaves (clients, consent, lifetimes, what happens to a
 * used refresh token), `faults.ts` what goes wrong on the way; any behaviour goes with any fault. It is strict: wrong
 * or double client authentication, a missing code verifier, a used code and an unregistered redirect URI are refused as
 * the RFCs ask.
 *
 * It promises that a fault which `acts` has changed the server before the answer is spoilt, and one which does not has
 * changed nothing. It listens on loopback only, keeps everything in memory and never asks anything of anybody.
 *
 * Beside that plain server it plays services of the catalogue (`service/`): each request is recognised by address and
 * shape, held against every fact of the definition, and answered with the literal answer of the vendor's page. It is
 * written from definition and examples as data, never with the functions that build the requests.
 *
 *     const rehearsal = await startRehearsal({ services: await loadServices(['some-service']) })
 *     const definition = rehearsed(provider, rehearsal.origin) // to be connected like any other
 *     rehearsal.service('some-service').control.killRefresh()
 *
 * For people there are pages: a start page at the root, a console for each service (`service/console.ts`) with the
 * command that connects it (`command.ts`), and pages for consent. `watch` is told of every request, in words.
 *
 * The plain server alone:
 *
 *     const service = await startRehearsal({ behaviour: { refresh: { rotation: 'R4' } } })
 *     service.control.next(faults.drop_after, 1, { grant: 'refresh_token' })
 *     // the next refresh token is rotated, and its answer is lost
 */
export { behaveAs, plainBehaviour, rehearsalClient } from './behaviour.ts'
export type { Behaviour, BehaviourChange, RehearsedClient, RotationClass } from './behaviour.ts'
export { commandLine, connectCommand } from './command.ts'
export type { ConnectCommand } from './command.ts'
export { loadService, loadServices, rehearsedCatalogue } from './catalogue.ts'
export { drip, drop, faults, redirectTo, refuse, stall, tooMany } from './faults.ts'
export type { Fault, FaultName } from './faults.ts'
export { rehearsed } from './rehearsed.ts'
export { startRehearsal } from './server.ts'
export type { Endpoint, Rehearsal, RehearsalOptions, Seen, Watched, Where } from './server.ts'
export type { ServiceControl, ServiceWhere } from './service/control.ts'
export type { RehearsedService, Service } from './service/service.ts'
export type { Seen as ServiceSeen } from './service/seen.ts'
