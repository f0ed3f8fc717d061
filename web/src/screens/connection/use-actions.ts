import { useMutation, useQueryClient } from '@tanstack/react-query'
import { announce, announceTrouble } from '../../parts/announce.ts'
import { call, type Answer } from '../../server/call.ts'
import { showAnew } from '../../server/show-anew.ts'

type Connection = Answer<'showConnection'>

/** What is done at once and reported: the request, the answer, what it was understood as. */
const runs = {
  renew: {
    title: 'The renewal',
    says: 'A new token is being asked for',
    ask: (name: string) => call('renewToken', { params: { name } }),
  },
  issue: {
    title: 'The token request',
    says: 'A token is being asked for',
    ask: (name: string) => call('issueToken', { params: { name } }),
  },
  test: {
    title: 'The test',
    says: 'The token is being tried at the service',
    ask: (name: string) => call('testConnection', { params: { name } }),
  },
} as const

export type Run = keyof typeof runs
export type Actions = ReturnType<typeof useActions>

/** The buttons of a connection, one at a time. */
export function useActions({ name }: Connection) {
  const client = useQueryClient()
  const readAnew = () => client.invalidateQueries({ queryKey: ['connections'] })
  const run = useMutation({
    mutationKey: ['act', name],
    scope: { id: `act ${name}` },
    mutationFn: async (what: Run) => ({ title: runs[what].title, report: await runs[what].ask(name) }),
    onSuccess: ({ report }) => showAnew(client, report.connection),
    onSettled: readAnew,
  })
  const rest = useMutation({
    mutationKey: ['rest', name],
    scope: { id: `act ${name}` },
    mutationFn: (state: 'suspended' | 'active') => call('changeConnection', { params: { name }, body: { state } }),
    onSuccess: (_, state) =>
      state === 'suspended'
        ? announce(`${name} is suspended`, 'Jobs get no token until it is resumed.')
        : announce(`${name} is resumed`, 'Jobs get its token again.'),
    onError: (error) => announceTrouble(`${name} could not be changed`, error),
    onSettled: readAnew,
  })
  return {
    run,
    rest,
    /** What is being waited for, in words. */
    says: run.isPending ? runs[run.variables].says : undefined,
  }
}
