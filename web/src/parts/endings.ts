/** What can die, in words. The server says which and when. */
const endings: Readonly<Record<string, string>> = {
  access_token: 'Access token',
  token_behind: 'Token behind it',
  refresh_token_idle: 'Refresh token, if unused',
  refresh_token: 'Refresh token and consent',
  client_secret: 'Client secret',
  certificate: 'Certificate',
}

export function endingWords(what: string): string {
  return endings[what] ?? what.replaceAll('_', ' ')
}
