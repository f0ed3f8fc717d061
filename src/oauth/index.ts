/**
 * The protocol room: OAuth 2.0 requests and answers as plain values. It knows `CallTemplate`, `Values`, `Call` and
 * `TokenSet`; it knows no connection, no store, no provider file and no clock but what it is given. Nothing in it
 * touches the network except through the `Fetch` handed to `send` and `discover`.
 *
 * A token request runs so:
 *
 *     template + values + client --buildCall--> Call --send--> WireResponse --readTokenAnswer--> TokenSet | error
 *                                                \--maskCall--> what a person sees      error --classifyAnswer--> Failure
 *
 * - `template.ts` expands `{name}` once, encoded by place; `call-parts.ts` reads table and text views as one value;
 *   `draft.ts` holds the request while `client-auth.ts` adds the client's proof; `call.ts` is the result.
 * - `authorization.ts` and `par.ts` write the authorization request and read its answer; `grants/` has the token
 *   requests of the RFCs for services without a file.
 * - `json.ts`, `body.ts`, `end.ts`, `error-body.ts` read what strangers send; `answer.ts` puts it together and never
 *   throws; `failure.ts` says what a failure means.
 *
 * Promises: a secret leaves a `Call` only in `toWire`; no error, warning or mask holds one. A value can never become
 * a second parameter, header, JSON member or host. Lifetimes count from the moment a request was sent. The same input
 * gives the same output, but for `state`, PKCE verifier, `nonce` and `jti`, which come from the injected randomness.
 */
export { readTokenAnswer, readValues, parseBody, readBody, lookUp, asText } from './answer.ts'
export type { AnswerError, AnswerOptions, Body, TokenAnswer } from './answer.ts'
export { makeAssertion, type AssertionTemplate } from './assertion.ts'
export { challengeOf, readAuthorizationResponse, startAuthorization } from './authorization.ts'
export type {
  AuthorizationExpectation,
  AuthorizationRequest,
  AuthorizationResponse,
  StartedAuthorization,
} from './authorization.ts'
export { buildCall, callUrl, maskCall, toWire } from './call.ts'
export type { BuildContext, Call, ClientCredentials, MaskedRequest, SigningKey, Text, WireOptions } from './call.ts'
export type { CallTemplate, ClientAuthMethod, Fields, Json, Take, Template } from './call-template.ts'
export { discover, type Metadata } from './discovery.ts'
export { classifyAnswer, classifyAuthorizationError, classifyFetchFailure } from './failure.ts'
export type { Failure, FailureKind, FailureRule } from './failure.ts'
export { grants, type Grant } from './grants/index.ts'
export { deviceTemplate, nextPoll, readDeviceAnswer } from './grants/device-code.ts'
export type { DeviceAnswer } from './grants/device-code.ts'
export { maskResponse, maskValues, type MaskedResponse } from './mask.ts'
export { parTemplate, readParAnswer, type ParAnswer } from './par.ts'
export { introspectionTemplate, revocationTemplate } from './revocation.ts'
export { send } from './send.ts'
export { expand, holdsSecret, joinText, maskText, variablesOf, type Place, type Values } from './template.ts'
export type { End, TokenSet } from './token-set.ts'
