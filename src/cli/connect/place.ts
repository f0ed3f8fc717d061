/** Which part of a new connection a field of a service is. */
import type { FieldOnWire } from '../../api/provider.ts'
import type { Draft } from './draft.ts'

export type Place = { has(draft: Draft): boolean; put(draft: Draft, value: string): void }

export function place(field: FieldOnWire): Place {
  switch (field.place) {
    case 'client':
      return clientPlaces[field.name] ?? inputPlace(field.name)
    case 'user':
      return userPlaces[field.name] ?? inputPlace(field.name)
    case 'scope':
      return { has: ({ scopes }) => scopes !== undefined, put: (draft, value) => (draft.scopes = value.split(/\s+/)) }
    case 'redirect':
      return { has: (draft) => draft.redirect_uri !== undefined, put: (draft, value) => (draft.redirect_uri = value) }
    case 'tokens':
      return tokenPlaces[field.name] ?? inputPlace(field.name)
    default:
      return inputPlace(field.name)
  }
}

const clientPlaces: Readonly<Record<string, Place>> = {
  client_id: { has: ({ client }) => client.id !== undefined, put: ({ client }, value) => (client.id = value) },
  client_secret: {
    has: ({ client }) => client.secret !== undefined,
    put: ({ client }, value) => (client.secret = value),
  },
  key: { has: ({ client }) => client.key !== undefined, put: ({ client }, value) => (client.key = value) },
}

const userPlaces: Readonly<Record<string, Place>> = {
  user_name: { has: (draft) => draft.user_name !== undefined, put: (draft, value) => (draft.user_name = value) },
  password: { has: (draft) => draft.password !== undefined, put: (draft, value) => (draft.password = value) },
}

/** One token is enough: the service lists the one it needs first, and an import may bring the other. */
const tokenPlaces: Readonly<Record<string, Place>> = {
  access_token: { has: isImport, put: (draft, value) => (draft.access_token = value) },
  refresh_token: { has: isImport, put: (draft, value) => (draft.refresh_token = value) },
}

/** Whether tokens are brought along. */
export function isImport(draft: Draft): boolean {
  return draft.access_token !== undefined || draft.refresh_token !== undefined
}

function inputPlace(name: string): Place {
  return { has: ({ inputs }) => Object.hasOwn(inputs, name), put: ({ inputs }, value) => (inputs[name] = value) }
}
