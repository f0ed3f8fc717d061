/** What a grant means for the person who chooses it. The way's own label says what is special with the service. */
const grants: Readonly<Record<string, string>> = {
  authorization_code: 'A person authorizes',
  device_code: 'A person types a code',
  client_credentials: 'A machine, no person',
  jwt_bearer: 'A machine with a key',
  token_exchange: 'A machine exchanges a token',
  password: 'User name and password',
  pasted: 'A token is pasted',
  literal: 'Made of what is typed',
}

export function grantWords(grant: string): string {
  return grants[grant] ?? grant
}

/** How a client proves itself, by its IANA name. */
export const proofs: Readonly<Record<string, string>> = {
  client_secret_basic: 'Id and secret, by HTTP Basic',
  client_secret_post: 'Id and secret, in the body',
  query: 'Id and secret, in the address',
  client_secret_jwt: 'A statement signed with the secret',
  private_key_jwt: 'A statement signed with the key',
  tls_client_auth: 'The certificate of the connection (mutual TLS)',
  none: 'Nothing',
}

const sureness = {
  high: 'All facts have a sure source',
  medium: 'Some facts are less sure',
  low: 'Some facts are guesses',
}

export function surenessWords(confidence: keyof typeof sureness): string {
  return sureness[confidence]
}

export function triedWords(checked: string, tried = 'never'): string {
  return tried === 'never'
    ? `From its pages as of ${checked}; never tried live`
    : `From its pages as of ${checked}; tried live on ${tried}`
}
