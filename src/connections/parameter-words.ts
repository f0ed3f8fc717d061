/**
 * What each parameter of an authorization request is there for, in a sentence for the person who reads the address.
 * The names are those of RFC 6749 section 4.1.1, RFC 7636 section 4.3, OpenID Connect Core section 3.1.2.1.
 */
import { variablesOf } from '../oauth/template.ts'
import type { Plan } from './plan.ts'

const known: Readonly<Record<string, string>> = {
  response_type: 'Asks for a code, which is exchanged for the tokens afterwards.',
  response_mode: 'How the answer comes back: in the address, behind its #, or as a form.',
  prompt: 'What the service asks the person again, even if it knows: to sign in, to agree, to choose an account.',
  access_type: 'offline asks for a refresh token.',
  token_access_type: 'offline asks for a refresh token.',
  display: 'What kind of page is shown.',
  login_hint: 'Who is expected to sign in.',
  domain_hint: 'Where that person signs in.',
  hd: 'Only people of this domain.',
  audience: 'The API that the token is for.',
  resource: 'The API that the token is for.',
  claims: 'What else the answer shall say.',
  duration: 'How long the authorization lasts.',
  nonce: 'Drawn anew each time; ties the answer to this request.',
  code_challenge_method: 'How the challenge was made from its word: by SHA-256.',
}

const variables: Readonly<Record<string, string>> = {
  client_id: 'Says which registration asks.',
  redirect_uri: 'Where the browser comes back to; it must be registered exactly so.',
  scope: 'What the token may do, as far as the person agrees.',
  scopes: 'What the token may do, as far as the person agrees.',
  state: 'Drawn anew each time; an answer that does not carry it is refused.',
  nonce: 'Drawn anew each time; ties the answer to this request.',
  code_challenge: 'Ties the code to this server (PKCE): who steals it cannot exchange it. Drawn anew each time.',
  code_challenge_method: 'How the challenge was made from its word: by SHA-256.',
  response_type: 'Asks for a code, which is exchanged for the tokens afterwards.',
  user_name: 'The user name that was given.',
}

/** `state` and the challenge are sent even where the definition does not write them. */
export function parameterSays(plan: Plan, name: string): string {
  const params = plan.way.authorize?.params ?? {}
  const template = params[name] ?? params[`${name}?`]
  if (template === undefined) return variables[name] ?? known[name] ?? fixed(plan)
  const [variable] = variablesOf(template)
  if (variable === undefined) return known[name] ?? fixed(plan)
  const says = variables[variable] ?? ofValue(plan, variable) ?? known[name] ?? fixed(plan)
  const own = variables[variable] !== undefined && variable !== name && variable !== 'scopes'
  return own ? `${says} Elsewhere it is called ${variable}.` : says
}

function ofValue({ provider }: Plan, variable: string): string | undefined {
  const value = provider.values?.[variable]
  if (value === undefined) return undefined
  const help = value.help === undefined ? '' : `: ${value.help}`
  return `${value.label}${help}.`
}

function fixed({ provider }: Plan): string {
  return `The same for everybody who connects ${provider.name}.`
}
