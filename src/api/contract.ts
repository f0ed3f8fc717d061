/**
 * The HTTP interface as one table. The server implements it, the command line and the pages speak it, `/openapi.json`
 * and `/docs` are made from it. No logic here: paths, shapes, and the right that each route needs.
 *
 * Paths are written as in OpenAPI (`{name}`). Names on the wire are snake_case, times are integer epoch seconds.
 */
import { z } from 'zod'
import { actionReport, attemptList, preview } from './action.ts'
import { auditList, auditQuery, auditVerdict, auditVerification } from './audit.ts'
import { authorization, authorizationAnswer, authorizationParams, authorizeRequest } from './authorization.ts'
import { madeBackup } from './backup.ts'
import {
  api,
  callers,
  choiceParams,
  choices,
  connection,
  connectionChange,
  connectionDraft,
  connectionList,
  connectionParams,
  connectionQuery,
  newConnection,
  removeQuery,
  removed,
  revoked,
} from './connection.ts'
import { connectedDraft, draft, draftChange, draftList, draftParams, newDraft } from './draft.ts'
import { eventList, eventQuery } from './event.ts'
import { exported, exportRequest } from './export.ts'
import { health, readiness } from './health.ts'
import { keyList, keyParams, madeKey, newKey } from './key.ts'
import {
  copyDifference,
  definitionCheck,
  definitionChecked,
  definitionDraft,
  definitionPatch,
  draftRequest,
  overriddenCheck,
  provider,
  providerList,
  providerQuery,
  storedDefinition,
  writtenDefinition,
} from './provider.ts'
import { retired, rotateSealing, sealing } from './sealing.ts'
import { session, signIn, signInLink } from './session.ts'
import { settings } from './settings.ts'
import { rejectedToken, token, tokenQuery } from './token.ts'

/** The right a caller needs: nobody needs to be known, a verb of an API key, or a fresh sign-in for what is shown in clear. */
export type Needs = 'nothing' | 'token' | 'read' | 'admin' | 'fresh'

export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  needs: Needs
  /** For programs only: a session cookie is refused. */
  job?: true
  /** Not about one connection: a key needs the right for all of them. */
  reach?: 'all'
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  /** How it is told to the audit, where `recordingOf` in the server would say otherwise. */
  audit?: 'first' | 'own' | 'counted' | 'never'
  /** The status of success. 200 unless said; 204 has no body. */
  status?: 201 | 202 | 204
  response?: z.ZodType
  summary: string
}

const serviceParams = z.strictObject({ id: z.string().min(1).max(64) })

