/** A connection as it would be given anew, for whoever wants to change it. Secrets stand there as `[set]`. */
import { EvergrantError } from '../errors.ts'
import { isTyped } from '../provider/values.ts'
import type { Loaded } from '../store/store.ts'
import type { NewConnection } from './connections.ts'
import type { Planner } from './plan.ts'

const set = '[set]'

export async function settingsOf({ connection, client }: Loaded, planner: Planner): Promise<NewConnection> {
  const declared = await planner.definition(connection).then(
    (provider) => provider.values ?? {},
    (error: unknown) => {
      // A definition that is gone: what was typed cannot be told from what came with an answer.
      if (error instanceof EvergrantError) return undefined
      throw error
    },
  )
  const typed = (name: string) => {
    const value = declared?.[name]
    return declared === undefined || (value !== undefined && isTyped(value))
  }
  const { user_name: userName, ...values } = connection.values
  const { password, ...secrets } = connection.secretValues
  const inputs = Object.fromEntries([
    ...Object.entries(values).filter(([name]) => typed(name)),
    ...Object.keys(secrets)
      .filter(typed)
      .map((name) => [name, set]),
  ]) as Record<string, string>
  return {
    name: connection.name,
    provider: connection.provider,
    grant: connection.way,
    scopes: connection.scopes,
    inputs,
    ...(connection.definition === undefined ? {} : { definition: connection.definition }),
    ...(connection.overrides === undefined ? {} : { overrides: connection.overrides }),
    ...(connection.redirectUri === undefined ? {} : { redirectUri: connection.redirectUri }),
    ...(userName === undefined ? {} : { userName }),
    ...(password === undefined ? {} : { password: set }),
    ...(client === undefined
      ? {}
      : {
          client: {
            id: client.clientId,
            method: client.authMethod,
            ...(client.secret === undefined ? {} : { secret: set }),
            ...(client.key === undefined ? {} : { key: set }),
            ...(client.keyAlg === undefined ? {} : { keyAlg: client.keyAlg }),
            ...(client.keyId === undefined ? {} : { keyId: client.keyId }),
            ...(client.certificate === undefined ? {} : { certificate: client.certificate }),
            ...(client.secretEndsAt === undefined ? {} : { secretEndsAt: client.secretEndsAt }),
          },
        }),
  }
}
