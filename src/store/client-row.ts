/** A client's row, alone or joined to its connections: columns carry the prefix `k_`. */
import { secret, type Secret } from '../secret.ts'
import type { DataKeys } from './data-keys.ts'
import { failureOf, present } from './rows.ts'
import { place } from './seal.ts'
import type { ClientRecord } from './store.ts'
import type { Sealed } from './tables.ts'

export const clientColumns = [
  'k.id as k_id',
  'k.provider as k_provider',
  'k.client_id as k_client_id',
  'k.auth_method as k_auth_method',
  'k.settings_version as k_settings_version',
  'k.state as k_state',
  'k.failure as k_failure',
  'k.worked as k_worked',
  'k.secret_ends_at as k_secret_ends_at',
  'k.certificate_ends_at as k_certificate_ends_at',
  'k.key_alg as k_key_alg',
  'k.key_id as k_key_id',
  'k.certificate as k_certificate',
  'k.secrets_sealed as k_secrets_sealed',
  'k.data_key as k_data_key',
  'k.created_at as k_created_at',
] as const

export type ClientRow = {
  k_id: string
  k_provider: string
  k_client_id: string
  k_auth_method: string
  k_settings_version: number
  k_state: 'ok' | 'refused'
  k_failure: string | null
  k_worked: number
  k_secret_ends_at: number | null
  k_certificate_ends_at: number | null
  k_key_alg: string | null
  k_key_id: string | null
  k_certificate: string | null
  k_secrets_sealed: Sealed | null
  k_data_key: Sealed
  k_created_at: number
}

type ClosedSecrets = { secret?: string; key?: string }

/** Throws `SealBroken`. */
export function clientOf(row: ClientRow, keys: DataKeys): ClientRecord {
  const opened = row.k_secrets_sealed ? openSecrets(row, row.k_secrets_sealed, keys) : {}
  return {
    id: row.k_id,
    provider: row.k_provider,
    clientId: row.k_client_id,
    authMethod: row.k_auth_method,
    settingsVersion: row.k_settings_version,
    state: row.k_state,
    worked: row.k_worked === 1,
    createdAt: row.k_created_at,
    ...present({
      failure: failureOf(row.k_failure),
      secretEndsAt: row.k_secret_ends_at,
      certificateEndsAt: row.k_certificate_ends_at,
      keyAlg: row.k_key_alg,
      keyId: row.k_key_id,
      certificate: row.k_certificate,
    }),
    ...opened,
  }
}

export function sealClientSecrets(client: ClientRecord, wrapped: Sealed, keys: DataKeys): Sealed | null {
  if (!client.secret && !client.key) return null
  const closed: ClosedSecrets = {}
  if (client.secret) closed.secret = client.secret.open()
  if (client.key) closed.key = client.key.open()
  return keys.open('client', client.id, wrapped).seal(JSON.stringify(closed), place('client', client.id, 'secrets'))
}

function openSecrets(row: ClientRow, blob: Sealed, keys: DataKeys): { secret?: Secret; key?: Secret } {
  const dataKey = keys.open('client', row.k_id, row.k_data_key)
  return keys.clientSecrets.of(row.k_id, blob, () => {
    const text = dataKey.open(blob, place('client', row.k_id, 'secrets')).toString('utf8')
    const { secret: word, key } = JSON.parse(text) as ClosedSecrets
    return {
      ...(word === undefined ? {} : { secret: secret(word) }),
      ...(key === undefined ? {} : { key: secret(key) }),
    }
  })
}
