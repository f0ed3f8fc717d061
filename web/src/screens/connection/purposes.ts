/** What a request was for, and who had it made, in words. The server says them by name. */
const purposes: Readonly<Record<string, string>> = {
  token: 'Token request',
  renew: 'Renewal',
  steps: 'Steps after the token',
  each: 'What jobs get is derived',
  probe: 'Test request',
  introspect: 'Question about the token',
  revoke: 'Revocation',
  device: 'Request for a device code',
  par: 'Authorization request, pushed ahead',
  pick: 'List to choose from',
}

const triggers: Readonly<Record<string, string>> = {
  person: 'By a person',
  authorization: 'By an authorization',
  caller: 'By a job',
  reported_401: 'After a job reported a 401',
  refresher: 'By itself',
  start: 'After a start of the server',
}

export const purposeWords = (step: string): string => purposes[step] ?? step.replaceAll('_', ' ')
export const triggerWords = (trigger: string): string => triggers[trigger] ?? trigger.replaceAll('_', ' ')
