/**
 * What is likely behind a refusal that no rule of the service explains: the meanings of RFC 6749 sections 4.1.2.1 and
 * 5.2, and of answers that are none.
 */

type Told = { kind?: string; code?: string; words?: string; cause?: string; remedy?: string; status?: number }
type Advice = { cause: string; remedy: string }

const down: Advice = {
  cause: 'The service has trouble, or is down for a while.',
  remedy: 'Try again in some minutes; see whether the service tells of trouble.',
}
const noToken: Advice = {
  cause: 'What came is no answer of a token endpoint.',
  remedy: 'See whether the token URL is right, and compare the answer with what the service documents.',
}

const adviceByCode: Readonly<Record<string, Advice>> = {
  invalid_client: {
    cause: 'The client id or its secret is wrong, or the client proves itself in another way than the service wants.',
    remedy: 'Copy id and secret once more from the page of the service, and see how the client proves itself.',
  },
  unauthorized_client: {
    cause: 'This client may not be used in this way.',
    remedy: 'See which flows its registration at the service allows.',
  },
  invalid_scope: {
    cause: 'A scope is unknown to the service, or this client may not ask for it.',
    remedy: 'Ask for fewer scopes, or allow them in the registration at the service.',
  },
  invalid_grant: {
    cause: 'What was sent has ended, was used already, or belongs to another client or redirect URI.',
    remedy: 'Authorize again.',
  },
  access_denied: {
    cause: 'Somebody said no, or a rule of the organisation did.',
    remedy: 'Start again and agree; where nobody refused, an administrator must allow the client.',
  },
  invalid_request: {
    cause: 'The service misses something in the request, or wants it otherwise.',
    remedy: 'Compare the request that was sent with what the service documents.',
  },
  redirect_uri_mismatch: {
    cause: 'The redirect URI is not registered at the service exactly so.',
    remedy: 'Register it there as it is written here, to the last slash.',
  },
  unsupported_grant_type: {
    cause: 'The service does not know this grant type, or not for this client.',
    remedy: 'See which flows its registration at the service allows.',
  },
  temporarily_unavailable: down,
  server_error: down,
  html_answer: noToken,
  no_access_token: noToken,
  not_ok: noToken,
  not_an_access_token: {
    cause: 'The service exchanged the token for one of another kind, and says so: it opens no API.',
    remedy: 'Ask for an access token, by requested_token_type, scope or audience, as the service documents it.',
  },
}

/** Codes of ours where no answer came: the words are ours too, and no words of the service. */
const withoutAnswer = new Set(['dns', 'refused', 'tls', 'connect_timeout', 'timeout', 'reset', 'malformed', 'late'])

export function withLikely<T extends Told>(told: T): T & Partial<Advice> {
  const { code = '', words, cause, remedy, kind, status } = told
  if (cause !== undefined || remedy !== undefined) return told
  if (withoutAnswer.has(code) && status === undefined && words !== undefined) {
    const { words: _, ...rest } = told
    const reached = 'See whether this machine reaches the service, and try again.'
    return { ...(rest as T), cause: `No whole answer came: ${words}.`, remedy: reached } // words are optional in T
  }
  const http = /^http_(\d)/.exec(code)?.[1]
  const advice = Object.hasOwn(adviceByCode, code)
    ? adviceByCode[code]
    : http === '5'
      ? down
      : http !== undefined
        ? noToken
        : kind === 'client'
          ? adviceByCode['invalid_client']
          : undefined
  return advice === undefined ? told : { ...told, ...advice }
}