export const contract = {
  readToken: {
    method: 'GET',
    path: '/v1/connections/{name}/token',
    needs: 'token',
    job: true,
    params: connectionParams,
    query: tokenQuery,
    response: token,
    summary: 'A token that works, with at least `min_valid` seconds left.',
  },
  rejectToken: {
    method: 'POST',
    path: '/v1/connections/{name}/token',
    needs: 'token',
    job: true,
    params: connectionParams,
    body: rejectedToken,
    response: token,
    summary: 'After a 401 of the service: renews only if what was rejected is still the current token.',
  },

  showApi: {
    method: 'GET',
    path: '/v1/connections/{name}/api',
    needs: 'token',
    params: connectionParams,
    response: api,
    summary: 'How its token is used: the address of the API, and its headers with `{token}` in place.',
  },

  listProviders: {
    method: 'GET',
    path: '/v1/providers',
    needs: 'read',
    query: providerQuery,
    response: providerList,
    summary: 'The services that are known.',
  },
  showProvider: {
    method: 'GET',
    path: '/v1/providers/{id}',
    needs: 'read',
    params: serviceParams,
    response: provider,
    summary: 'One service: its ways, what to ask a person, redirects, how to register a client.',
  },
  checkProvider: {
    method: 'POST',
    path: '/v1/providers/check',
    needs: 'read',
    body: overriddenCheck,
    response: definitionChecked,
    summary: 'Checks a definition and names all its faults. Nothing is kept.',
  },
  draftProvider: {
    method: 'POST',
    path: '/v1/providers/draft',
    needs: 'admin',
    audit: 'counted',
    reach: 'all',
    body: draftRequest,
    response: definitionDraft,
    summary: 'A definition to begin with: from an issuer, a curl command, a copy or settings. Nothing is kept.',
  },
  createProvider: {
    method: 'POST',
    path: '/v1/providers',
    needs: 'admin',
    reach: 'all',
    body: definitionCheck,
    status: 201,
    response: storedDefinition,
    summary: 'Keeps a definition of your own.',
  },
  replaceProvider: {
    method: 'PUT',
    path: '/v1/providers/{id}',
    needs: 'admin',
    reach: 'all',
    params: serviceParams,
    body: definitionCheck,
    response: storedDefinition,
    summary: 'Replaces a definition of your own. Stored secrets never follow it to other hosts.',
  },
  changeProvider: {
    method: 'PATCH',
    path: '/v1/providers/{id}',
    needs: 'admin',
    reach: 'all',
    params: serviceParams,
    body: definitionPatch,
    response: storedDefinition,
    summary: 'Changes a definition of your own by a merge patch (RFC 7396).',
  },
  removeProvider: {
    method: 'DELETE',
    path: '/v1/providers/{id}',
    needs: 'admin',
    reach: 'all',
    params: serviceParams,
    status: 204,
    summary: 'Removes a definition of your own that no connection uses.',
  },
  showDefinition: {
    method: 'GET',
    path: '/v1/providers/{id}/definition',
    needs: 'read',
    params: serviceParams,
    response: writtenDefinition,
    summary: 'A definition as it is written, also one with faults, and where it comes from.',
  },
  showDifference: {
    method: 'GET',
    path: '/v1/providers/{id}/difference',
    needs: 'read',
    params: serviceParams,
    response: copyDifference,
    summary: 'What a copy has made different from the service it was copied from.',
  },

  createConnection: {
    method: 'POST',
    path: '/v1/connections',
    needs: 'admin',
    reach: 'all',
    body: newConnection,
    status: 201,
    response: connection,
    summary: 'Makes a connection; with tokens it is an import.',
  },
  listConnections: {
    method: 'GET',
    path: '/v1/connections',
    needs: 'read',
    query: connectionQuery,
    response: connectionList,
    summary: 'The connections, by name.',
  },
  previewDraft: {
    method: 'POST',
    path: '/v1/connections/preview',
    needs: 'admin',
    audit: 'never',
    reach: 'all',
    body: connectionDraft,
    response: preview,
    summary: 'The requests a connection would make, masked. Nothing is kept and nothing is sent.',
  },
  showConnection: {
    method: 'GET',
    path: '/v1/connections/{name}',
    needs: 'read',
    params: connectionParams,
    response: connection,
    summary: 'One connection, without its secrets.',
  },
  changeConnection: {
    method: 'PATCH',
    path: '/v1/connections/{name}',
    needs: 'admin',
    params: connectionParams,
    body: connectionChange,
    response: connection,
    summary: 'Changes settings; what obtained the tokens asks for the secret again.',
  },
  removeConnection: {
    method: 'DELETE',
    path: '/v1/connections/{name}',
    needs: 'admin',
    params: connectionParams,
    query: removeQuery,
    response: removed,
    summary: 'Removes a connection and destroys its key; `revoke=true` revokes at the service first.',
  },
  listChoices: {
    method: 'GET',
    path: '/v1/connections/{name}/choices/{value}',
    needs: 'admin',
    audit: 'counted',
    params: choiceParams,
    response: choices,
    summary: 'What an input can be, asked of the service now. Choosing is a change of inputs.',
  },
  previewConnection: {
    method: 'GET',
    path: '/v1/connections/{name}/preview',
    needs: 'read',
    params: connectionParams,
    response: preview,
    summary: 'The requests this connection makes, masked.',
  },
  authorizeConnection: {
    method: 'POST',
    path: '/v1/connections/{name}/authorize',
    needs: 'admin',
    params: connectionParams,
    body: authorizeRequest,
    status: 201,
    response: authorization,
    summary: 'Starts an authorization and says what a person must open.',
  },
  issueToken: {
    method: 'POST',
    path: '/v1/connections/{name}/issue',
    needs: 'admin',
    params: connectionParams,
    response: actionReport,
    summary: 'Calls the bearer token endpoint now.',
  },
  renewToken: {
    method: 'POST',
    path: '/v1/connections/{name}/renew',
    needs: 'admin',
    params: connectionParams,
    response: actionReport,
    summary: 'Calls the refresh token endpoint now, passing a back-off.',
  },
  testConnection: {
    method: 'POST',
    path: '/v1/connections/{name}/test',
    needs: 'admin',
    params: connectionParams,
    response: actionReport,
    summary: "Runs the service's test request with the current token.",
  },
  revokeConnection: {
    method: 'POST',
    path: '/v1/connections/{name}/revoke',
    needs: 'admin',
    params: connectionParams,
    response: revoked,
    summary: 'Revokes at the service and drops the tokens; the connection stays.',
  },
  listAttempts: {
    method: 'GET',
    path: '/v1/connections/{name}/attempts',
    needs: 'read',
    params: connectionParams,
    response: attemptList,
    summary: 'The last requests and answers, masked, newest first.',
  },
  listCallers: {
    method: 'GET',
    path: '/v1/connections/{name}/callers',
    needs: 'read',
    params: connectionParams,
    response: callers,
    summary: 'Which keys were handed its tokens, how often and when last.',
  },
  revealToken: {
    method: 'POST',
    path: '/v1/connections/{name}/reveal',
    needs: 'fresh',
    params: connectionParams,
    response: token,
    summary: 'The access token in clear, for a sign-in younger than 10 minutes. Recorded.',
  },

  createDraft: {
    method: 'POST',
    path: '/v1/drafts',
    needs: 'admin',
    audit: 'never',
    reach: 'all',
    body: newDraft,
    status: 201,
    response: draft,
    summary: 'Begins to describe a connection: kept sealed for 7 days after the last change, 50 at most.',
  },
  listDrafts: {
    method: 'GET',
    path: '/v1/drafts',
    needs: 'admin',
    reach: 'all',
    response: draftList,
    summary: 'What was begun and not finished.',
  },
  showDraft: {
    method: 'GET',
    path: '/v1/drafts/{id}',
    needs: 'admin',
    reach: 'all',
    params: draftParams,
    response: draft,
    summary: 'One draft, without its secrets.',
  },
  changeDraft: {
    method: 'PATCH',
    path: '/v1/drafts/{id}',
    needs: 'admin',
    audit: 'never',
    reach: 'all',
    params: draftParams,
    body: draftChange,
    response: draft,
    summary: 'Changes a draft by a merge patch. Secrets that would go to other hosts afterwards are dropped.',
  },
  removeDraft: {
    method: 'DELETE',
    path: '/v1/drafts/{id}',
    needs: 'admin',
    audit: 'never',
    reach: 'all',
    params: draftParams,
    status: 204,
    summary: 'Ends a draft; a connection that was made of it stays.',
  },
  previewStoredDraft: {
    method: 'POST',
    path: '/v1/drafts/{id}/preview',
    needs: 'admin',
    audit: 'never',
    reach: 'all',
    params: draftParams,
    response: preview,
    summary: 'The requests its connection would make, masked. Nothing is sent.',
  },
  connectDraft: {
    method: 'POST',
    path: '/v1/drafts/{id}/connect',
    needs: 'admin',
    reach: 'all',
    params: draftParams,
    response: connectedDraft,
    summary: 'Makes the connection, or changes the one it made before. Doing it twice does it once.',
  },

  showAuthorization: {
    method: 'GET',
    path: '/v1/authorizations/{id}',
    needs: 'admin',
    params: authorizationParams,
    response: authorization,
    summary: 'How far an authorization is.',
  },
  completeAuthorization: {
    method: 'POST',
    path: '/v1/authorizations/{id}/complete',
    needs: 'admin',
    params: authorizationParams,
    body: authorizationAnswer,
    response: authorization,
    summary: 'Hands over the answer: the pasted address, or its parameters.',
  },

  listEvents: {
    method: 'GET',
    path: '/v1/events',
    needs: 'read',
    query: eventQuery,
    response: eventList,
    summary: 'What happened. With `accept: text/event-stream` what happens from now on, each as one JSON text.',
  },

  listAudit: {
    method: 'GET',
    path: '/v1/audit',
    needs: 'admin',
    reach: 'all',
    audit: 'counted',
    query: auditQuery,
    response: auditList,
    summary: 'Who did what, when and from where. With `accept: application/x-ndjson` all of it, an entry a line.',
  },
  verifyAudit: {
    method: 'POST',
    path: '/v1/audit/verify',
    needs: 'admin',
    reach: 'all',
    audit: 'counted',
    body: auditVerification,
    response: auditVerdict,
    summary: 'Whether every entry of the audit is as it was written, also since an earlier checkpoint.',
  },

  listKeys: {
    method: 'GET',
    path: '/v1/keys',
    needs: 'admin',
    reach: 'all',
    response: keyList,
    summary: 'The API keys, never the keys themselves.',
  },
  createKey: {
    method: 'POST',
    path: '/v1/keys',
    needs: 'admin',
    reach: 'all',
    body: newKey,
    status: 201,
    response: madeKey,
    summary: 'Makes an API key. The answer is the only place where it is shown.',
  },
  revokeKey: {
    method: 'DELETE',
    path: '/v1/keys/{id}',
    needs: 'admin',
    reach: 'all',
    params: keyParams,
    status: 204,
    summary: 'Revokes an API key at once.',
  },

  signIn: {
    method: 'POST',
    path: '/v1/session',
    needs: 'nothing',
    body: signIn,
    status: 201,
    response: session,
    summary: 'Signs a browser in with the word of a sign-in link or an admin key.',
  },
  signOut: {
    method: 'DELETE',
    path: '/v1/session',
    needs: 'nothing',
    audit: 'counted',
    status: 204,
    summary: 'Ends the session.',
  },
  createSignInLink: {
    method: 'POST',
    path: '/v1/signin-links',
    needs: 'admin',
    reach: 'all',
    status: 201,
    response: signInLink,
    summary: 'A new sign-in link that works once.',
  },

  exportConnections: {
    method: 'POST',
    path: '/v1/export',
    needs: 'admin',
    reach: 'all',
    body: exportRequest,
    response: exported,
    summary: 'Connections as they would be given anew, with the definitions of your own that they use.',
  },
  recordBackup: {
    method: 'POST',
    path: '/v1/backups',
    needs: 'admin',
    reach: 'all',
    audit: 'own',
    body: madeBackup,
    status: 204,
    summary: 'Tells the audit of a backup that was made beside the server. Only through the Unix socket.',
  },
  showSealing: {
    method: 'GET',
    path: '/v1/sealing-key',
    needs: 'admin',
    reach: 'all',
    response: sealing,
    summary: 'The key that seals the store, by its id: its age, and how far a change is.',
  },
  rotateSealing: {
    method: 'POST',
    path: '/v1/sealing-key/rotate',
    needs: 'admin',
    reach: 'all',
    body: rotateSealing,
    status: 202,
    response: sealing,
    summary: 'Begins to seal with a new key and wraps what older ones sealed, in the background.',
  },
  retireSealing: {
    method: 'POST',
    path: '/v1/sealing-key/retire',
    needs: 'admin',
    reach: 'all',
    response: retired,
    summary: 'Takes older keys that seal nothing any more out of the key file.',
  },

  showSettings: {
    method: 'GET',
    path: '/v1/settings',
    needs: 'admin',
    reach: 'all',
    response: settings,
    summary: 'How this server runs and whether it is well, without secrets.',
  },

  health: {
    method: 'GET',
    path: '/healthz',
    needs: 'nothing',
    response: health,
    summary: 'Whether the process lives.',
  },
  readiness: {
    method: 'GET',
    path: '/readyz',
    needs: 'nothing',
    response: readiness,
    summary: 'Whether the store can be read and written; 503 if not.',
  },
} as const satisfies Record<string, Route>

export type RouteName = keyof typeof contract
