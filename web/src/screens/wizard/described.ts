/** What is known of a draft's service: of the catalogue, or of the definition that the draft brings along. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { ProviderOnWire } from '../../../../src/api/provider.ts'
import { call } from '../../server/call.ts'
import type { Draft } from '../../server/drafts.ts'
import { providerQuery } from '../../server/queries.ts'

export type Described = Pick<ProviderOnWire, 'id' | 'name' | 'ways' | 'traps' | 'console'> &
  Partial<Pick<ProviderOnWire, 'confidence' | 'checked' | 'tried'>> & { definition: unknown }

const ownQuery = (definition: unknown) =>
  queryOptions({
    queryKey: ['providers', 'checked', definition],
    queryFn: async ({ signal }): Promise<Described> => {
      const {
        ok,
        id = 'custom',
        name = 'your service',
        ways = [],
      } = await call('checkProvider', { body: { definition } }, signal)
      if (!ok || ways.length === 0) return { id, name, ways: [], traps: [], definition }
      return { id, name, ways, traps: [], definition }
    },
    staleTime: Infinity,
  })

export function useDescribed({ settings }: Pick<Draft, 'settings'>): { data: Described | undefined; error: unknown } {
  const isOwn = settings.definition !== undefined
  const listed = useQuery({
    ...providerQuery(settings.provider ?? ''),
    enabled: !isOwn && settings.provider !== undefined,
  })
  const own = useQuery({ ...ownQuery(settings.definition), enabled: isOwn })
  return isOwn ? own : listed
}
