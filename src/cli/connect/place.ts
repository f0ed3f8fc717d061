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
  key_id: { has: ({ client }) => client.key_id !== undefined, put: ({ client }, value) => (client.key_id = value) },
  // A key that is made here brings its certificate.
  certificate: {
    has: ({ client }) => client.certificate !== undefined || client.key === 'generate',
    put: ({ client }, value) => (client.certificate = value),
  },
}

const userPlaces: Readonly<Record<string, Place>> = {
  user_name: { has: (draft) => draft.user_name !== undefined, put: (draft, value) => (draft.user_name = value) },
  password: { has: (draft) => draft.password !== undefined, put: (draft, value) => (draft.password = value) },
}

function inputPlace(name: string): Place {
  return { has: ({ inputs }) => Object.hasOwn(inputs, name), put: ({ inputs }, value) => (inputs[name] = value) }
}
