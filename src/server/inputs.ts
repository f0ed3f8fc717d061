/** The other way round than `views.ts`: what came on the wire as the domain's inputs. Times become milliseconds. */
import type { z } from 'zod'
import type { clientInput, ConnectionChangeOnWire, ConnectionDraftOnWire } from '../api/connection.ts'
import type { UnfinishedOnWire } from '../api/draft.ts'
import type { draftRequest } from '../api/provider.ts'
import type { ClientInput, ConnectionChange, NewConnection } from '../connections/connections.ts'
import type { DraftRequest } from '../provider/draft.ts'
import { present } from './present.ts'

const milliseconds = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000)

/** A draft without a name is previewed under `draft`, which is never stored. */
export function newConnectionOf(wire: ConnectionDraftOnWire): NewConnection {
  const { access_token, refresh_token, expires_at, values } = wire
  const imports = access_token !== undefined || refresh_token !== undefined
  return present({
    name: wire.name ?? 'draft',
    provider: wire.provider,
    definition: wire.definition,
    grant: wire.grant,
    inputs: wire.inputs,
    ...settingsOf(wire),
    tokens: imports
      ? present({ accessToken: access_token, refreshToken: refresh_token, expiresAt: milliseconds(expires_at), values })
      : undefined,
  })
}

/** And back, for a draft that changes a connection. */
export function settingsToWire(settings: NewConnection): UnfinishedOnWire {
  const { name, provider, definition, grant, client, inputs, scopes, redirectUri, userName, password, overrides } =
    settings
  return present({
    name,
    provider,
    definition,
    grant,
    client:
      client &&
      present({
        id: client.id,
        secret: client.secret,
        method: client.method,
        key: client.key,
        key_alg: client.keyAlg,
        key_id: client.keyId,
        certificate: client.certificate,
        secret_ends_at: client.secretEndsAt === undefined ? undefined : Math.floor(client.secretEndsAt / 1000),
      }),
    inputs,
    scopes,
    redirect_uri: redirectUri,
    user_name: userName,
    password,
    overrides,
  })
}

export function changeOf(wire: ConnectionChangeOnWire): ConnectionChange {
  return present({ name: wire.name, inputs: wire.inputs, state: wire.state, ...settingsOf(wire) })
}

function settingsOf(wire: ConnectionDraftOnWire | ConnectionChangeOnWire) {
  return {
    client: wire.client && clientOf(wire.client),
    scopes: wire.scopes,
    redirectUri: wire.redirect_uri,
    userName: wire.user_name,
    password: wire.password,
    overrides: wire.overrides,
  }
}

function clientOf(wire: z.output<typeof clientInput>): ClientInput {
  return present({
    id: wire.id,
    secret: wire.secret,
    method: wire.method,
    key: wire.key,
    keyAlg: wire.key_alg,
    keyId: wire.key_id,
    certificate: wire.certificate,
    secretEndsAt: milliseconds(wire.secret_ends_at),
    sameAs: wire.same_as,
  })
}

/** Its schema has seen to it that there is one source. */
export function draftRequestOf({
  issuer,
  curl,
  copy,
  overrides,
  settings,
  id,
  name,
}: z.output<typeof draftRequest>): DraftRequest {
  const source: DraftRequest['source'] =
    issuer !== undefined
      ? { issuer }
      : curl !== undefined
        ? { curl }
        : copy !== undefined
          ? { copy, ...(overrides !== undefined && { overrides }) }
          : { settings: true }
  return present({ source, id, name, settings: settings && customSettingsOf(settings) })
}

function customSettingsOf(
  wire: NonNullable<z.output<typeof draftRequest>['settings']>,
): NonNullable<DraftRequest['settings']> {
  return present({
    grant: wire.grant,
    tokenUrl: wire.token_url,
    authorizationUrl: wire.authorization_url,
    deviceUrl: wire.device_url,
    revocationUrl: wire.revocation_url,
    introspectionUrl: wire.introspection_url,
    apiUrl: wire.api_url,
    testUrl: wire.test_url,
    clientAuth: wire.client_auth,
    scopes: wire.scopes,
    scopeSeparator: wire.scope_separator,
    pkce: wire.pkce,
    issuer: wire.issuer,
    idParam: wire.id_param,
    secretParam: wire.secret_param,
    literal: wire.literal,
  })
}
