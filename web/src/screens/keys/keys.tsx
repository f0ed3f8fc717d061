import { Button, Stack } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { MadeKey } from '../../parts/made-key.tsx'
import { Empty, Page, Trouble, Waiting } from '../../parts/page.tsx'
import type { Answer } from '../../server/call.ts'
import { keysQuery } from '../../server/queries.ts'
import { KeyList } from './key-list.tsx'
import { NewKey } from './new-key.tsx'

/** The keys by which jobs and programs ask this server. */
export function Keys() {
  const { data, error, refetch } = useQuery(keysQuery)
  const [isMaking, setMaking] = useState(false)
  const [made, setMade] = useState<Answer<'createKey'>>()
  const make = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setMaking(true)}>
      Make a key
    </Button>
  )
  return (
    <Page
      title="API keys"
      says="Each job asks for its tokens with a key of its own, so that one can end without the others."
      actions={!isMaking && made === undefined && make}
    >
      <Stack gap="lg">
        {made !== undefined && <MadeKey made={made} onDone={() => setMade(undefined)} />}
        {isMaking && (
          <NewKey
            onMade={(key) => {
              setMade(key)
              setMaking(false)
            }}
            onCancel={() => setMaking(false)}
          />
        )}
        {error !== null && <Trouble error={error} onRetry={() => void refetch()} />}
        {data === undefined && error === null && <Waiting />}
        {data?.keys.length === 0 && !isMaking && (
          <Empty title="No key yet" says="A job needs one to read a token. Make one for each job." action={make} />
        )}
        {data !== undefined && data.keys.length > 0 && <KeyList keys={data.keys} />}
      </Stack>
    </Page>
  )
}
